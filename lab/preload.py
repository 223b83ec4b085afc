"""What every snippet needs, imported once, in the fork server. Importing this module IS the preload."""

import gc

gc.disable()  # until everything is here: imports leave little garbage, and looking for it takes a sixth of their time

import contextlib
import functools
import importlib
import io
import os
import sys

import matplotlib
import torch
from matplotlib import pyplot
from matplotlib.mathtext import MathTextParser

import lab.child  # what every child unpickles
from lab.figure import theme

for name in os.environ.get("LAB_PRELOAD", "").split():
    importlib.import_module(name)

torch.manual_seed(0)  # notes its stack, for CUDA: the sources of that are now read
torch.set_num_threads(1)  # a pool of OpenMP threads does not survive a fork: the child would hang
matplotlib.use("agg")
# Formulas take half of the time of a figure: each of its two renderers has a parser, and parses them all. Now they share.
with contextlib.suppress(AttributeError):  # in another matplotlib, which is only slower
    MathTextParser._parse_cached = functools.lru_cache(1000)(MathTextParser._parse_cached.__wrapped__)
    MathTextParser.__eq__ = lambda parser, other: vars(parser) == vars(other)
    MathTextParser.__hash__ = lambda parser: hash(tuple(vars(parser).values()))
matplotlib.rcdefaults()  # nobody's own matplotlibrc
with contextlib.suppress(OSError, UnicodeDecodeError):  # a child says what is wrong with its style
    matplotlib.rc_file(os.environ.get("LAB_STYLE", ""), use_default_template=False)
figure, axes = pyplot.subplots()  # loads fonts, mathtext and the SVG writer: 0.2 s that no child pays again
svg = io.BytesIO()
axes.plot([0, 1], label="$x$")
axes.set_yscale("log")
axes.set_yticks([10.0**power for power in range(-4, 5)])
axes.legend()
figure.savefig(svg, format="svg")
theme(svg.getvalue().decode(), "")
pyplot.close("all")
matplotlib.rcdefaults()  # each child reads the style as it is then

lab.child.MODULES += [name for name in sys.modules if name.partition(".")[0] == "lab"]
if torch.cuda.is_initialized():
    raise RuntimeError("the fork server must not own a CUDA context: no child could use it")
gc.freeze()  # the collector would touch, and so copy, every inherited page
gc.enable()
