"""`mkdocs serve`: what is edited is on its page, prose as well as snippets, and the other language is not built again."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from lab_project import STUBS, text
from pages import ROOT
from test_build import mini  # noqa: F401  (a fixture)

PAGE = """# Page

## A question? { #question data-kind="code" }

Text.

```text
--8<-- "results/chapter/page_claim/setup.txt"
```
"""

COUNT = """
def on_pre_build(config):
    with open({!r}, "a") as file:
        file.write(config.theme["language"])


def on_page_content(html, page, config, files):
    with open({!r}, "a") as file:
        file.write(config.theme["language"] + "/" + page.file.src_uri + "\\n" if html else "")
"""


@pytest.fixture
def served(mini):  # noqa: F811
    """The miniature site under `mkdocs serve`, with the true lab."""
    shutil.rmtree(mini / "lab")
    shutil.copytree(ROOT / "lab", mini / "lab")
    for name, code in STUBS.items():
        (mini / "stubs" / name).parent.mkdir(parents=True, exist_ok=True)
        (mini / "stubs" / name).write_text(code)
    base = mini / "theme/base.yml"
    base.write_text(base.read_text("utf-8").replace("hooks:\n", "hooks:\n  - theme/hooks/count.py\n"), "utf-8")
    (mini / "theme/hooks/count.py").write_text(COUNT.format(str(mini / ".counted"), str(mini / ".made")), "utf-8")
    (mini / "snippets/chapter/page_claim.py").write_text(text(setup="print('printed-1')"), "utf-8")
    for language in ("en", "zh"):
        (mini / f"docs/{language}/chapter/page.md").write_text(PAGE, "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    env = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "SITE_URL": f"http://{address}/",
        "PYTHONPATH": str(mini / "stubs"),
    }
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address]
    with open(mini / ".log", "w") as log:
        server = subprocess.Popen(command, cwd=mini, env=env, stdout=log, stderr=log)
    site = Site(mini, server, f"http://{address}/")
    try:
        site.shows("chapter/page/", "printed-1")
        yield site
    finally:
        server.terminate()
        server.wait(20)


class Site:
    def __init__(self, root, server, url):
        self.root, self.server, self.url = root, server, url

    def log(self):
        return (self.root / ".log").read_text("utf-8")

    def chinese_builds(self):
        return (self.root / ".counted").read_text().count("zh")

    def pages_made(self):
        """Since it was asked last."""
        made = (self.root / ".made").read_text().split()
        (self.root / ".made").write_text("")
        return set(made)

    def get(self, path):
        try:
            return urllib.request.urlopen(self.url + path, timeout=9).read().decode()
        except (urllib.error.URLError, ConnectionError, TimeoutError):  # not there yet, or just being built
            return ""

    def shows(self, path, words):
        self.waits_until(lambda: words in self.get(path))

    def waits_until(self, condition, seconds=120):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end and self.server.poll() is None, self.log()[-3000:]
            time.sleep(0.1)

    def edit(self, path, old, new):
        file = self.root / path
        file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")


def test_edits_arrive(served):
    served.shows("zh/chapter/page/", "printed-1")
    assert served.chinese_builds() == 1
    assert {"en/chapter/page.md", "zh/chapter/page.md", "en/index.md"} < served.pages_made()

    served.edit("docs/en/chapter/page.md", "Text.", "English words.")
    served.shows("chapter/page/", "English words.")
    served.shows("zh/chapter/page/", "printed-1")
    served.waits_until(lambda: served.log().count("Documentation built in") == 3)  # both languages, then English
    assert served.chinese_builds() == 1, "nothing of the Chinese site has changed"
    assert served.pages_made() == {"en/chapter/page.md"}, "a page that has not changed is not made again"

    served.edit("docs/zh/chapter/page.md", "Text.", "中文。")
    served.shows("zh/chapter/page/", "中文。")
    assert served.chinese_builds() == 1, "the page comes first, and the rest of the site after it"
    served.waits_until(lambda: served.chinese_builds() == 2)

    served.edit("snippets/chapter/page_claim.py", "printed-1", "printed-2")
    served.shows("chapter/page/", "printed-2")
    served.shows("zh/chapter/page/", "printed-2")
    assert served.chinese_builds() == 2, "in both languages"
    served.waits_until(lambda: served.chinese_builds() == 3)
    assert "zh/index.md" not in served.pages_made()

    served.edit("docs/en/chapter/page.md", "setup.txt", "gone.txt")
    served.waits_until(lambda: "gone.txt" in served.log())
    served.edit("docs/en/chapter/page.md", "gone.txt", "setup.txt")
    served.edit("docs/en/chapter/page.md", "English", "More English")
    served.shows("chapter/page/", "More English words.")
    served.shows("zh/chapter/page/", "printed-2")
    assert served.chinese_builds() == 3, "it outlives a build that fails"

    served.edit("snippets/chapter/page_claim.py", "'printed-2'", "'printed-3")
    served.waits_until(lambda: "SyntaxError" in served.log())
    served.edit("snippets/chapter/page_claim.py", "'printed-3", "'printed-3'")
    served.shows("zh/chapter/page/", "printed-3")
    served.waits_until(lambda: served.chinese_builds() == 4)

    served.edit("docs/en/chapter/page.md", "A question?", "Which question?")
    served.waits_until(lambda: served.chinese_builds() == 5)  # it lists the questions in both languages
