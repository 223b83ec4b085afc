"""The lab runs before the site is built. Under `mkdocs serve` one lab stays alive and runs what has changed."""

import json
import subprocess
import sys
from pathlib import Path

from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import event_priority

ROOT = Path(__file__).parents[2]
LAB = [sys.executable, "-m", "lab"]
watcher = None


def on_startup(command, dirty):
    global watcher
    if command == "serve" and watcher is None:
        watcher = subprocess.Popen([*LAB, "watch"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@event_priority(-100)  # the outermost: before anything is built
def on_serve(server, config, builder):
    rest = server.builder

    def build():
        try:
            watch("snippets")
        except PluginError as error:
            raise Abort(str(error)) from None
        rest()

    server.builder = build


def on_shutdown():
    if watcher:
        watcher.stdin.close()
        watcher.wait(timeout=10)


def on_pre_build(config):
    if config.theme["language"] == "en":  # once for both languages
        watch() if watcher else run()


def run():
    if subprocess.run([*LAB, "run"], cwd=ROOT).returncode:
        raise PluginError("the lab failed: a snippet does not run, see above (python -m lab run)")


def watch(what=""):
    print(what, file=watcher.stdin, flush=True)
    answer = watcher.stdout.readline()
    if not answer:
        raise PluginError(f"the lab ended with status {watcher.wait()}, see above; restart mkdocs serve")
    failed = json.loads(answer)["failed"]
    if failed:
        raise PluginError(f"the lab failed on {', '.join(failed)}, see above")
