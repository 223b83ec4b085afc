"""python notebooks.py FOLDER OUT JOBS: execute every notebook of FOLDER with nbclient, one kernel each, JOBS at a time."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


async def main(folder: Path, out: Path, jobs: int) -> None:
    out.mkdir()
    free = asyncio.Semaphore(jobs)

    async def execute(path: Path) -> None:
        async with free:
            notebook = nbformat.read(path, 4)
            await NotebookClient(notebook, timeout=600).async_execute()
            nbformat.write(notebook, out / path.name)

    await asyncio.gather(*map(execute, sorted(folder.glob("*.ipynb"))))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
