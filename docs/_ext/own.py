"""The form for a network of one's own: its scripts are joined here, and its place is filled.

What it asks is answered by docs/live/own_network.py, in the page. Where Python for the page was not packed,
the place says so, and the page goes on with the command.
"""

from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from live import PACKS, is_packed, version, written
from playground import assigned, minified
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from translated import said

from workings.net.matrices import ACTIVATIONS, LOSSES

DOCS = Path(__file__).parent.parent
WORDS = said("own") | {"offline": said("live")["offline"]}
PLACE = "<!-- a network of one's own -->"
SCRIPTS = ("playground/numbers", "own/network", "own/form", "playground/loaded", "own/work", "own/main")


class OwnNetwork(SphinxDirective):
    """The place of the form."""

    def run(self) -> list[nodes.Node]:
        """Leave the place empty: whether Python is packed is known when the page is written."""
        return [nodes.raw("", PLACE, format="html")] if self.env.app.builder.name == "html" else []


@cache
def files() -> dict[str, str]:
    """Return the script and the style sheet of the page, by the name of the file."""
    parts = [(DOCS / f"{name}.js").read_text("utf-8") for name in SCRIPTS]
    words_first = [assigned("WORDS", WORDS), assigned("CHOICES", {"activations": [*ACTIVATIONS]})]
    script = minified([*parts[:-1], *words_first, parts[-1]])
    return {"own.js": script, "own.css": (DOCS / "own" / "own.css").read_text("utf-8")}


def fill(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Put the form in its place."""
    if PLACE not in context.get("body", ""):
        return
    if app.builder.name != "html" or not is_packed():
        context["body"] = context["body"].replace(PLACE, f"<p><em>{escape(WORDS['no python'])}</em></p>")
        return
    folder = context["pathto"]("_static", resource=True)
    address = {name: f"{folder}/{name}?v={version(text)}" for name, text in files().items()}
    engine = f"{folder}/live/engine.js?v={version(written()['engine.js'])}"
    play = f"{folder}/playground.js?v={app.config.playground_version}"
    loader = FileSystemLoader(DOCS / "_templates")
    options: dict[str, Any] = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    form = Environment(loader=loader, undefined=StrictUndefined, **options).get_template("own.html")
    size = sum(len(written()[f"{name}.js"]) for name in PACKS if name != "draw") * 3 / 4 / 1e6
    text = form.render(
        words=WORDS,
        sheets=said("playground"),
        losses={loss: said("mistake")[loss] for loss in LOSSES},
        engine=engine,
        play=play,
        size=str(round(size)),
        style=address["own.css"],
        script=address["own.js"],
    )
    context["body"] = context["body"].replace(PLACE, text)


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the script and the style sheet beside the pages."""
    if error or app.builder.name != "html" or not is_packed():
        return
    for name, text in files().items():
        (Path(app.outdir) / "_static" / name).write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the form to Sphinx."""
    app.add_directive("own-network", OwnNetwork)
    app.connect("html-page-context", fill)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
