"""A rasterized part of a figure that is painted in one ink follows the reader's scheme as lines do."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

NEAR = 8  # of 255: what blending leaves of a colour is rounded to bytes


def ink(png: bytes, colours: Iterable[str]) -> str | None:
    """The one of `colours` in which all of an image is painted; None if it has several, or a scale of them."""
    from PIL import Image  # matplotlib's; only a figure with a raster needs it

    image = Image.open(io.BytesIO(png)).convert("RGBA")
    pixels = [pixel for _, pixel in image.getcolors(image.width * image.height)]
    dense = max(alpha for *_, alpha in pixels) / 2
    painted = {tuple(rgb) for *rgb, alpha in pixels if alpha > dense}  # the fainter, the coarser its colour is rounded

    def near(colour: str) -> bool:
        return all(abs(a - b) <= NEAR for rgb in painted for a, b in zip(rgb, bytes.fromhex(colour[1:])))

    return next(filter(near, colours), None) if painted else None


def follow(root: Element, colours: dict[str, str], prefix: str) -> None:
    """Repaint each one-ink image below `root` in the variable that `colours` has for its ink: its alpha stays."""
    names = set()
    for image in list(root.iter("image")):
        colour = ink(base64.b64decode(image.get("href").partition(",")[2]), colours)
        if colour:
            names.add(colours[colour])
            image.set("filter", f"url(#{prefix}{colours[colour][2:]})")
    for name in sorted(names):
        repaint = SubElement(root, "filter", {"id": prefix + name[2:], "color-interpolation-filters": "sRGB"})
        SubElement(repaint, "feFlood", {"style": f"flood-color:var({name})"})
        SubElement(repaint, "feComposite", {"in2": "SourceGraphic", "operator": "in"})
