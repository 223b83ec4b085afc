"""What a page costs its reader: Chromium on a phone with a slow line, as Lighthouse sets it up (without its score)."""

from __future__ import annotations

import gzip
import mimetypes
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, sync_playwright

DOCS = Path(__file__).parents[1] / "docs/en"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PHONE = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75, "is_mobile": True, "has_touch": True}
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 184_320, "uploadThroughput": 84_480}  # ms, bytes/s
SLOWDOWN = 4  # of the processor
OBSERVE = """
    window.largest = 0; window.shift = 0
    new PerformanceObserver(list => { for (const entry of list.getEntries()) largest = entry.startTime })
        .observe({type: "largest-contentful-paint", buffered: true})
    new PerformanceObserver(list => { for (const entry of list.getEntries()) shift += entry.value })
        .observe({type: "layout-shift", buffered: true})
"""
SCROLL = """async () => {  // images load when they come near
    const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
    const step = Math.max(innerHeight, document.body.scrollHeight / 30)
    for (let y = 0; y < document.body.scrollHeight; y += step) { scrollTo(0, y); await frame() }
}"""


def survey(site: Path) -> tuple[list[dict], dict[str, int]]:
    """What chosen pages of the site cost, and the bytes of a typical and of the largest notes page's HTML."""
    chosen, notes = [], []
    lessons = [path.relative_to(DOCS).with_suffix("") for path in DOCS.glob("*/*.md") if path.stem != "index"]
    for language, prefix in (("en", ""), ("zh", "zh/")):
        ours = sorted((_html(site / prefix / path), f"{prefix}{path}/") for path in lessons)
        books = [
            (_html(path.parent), f"{path.relative_to(site).parent}/")
            for path in site.glob(f"{prefix}notebooks/*/index.html")
        ]
        kinds = {"home": (_html(site / prefix), prefix), "typical": ours[len(ours) // 2], "largest": ours[-1]}
        kinds["notebook"] = max(books)
        chosen += [(kind, language, size, address) for kind, (size, address) in kinds.items()]
        notes += ours
    sizes = sorted(size for size, _ in notes)
    with _serve(site) as base, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        pages = [
            {"kind": kind, "language": language, "html": round(size / 1000, 1), **_visit(browser, base + address)}
            for kind, language, size, address in chosen
        ]
        browser.close()
    return pages, {"typical": sizes[len(sizes) // 2], "largest": sizes[-1]}


def _html(folder: Path) -> int:
    """Bytes of a page's HTML, compressed."""
    return len(gzip.compress((folder / "index.html").read_bytes(), 6))


def _visit(browser: Browser, url: str) -> dict:
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.add_init_script(OBSERVE)
    devtools, received = context.new_cdp_session(page), []
    for domain in ("Network", "Performance"):
        devtools.send(f"{domain}.enable")
    devtools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.set_default_timeout(300_000)
    page.goto(url, wait_until="load")
    page.evaluate("document.fonts.ready")  # a busy page asks for its fonts late
    page.wait_for_load_state("networkidle")
    cost = {
        "requests": len(received),
        "kilobytes": round(sum(received) / 1000, 1),
        "paint": round(page.evaluate("largest") / 1000, 2),
        "main": round(_metric(devtools, "TaskDuration"), 2),
    }
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.evaluate(SCROLL)
    page.wait_for_load_state("networkidle")
    cost["shift"] = round(page.evaluate("shift"), 4)
    context.close()
    return cost


def _metric(devtools: CDPSession, name: str) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == name)


class _Compressed(BaseHTTPRequestHandler):
    """Text goes out compressed, as from any static host."""

    def do_GET(self) -> None:
        path = self.server.folder / self.path.partition("?")[0].lstrip("/")
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return self.send_error(404)
        kind, content = mimetypes.guess_type(path)[0] or "application/octet-stream", path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if kind.startswith("text/") or kind.rpartition("/")[2] in {"javascript", "json", "svg+xml"}:
            self.send_header("Content-Encoding", "gzip")
            content = gzip.compress(content, 6)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def _serve(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Compressed)
    server.folder = folder
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
