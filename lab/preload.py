"""What every snippet needs, imported once, in the fork server. Importing this module IS the preload."""

import gc
import importlib
import io
import os

import matplotlib
import torch

import lab.child  # noqa: F401  (unpickled in every child)

for name in os.environ.get("LAB_PRELOAD", "").split():
    importlib.import_module(name)

torch.set_num_threads(1)  # a pool of OpenMP threads does not survive a fork: the child would hang
matplotlib.use("agg")
import matplotlib.pyplot as plt  # noqa: E402

_figure, _axes = plt.subplots()  # loads fonts, mathtext and the SVG writer, 0.2 s that no child pays again
_axes.plot([0, 1], label="$x$")
_axes.legend()
_figure.savefig(io.BytesIO(), format="svg")
plt.close("all")

if torch.cuda.is_initialized() or os.path.exists("/proc/self/task") and len(os.listdir("/proc/self/task")) > 1:
    raise ImportError("the fork server must own neither threads nor a CUDA context")
gc.collect()
gc.freeze()  # the collector would touch, and so copy, every inherited page
