"""Three readers of one file agree: the lab, jupytext (Jupyter, VS Code) and pymdownx.snippets (the pages)."""

import jupytext
import nbformat
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown

from lab import notebook
from lab.figure import fallback, paint
from lab.snippet import MARKER, SnippetError, read

separators = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # where str.splitlines ends a line
line = st.text(st.characters(codec="utf-8", exclude_characters=separators), max_size=20)
# Lines that jupytext takes for IPython's magic, quotes that open no string, and what only the next test is about.
plain = line.filter(lambda text: not set(text) & set("'\"%!?\\`~") and "-8<-" not in text and not MARKER.match(text))
code = st.lists(plain.filter(lambda text: not text.lstrip("# ").startswith(COMMANDS)), max_size=5)
COMMANDS = ("cat", "cd", "cp", "mv", "rm", "mkdir", "copy", "ddir", "echo", "ls", "ldir", "ren")
prose = st.lists(plain, min_size=1, max_size=4).filter(lambda lines: lines[0].strip() and lines[-1].strip())
names = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z]{1,4})?", fullmatch=True)


@st.composite
def files(draw):
    """A snippet as text, with its Markdown (language, lines) and sections (name, lines) in order."""
    parts, cells = [], []
    for name in draw(st.lists(names, min_size=1, max_size=4, unique=True)):
        for lang in draw(st.sampled_from([(), ("",), ("en", "zh")])):
            lines = draw(prose)
            parts.append("# %% [markdown]" + f' lang="{lang}"' * bool(lang))
            parts += ["# " + text if text or draw(st.booleans()) else "#" for text in lines] + [""]
            cells.append((lang, "", lines))
        lines = draw(code)
        parts += [f"# %% --8<-- [start:{name}]", *lines, f"# --8<-- [end:{name}]", *[""] * draw(st.integers(0, 2))]
        cells.append(("", name, lines))
    return "\n".join(parts), cells


@given(files())
@settings(max_examples=100, deadline=None)
def test_reader_finds_what_was_written(file):
    text, cells = file
    snippet = read("snippets/one/page.py", text.encode())
    assert [(cell.lang, cell.section, cell.source) for cell in snippet.cells] == [
        (lang, section, "\n".join(lines)) for lang, section, lines in cells
    ]
    for cell in snippet.code:
        at = cell.line - 1
        assert "\n".join(text.split("\n")[at : at + cell.source.count("\n") + 1]) == cell.source or not cell.source


@given(files())
@settings(max_examples=100, deadline=None)
def test_jupytext_reads_the_same_cells(file):
    text, _ = file
    snippet = read("snippets/one/page.py", text.encode())
    theirs = jupytext.reads(text, fmt="py:percent").cells
    assert [cell.cell_type for cell in theirs] == ["code" if cell.section else "markdown" for cell in snippet.cells]
    for cell, other in zip(snippet.cells, theirs):
        source = other.source
        if cell.section:
            assert other.metadata["title"].startswith(f"--8<-- [start:{cell.section}]")
            source = source.replace(f"# --8<-- [end:{cell.section}]", "")
        else:
            assert other.metadata.get("lang", "") == cell.lang
        assert source.strip() == cell.source.strip()


@given(files(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_pages_include_the_section_that_ran(tmp_path_factory, file, dedent):
    text, _ = file
    snippet = read("snippets/one/page.py", text.encode())
    folder = tmp_path_factory.mktemp("include")
    (folder / "page.py").write_text(text, "utf-8", newline="\n")
    config = {"base_path": [str(folder)], "check_paths": True, "dedent_subsections": False}
    include = Markdown(extensions=["pymdownx.snippets"], extension_configs={"pymdownx.snippets": config})
    for cell in snippet.code:
        lines = include.preprocessors["snippet"].run([f'--8<-- "page.py:{cell.section}"'])
        assert "\n".join(lines) == cell.source


@given(
    st.lists(
        st.sampled_from(
            [
                "# %% [markdown]",
                '# %% [markdown] lang="en"',
                '# %% [markdown] lang="zh"',
                "# %% --8<-- [start:a]",
                "# %%",
                "",
                "# --8<-- [end:a]",
                '# %% --8<-- [start:b] tags=["gpu"]',
                "# --8<-- [end:b]",
                "# text",
                "x = 1",
                " # %% x",
            ]
        ),
        max_size=9,
    ).map("\n".join)
)
@settings(max_examples=300, deadline=None)
def test_what_is_read_loses_no_line_and_all_else_is_refused_with_its_line(text):
    try:
        snippet = read("snippets/one/page.py", text.encode())
    except SnippetError as error:
        number = int(str(error).split(":")[1])
        assert 1 <= number <= text.count("\n") + 1 and "expected" in str(error)
        return
    kept = "\n".join(cell.source for cell in snippet.cells)
    assert kept.count("x = 1") == text.count("x = 1") and text.count("[end:") == len(snippet.code)


@given(files(), st.lists(st.tuples(st.text(max_size=9), st.lists(st.just("<svg>var(--fig-1)</svg>\n"), max_size=2))))
@settings(max_examples=100, deadline=None)
def test_any_notebook_is_valid(file, made):
    snippet = read("snippets/一 章/page_文 件.py", file[0].encode())
    outputs = {cell.section: output for cell, output in zip(snippet.code, made)}
    for lang, draw in (("en", paint), ("zh", fallback)):
        book = nbformat.reads(notebook.dump(notebook.cells(snippet, lang, outputs, draw)).decode(), as_version=4)
        nbformat.validate(book)
        assert [cell.source for cell in book.cells if cell.cell_type == "code"] == [
            cell.source.strip("\n") for cell in snippet.code
        ]
