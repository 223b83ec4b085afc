"""Turn matplotlib's SVG into one line that follows the reader's light or dark scheme."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from lab import raster

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
NAMES = {**COLOURS, "#000000": "--fig-fg"}  # matplotlib's own default ink
SVG, HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
DROPPED = {f"{SVG}metadata", f"{SVG}style"}
LENGTHS = {"d", "points", "x", "y", "width", "height"}


def theme(svg: str, prefix: str) -> str:
    """The figure for a page: colours are CSS variables, ids start with `prefix`, lengths have two decimals; one line.

    0.01 pt cannot be seen, and most bytes of a figure are digits. matplotlib's <style> would apply to the whole page:
    its rule stands on the root instead, with the ink of what has no colour of its own (matplotlib omits black).
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
        if element.get("id") not in used:
            element.attrib.pop("id", None)
        attributes = {"href" if name == HREF else name: value for name, value in element.attrib.items()}
        element.attrib = {name: _attribute(name, value, prefix) for name, value in attributes.items()}
    for group in root.iter("g"):
        styles = {child.get("style") if child.tag == "use" else None for child in group}
        if len(group) > 1 and len(styles) == 1 and None not in styles:  # many equal markers: say it once
            group.set("style", styles.pop())
            for child in group:
                del child.attrib["style"]
    raster.follow(root, COLOURS, prefix)
    pixels = {side: f"{float(root.get(side).removesuffix('pt')) * 4 / 3:g}" for side in ("width", "height")}
    style = "fill:var(--fig-fg);stroke-linejoin:round"
    root.attrib = {"class": "fig", "role": "img", "viewBox": root.get("viewBox"), **pixels, "style": style}
    root.set("xmlns", SVG[1:-1])
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>") + "\n"


def _attribute(name: str, value: str, prefix: str) -> str:
    if name == "href":
        return f"#{prefix}{value[1:]}" if value[0] == "#" else "".join(value.split())  # else an image in base64
    if name == "id":
        return prefix + value
    value = " ".join(value.split())
    if name in LENGTHS:
        value = _round(value)
        return re.sub(" (?=[A-Za-z])|(?<=[A-Za-z]) ", "", value) if name == "d" else value
    if name == "transform":
        return re.sub(r"translate\([^)]*\)", lambda move: _round(move[0]), value)
    if name == "style":
        value = re.sub(r"#[0-9a-f]{6}\b", lambda ink: f"var({NAMES[ink[0]]})" if ink[0] in NAMES else ink[0], value)
        value = re.sub("([:;]) ", r"\1", value)
    return value.replace("url(#", f"url(#{prefix}")


def _round(lengths: str) -> str:
    def short(number: re.Match) -> str:
        return f"{round(float(number[0]), 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # + 0.0 makes -0.0 positive

    return re.sub(r"-?\d*\.\d{3,}", short, lengths)


def paint(themed: str) -> str:
    """The same figure in fixed light colours on white, readable anywhere: for a notebook."""
    light = re.sub(r'<filter .*?</filter>| filter="[^"]*"', "", themed)  # an image has the light colours by itself
    light = re.sub(r"var\((--fig-\w+)\)", lambda name: PAINT[name[1]], light)
    return light.replace(">", f'><rect width="100%" height="100%" fill="{PAINT["--fig-bg"]}"/>', 1)


def fallback(themed: str) -> str:
    """The same figure with the light colour beside every variable: it follows a page, and is visible without one."""
    return re.sub(r"var\((--fig-\w+)\)", lambda name: f"var({name[1]},{PAINT[name[1]]})", themed)
