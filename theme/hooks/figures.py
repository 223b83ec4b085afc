"""Python-Markdown extension: an image of results/ becomes the SVG itself, which follows the light or dark scheme."""

import re
import zlib
from collections import Counter
from html import escape
from pathlib import Path

from click import ClickException
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

ROOT = Path(__file__).parents[2]
GLYPH = re.compile(r'<path id="([^"]+)" d="([^"]+)" transform="scale\(0\.015625\)"/>')


class Page:
    """The figures of one page: their ids do not clash, and what is drawn in several figures is sent once."""

    def __init__(self):
        self.copies, self.glyphs = Counter(), set()

    def add(self, svg, alt):
        """Return the figure for the page, with its alternative text."""
        self.copies[svg] += 1
        if self.copies[svg] > 1:
            svg = re.sub(r'((?: id="|href="#|url\(#)[^")]+)', rf"\1-{self.copies[svg]}", svg)
        # Letters are half of a figure's bytes, and the same in every figure
        names = {name: f"glyph-{zlib.crc32(outline.encode()):x}" for name, outline in GLYPH.findall(svg)}
        svg = GLYPH.sub(lambda glyph: self.once(glyph[0].replace(glyph[1], names[glyph[1]], 1)), svg)
        svg = re.sub(r'href="#([^"]+)"', lambda link: f'href="#{names.get(link[1], link[1])}"', svg)
        return svg.strip().replace("<svg ", f'<svg aria-label="{escape(alt)}" ', 1)

    def once(self, glyph):
        if glyph in self.glyphs:
            return ""
        self.glyphs.add(glyph)
        return glyph


class FigureProcessor(Treeprocessor):
    def __init__(self, md, keep):
        super().__init__(md)
        self.keep = keep

    def run(self, root):
        page = Page()
        for image in list(root.iter("img")):
            alt, source = image.get("alt", "").strip(), image.get("src", "")
            if not alt:
                raise ClickException(f"the image {source} has no alternative text")
            target = re.fullmatch(r"(?:\.\./)+(results/.+\.svg)", source)
            if target:
                path = ROOT / target[1]
                if not path.exists():
                    raise ClickException(f"there is no figure {target[1]}")
                svg, tail = page.add(path.read_text("utf-8"), alt), image.tail
                image.clear()
                image.tag, image.tail, image.text = "span", tail, self.md.htmlStash.store(self.keep(svg))
                image.attrib.update({"class": "figure", "data-search-exclude": ""})


class Figures(Extension):
    def __init__(self, keep=str):
        """`keep` takes the HTML and returns what stands for it in the page: itself, unless someone restores it."""
        super().__init__()
        self.keep = keep

    def extendMarkdown(self, md):
        # after attr_list, before MkDocs looks for the files of images
        md.treeprocessors.register(FigureProcessor(md, self.keep), "figures", 7)


def makeExtension(**options):
    return Figures(**options)
