"""Turn matplotlib's SVG into one line that follows the reader's light or dark scheme."""

from __future__ import annotations

import re
from xml.etree import ElementTree

# The colours of snippets/matplotlibrc are names, not paint.
COLOURS = {
    "#0b62c4": "--fig-1",
    "#d9480f": "--fig-2",
    "#0f8a6d": "--fig-3",
    "#a21caf": "--fig-4",
    "#8a6d00": "--fig-5",
    "#64748b": "--fig-6",
    "#1f2328": "--fig-fg",
    "#d0d7de": "--fig-grid",
    "#808080": "--fig-muted",
    "#ffffff": "--fig-bg",
}
PAINT = {name: colour for colour, name in COLOURS.items()}
NAMES = {**COLOURS, "#000000": "--fig-fg"}
SVG, HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
DROPPED = {f"{SVG}metadata", f"{SVG}style"}
LENGTHS = {"d", "points", "x", "y", "width", "height"}


def theme(svg: str, prefix: str) -> str:
    """The figure for a page: colours are CSS variables, ids start with `prefix`, lengths have two decimals, all on one line.

    0.01 pt cannot be seen, and most bytes of a figure are digits. matplotlib's <style> would apply to the whole page, so its
    one rule stands on the root, as does the ink of everything that has no colour of its own (matplotlib omits black).
    Raises ElementTree.ParseError if `svg` is not XML.
    """
    root = ElementTree.fromstring(svg)
    used = set(re.findall(r'(?:url\(|href=")#([^")]+)', svg))
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in DROPPED or child.tag == f"{SVG}defs" and all(part.tag in DROPPED for part in child):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        element.text, element.tail = (text if (text or "").strip() else None for text in (element.text, element.tail))
        attributes = {"href" if name == HREF else name: value for name, value in element.attrib.items()}
        if attributes.get("id") not in used:
            attributes.pop("id", None)
        element.attrib.clear()
        element.attrib.update((name, _attribute(name, value, prefix)) for name, value in attributes.items())
    width, height = (float(root.get(side).removesuffix("pt")) for side in ("width", "height"))
    root.attrib = {
        "xmlns": SVG[1:-1],
        "class": "fig",
        "role": "img",
        "viewBox": root.get("viewBox"),
        "width": f"{width * 4 / 3:g}",  # CSS pixels
        "height": f"{height * 4 / 3:g}",
        "style": "fill:var(--fig-fg);stroke-linejoin:round",
    }
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=True).replace(" />", "/>") + "\n"


def _attribute(name: str, value: str, prefix: str) -> str:
    if name == "href":
        return "#" + prefix + value[1:] if value[0] == "#" else "".join(value.split())  # an image in base64
    if name == "id":
        return prefix + value
    value = " ".join(value.split())
    if name in LENGTHS:
        value = _round(value)
        return re.sub(r" ?([A-Za-z]) ?", r"\1", value) if name == "d" else value
    if name == "transform":
        return re.sub(r"translate\([^)]*\)", lambda move: _round(move[0]), value)
    if name == "style":
        value = re.sub(r"#[0-9a-f]{6}\b", lambda ink: f"var({NAMES[ink[0]]})" if ink[0] in NAMES else ink[0], value)
        value = re.sub(r"([:;]) ", r"\1", value)
    return value.replace("url(#", f"url(#{prefix}")


def _round(lengths: str) -> str:
    return re.sub(r"-?\d*\.\d{3,}", lambda x: f"{round(float(x[0]), 2) + 0.0:.2f}".rstrip("0").rstrip("."), lengths)


def paint(themed: str) -> str:
    """The same figure in fixed light colours on white, readable anywhere: for a notebook."""
    light = re.sub(r"var\((--fig-\w+)\)", lambda name: PAINT[name[1]], themed)
    return light.replace(">", '><rect width="100%" height="100%" fill="#ffffff"/>', 1)


def fallback(themed: str) -> str:
    """The same figure with the light colour beside every variable: follows a page's scheme, and visible without a page."""
    return re.sub(r"var\((--fig-\w+)\)", lambda name: f"var({name[1]},{PAINT[name[1]]})", themed)
