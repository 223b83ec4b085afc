"""The rasterized parts of figures become files beside the page: base64 in the page would double its weight."""

import base64
import hashlib
import re
from pathlib import Path

from mkdocs.utils import get_relative_url

PNG = re.compile(r'href="data:image/png;base64,([^"]+)"')
images = {}  # path in the site -> bytes


def on_post_page(output, page, config):
    def link(match):
        content = base64.b64decode(match[1])
        path = f"assets/figures/{hashlib.sha256(content).hexdigest()[:16]}.png"
        images[path] = content
        return f'href="{get_relative_url(path, page.url)}"'

    return PNG.sub(link, output)


def on_post_build(config):
    for path, content in images.items():
        target = Path(config.site_dir, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    images.clear()
