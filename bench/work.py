"""python -m bench.work FOLDER: what its snippets cost by themselves, whoever runs them; prints JSON.

Each runs in a fork of a process that has imported everything, one after another, and draws its figures. The CPU
seconds are those of the forks. No tool can do with less, and `cores` of them at once are the physical limit.
"""

from __future__ import annotations

import io
import json
import os
import random
import sys
import time
import traceback
from pathlib import Path

from lab.run import prepare


def main(folder: Path) -> None:
    paths = sorted(folder.glob("snippets/*/*.py"))
    prepare([path.read_text("utf-8") for path in paths], "cpu", folder / "snippets/matplotlibrc")
    before = time.process_time()
    import lab.preload  # noqa: F401

    preload, weights, figures = time.process_time() - before, {}, 0
    for path in paths:
        reader, writer = os.pipe()
        if not (child := os.fork()):
            _execute(path, folder, writer)
        os.close(writer)
        with open(reader) as drawn:
            figures += int(drawn.read() or 0)
        _, status, used = os.wait4(child, 0)
        if status:
            sys.exit(f"{path} failed")
        weights[path.stem] = round(used.ru_utime + used.ru_stime, 4)
    print(json.dumps({"preload": round(preload, 3), "weights": weights, "figures": figures}))


def _execute(path: Path, folder: Path, writer: int) -> None:
    import matplotlib
    import numpy
    import torch
    from matplotlib import pyplot

    status = 1
    try:
        sys.stdout = io.StringIO()
        random.seed(0), numpy.random.seed(0), torch.manual_seed(0)
        matplotlib.rc_file(folder / "snippets/matplotlibrc", use_default_template=False)
        drawn = []

        def show() -> None:
            for number in pyplot.get_fignums():
                pyplot.figure(number).savefig(io.BytesIO(), format="svg")
                drawn.append(number)
            pyplot.close("all")

        pyplot.show = show
        exec(compile(path.read_text("utf-8"), path, "exec"), {"__name__": "__main__"})
        show()
        os.write(writer, b"%d" % len(drawn))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
