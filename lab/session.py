"""Execute the sections of a snippet in one `__main__`, and collect what each of them printed and drew."""

from __future__ import annotations
import __future__

import ast
import ctypes
import io
import linecache
import os
import sys
import traceback
import types

from lab.figure import theme
from lab.outputs import Outputs, figure_name
from lab.snippet import Snippet

OUTPUT = 1_000_000  # bytes that a snippet may print
FUTURES = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
HINTS = {
    "EOFError": "a snippet has no keyboard",
    "MemoryError": "--memory raises the limit",
    "SystemExit": "a snippet runs to its end, or what follows is never checked",
}


class Failed(Exception):
    """A snippet that did not run to its end; `args[0]` says `error`, `section`, `line` and `trace`."""


def run(snippet: Snippet, file: str, folder: str) -> tuple[Outputs, int]:
    """The outputs of all sections, and the number of asserts in the code.

    `file` is where the snippet lies. Descriptors 1 and 2 must go to the files stdout and stderr in `folder`, which are
    read back; `folder`/section always names the section that runs, in case the process dies in it. Raises Failed.
    """
    from matplotlib import pyplot

    main = sys.modules["__main__"] = types.ModuleType("__main__")
    main.__file__ = file
    sys.argv = [file]
    linecache.cache[file] = (len(snippet.source), None, snippet.source.splitlines(keepends=True), file)
    outputs, codes, asserts, flags, seen, process = {}, [], 0, 0, 0, os.getpid()
    cell = snippet.code[0]
    try:
        for cell in snippet.code:
            tree = ast.parse("\n" * (cell.line - 1) + cell.source, file)
            codes.append(compile(tree, file, "exec", flags, dont_inherit=True))
            flags |= codes[-1].co_flags & FUTURES  # a __future__ import holds for the rest of the file
            asserts += sum(isinstance(node, ast.Assert) for node in ast.walk(tree))
        for cell, code in zip(snippet.code, codes):
            with open(f"{folder}/section", "w") as note:
                note.write(f"{cell.line} {cell.section}")
            try:
                exec(code, main.__dict__)
            finally:
                if os.getpid() != process:  # the snippet forked, and this is its copy
                    os._exit(0)
                _flush(folder)
            numbers = enumerate(pyplot.get_fignums(), 1)
            figures = [_draw(number, snippet.stem, figure_name(cell.section, n)) for n, number in numbers]
            pyplot.close("all")
            text, seen = _printed(folder, seen)
            outputs[cell.section] = text, figures
    except BaseException as error:
        raise Failed({"section": cell.section, **_explain(error, file, snippet.path, cell.line)}) from None
    return outputs, asserts


def _draw(number: int, stem: str, name: str) -> str:
    from matplotlib import pyplot

    svg = io.BytesIO()
    pyplot.figure(number).savefig(svg, format="svg", metadata={"Date": None})
    stem = "".join(c if c.isalnum() or c == "_" else f".{ord(c):x}." for c in stem)  # no blanks in an id
    return theme(svg.getvalue().decode(), f"{stem}-{name}-")


def _flush(folder: str) -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # the snippet closed or replaced it
            pass
    ctypes.CDLL(None).fflush(None)  # what C code printed
    size = os.path.getsize(f"{folder}/stdout") + os.path.getsize(f"{folder}/stderr")
    if size > OUTPUT:
        raise OverflowError(f"printed {size / 1e6:.1f} MB; a snippet may print {OUTPUT / 1e6:g} MB") from None


def _printed(folder: str, seen: int) -> tuple[str, int]:
    """What came to standard output after byte `seen`, without blanks at the ends of lines; and where it ends."""
    with open(f"{folder}/stdout", "rb") as file:
        file.seek(seen)
        new = file.read()
    lines = [line.rstrip() for line in new.decode("utf-8", "replace").splitlines()]
    return "\n".join(lines).rstrip("\n") + "\n" if any(lines) else "", seen + len(new)


def _explain(error: BaseException, file: str, path: str, start: int) -> dict:
    """The message, the snippet's line, and of the traceback the snippet's own frames and the innermost."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == file]
    line = own[-1].lineno if own else start
    if isinstance(error, SyntaxError) and error.filename == file:
        line = error.lineno
    kind, text = type(error).__name__, str(error).strip()
    if kind == "AssertionError" and not text:
        text = linecache.getline(file, line).strip()
    hint = HINTS.get("MemoryError" if isinstance(error, RuntimeError) and "alloc" in text else kind)
    shown = own + frames[-1:] if own and frames[-1] is not own[-1] else own
    trace = "".join(traceback.format_list(shown)).replace(file, path)
    message = ": ".join(filter(None, (kind, text))) + (f" ({hint})" if hint else "")
    return {"error": message, "line": line, "trace": trace}
