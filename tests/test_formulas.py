"""Formulas in a line of text: no mark beside them gets lost."""

import re
import sys

import pytest
from markdown import Markdown
from pages import ROOT

EXTENSION = {"pymdownx.arithmatex": {"generic": True}}


@pytest.fixture(scope="module")
def markdown():
    sys.path.insert(0, str(ROOT / "theme/hooks"))
    from formulas import Formulas

    yield Markdown(extensions=["pymdownx.arithmatex", Formulas()], extension_configs=EXTENSION)
    sys.path.remove(str(ROOT / "theme/hooks"))


@pytest.mark.parametrize(
    "text", ["最厉害（$x$ 倍），压得", "（$x$）", "see ($x$), then", "“$x$”", "**粗（$x$）**。", "a $x$ b", "$x$."]
)
def test_marks_beside_a_formula_stay(markdown, text):
    html = re.sub("<math.*?</math>", "", markdown.reset().convert(text))
    assert re.sub("<[^>]*>", "", html) == text.replace("$", "").replace("**", "")
