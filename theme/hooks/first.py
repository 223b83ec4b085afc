"""`mkdocs serve`: a page whose text, or what it includes, has changed is shown first; the rest of the site follows."""

from contextlib import suppress

from again import changes
from mkdocs.commands.build import _build_page, _populate_page
from watchdog.observers.polling import PollingObserver

FEW, LULL = 6, 1.0  # pages; seconds for a browser to fetch them, or for the author to go on
POLL = 0.2  # s; MkDocs looks at the files every half second, and an author waits for it
last = {}  # language -> its last build


def on_nav(nav, config, files):
    last[config.theme["language"]] = {"config": config, "files": files, "nav": nav}


def on_env(env, config, files):
    last[config.theme["language"]]["env"] = env


def on_post_build(config):
    last[config.theme["language"]]["whole"] = True


def on_serve(server, config, builder):
    rest, server.observer = server.builder, PollingObserver(timeout=POLL)
    for path in list(server._watched_paths):
        del server._watched_paths[path]
        server.watch(path)

    def build():
        shown = False
        with suppress(Exception):  # whatever is wrong, the rest says it
            shown = show()
        if shown:
            with server._epoch_cond:
                server._visible_epoch = server._wanted_epoch
                server._epoch_cond.notify_all()
            with server._rebuild_cond:
                if server._rebuild_cond.wait_for(lambda: server._want_rebuild or server._shutdown, LULL):
                    return
            with server._epoch_cond:
                server._visible_epoch = 0  # requests wait, and the page that is shown already is not loaded once more
        rest()

    server.builder = build


def show():
    """Make the pages that have changed, and no other; false if there is none, or too much has changed."""
    pages = [(page, site) for site in last.values() if "whole" in site for page in outdated(site["files"])]
    if not 0 < len(pages) <= FEW:
        return False
    for page, site in pages:
        vars(page).pop("render", None)  # again.py
        page.unsearched = True  # memory.py
        _populate_page(page, site["config"], site["files"])
        _build_page(page, site["config"], site["files"].documentation_pages(), site["nav"], site["env"])
    return True


def outdated(files):
    for file in files.documentation_pages():
        markdown, _, before, _ = file.page.made_of
        if changes(markdown, file.page) != before:
            yield file.page
