"""What every snippet needs, imported once, in the fork server. Importing this module IS the preload."""

import gc
import importlib
import io
import os

import matplotlib
import torch
from matplotlib import pyplot

import lab.child  # noqa: F401  (what every child unpickles)

for name in os.environ.get("LAB_PRELOAD", "").split():
    importlib.import_module(name)

torch.set_num_threads(1)  # a pool of OpenMP threads does not survive a fork: the child would hang
matplotlib.use("agg")
matplotlib.rcdefaults()  # nobody's own matplotlibrc
figure, axes = pyplot.subplots()  # loads fonts, mathtext and the SVG writer: 0.2 s that no child pays again
axes.plot([0, 1], label="$x$")
axes.legend()
figure.savefig(io.BytesIO(), format="svg")
pyplot.close("all")

if torch.cuda.is_initialized():
    raise RuntimeError("the fork server must not own a CUDA context: no child could use it")
gc.collect()
gc.freeze()  # the collector would touch, and so copy, every inherited page
