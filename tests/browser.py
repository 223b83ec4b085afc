"""The built site in a browser, under a sub-path: what every tests/test_site*.py uses (fixtures through conftest.py)."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading

import pytest
from pages import ROOT

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BEGINNING = """() => {
    [...document.querySelector("article").children].slice(50).forEach(block => block.remove())
    document.querySelectorAll(".md-nav--secondary a").forEach(link => {  // or the contents would scroll below their title
        if (link.hash && !document.getElementById(decodeURIComponent(link.hash.slice(1)))) link.parentElement.remove()
    })
}"""


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *args):  # a browser that has seen enough hangs up
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the built site; the lab has run."""
    folder = tmp_path_factory.mktemp("www") / "notes"
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": "http://127.0.0.1/notes/"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return folder


@pytest.fixture(scope="session")
def base(site):
    handler = functools.partial(Handler, directory=str(site.parent))
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/notes/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM:
        pytest.skip("no Chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, base):
    """Open pages of the site; in the end no page may have logged an error or asked another host for anything."""
    contexts, complaints = [], []

    def visit(path="", **options):
        contexts.append(browser.new_context(**{"viewport": {"width": 1300, "height": 900}, **options}))
        page = contexts[-1].new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: r.url.startswith((base, "data:", "blob:")) or complaints.append(r.url))
        page.goto(base + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not [c for c in complaints if "404" not in c], complaints


def axe(page):
    """The faults that axe-core finds. It is slow: of a long page it sees the beginning, of a drawing the frame."""
    page.evaluate(BEGINNING)
    page.evaluate("document.querySelectorAll('svg.fig > *').forEach(part => part.remove())")
    page.add_script_tag(path=AXE)
    result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{fault['id']}: {node['html'][:150]}" for fault in result["violations"] for node in fault["nodes"][:5]]


def search(page, words):
    field = page.locator(".md-search__input")
    field.click()
    field.fill(words)
    field.dispatch_event("keyup")  # fill() presses no key, and Material listens for one
    page.wait_for_selector(".md-search-result__link")
    return [link.get_attribute("href") for link in page.locator(".md-search-result__link").all()]
