"""Old addresses of pages lead on: a small page at each, which works from a disk and without a script."""

from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Go through the old addresses: what is written at each."""
    for old, new in app.config.moved.items() if app.builder.name == "html" else ():
        now = f"{new}.html"
        told = {"title": app.env.titles[new].astext(), "now": now, "canonical": app.config.html_baseurl + now}
        yield old, told, "moved.html"


def setup(app: Sphinx) -> dict[str, bool]:
    """Have the pages written."""
    app.add_config_value("moved", {}, "html", dict)
    app.connect("html-collect-pages", pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
