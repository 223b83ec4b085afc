"""Python-Markdown extension: formulas are rendered during the build, so pages need no script and a mistake fails it."""

import re
from html import unescape

from katex import attach, render
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

OPENING = re.compile(r"[（【《“‘(\[]*\Z")
CLOSING = re.compile(r"[，。；：！？、）】》”’,.;:!?)\]]*")


class FormulaProcessor(Treeprocessor):
    def __init__(self, md, keep):
        super().__init__(md)
        self.keep = keep

    def run(self, root):
        for parent in root.iter():
            before = None
            for element in parent:
                if "arithmatex" in element.get("class", "").split() and element.text:
                    tex = unescape(element.text.strip())  # \( inline \) or \[ display \]
                    html = render(tex[2:-2].strip(), tex.startswith(r"\["))
                    html = attach(self.cut_opening(parent, before), html, self.cut_closing(element))
                    element.text = self.md.htmlStash.store(self.keep(html))
                before = element

    def cut_opening(self, parent, before):
        text = (parent.text if before is None else before.tail) or ""
        start = OPENING.search(text).start()
        if before is None:
            parent.text = text[:start]
        else:
            before.tail = text[:start]
        return text[start:]

    def cut_closing(self, element):
        text = element.tail or ""
        end = CLOSING.match(text).end()
        element.tail = text[end:]
        return text[:end]


class Formulas(Extension):
    def __init__(self, keep=str):
        """`keep` takes the HTML and returns what stands for it in the page: itself, unless someone restores it."""
        super().__init__()
        self.keep = keep

    def extendMarkdown(self, md):
        md.treeprocessors.register(FormulaProcessor(md, self.keep), "formulas", -100)


def makeExtension(**options):
    return Formulas(**options)
