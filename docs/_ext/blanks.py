"""Blanks in the text, for the reader to fill in: {blank}`0.727108`, or {blank}`less|more` to choose.

A blank that is right in other ways too has them all, as {blank}`h_out_2 = 0.727108`; the first one is shown.
Without a script the answer is there, underlined. With it (docs/playground/blanks.js) it is a field, or a
button for each choice, of which the first one written is right. A number is read as the playground reads it.
"""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst.states import Inliner
from playground import minified, source
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator
from translated import said


class Blank(nodes.Inline, nodes.TextElement):  # type: ignore[misc]
    """A blank: its text is the answer."""


def blank(
    role: str, raw: str, text: str, line: int, inliner: Inliner, options: Any = None, content: Any = None
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Read a blank."""
    answer, *others = text.split("|")
    answer, *equal = answer.split(" = ")
    return [
        Blank(raw, answer, choices="|".join(sorted([answer, *others])) if others else "", equal=equal)
    ], []


def visit(self: HTML5Translator, node: Blank) -> None:
    """Begin a blank, with the room that its field will take: nothing moves when the script comes."""
    choices = node["choices"]
    marks = {"data-choices": choices} if choices else {}
    if equal := node["equal"]:
        marks["data-equal"] = "|".join(equal)
    room = f"--n: {len(choices or node.astext())}"
    style = room if self.builder.name == "html" else "text-decoration: underline"
    self.body.append(self.starttag(node, "span", "", CLASS="blank", STYLE=style, **marks))


def depart(self: HTML5Translator, node: Blank) -> None:
    """End a blank."""
    self.body.append("</span>")


def write(app: Sphinx) -> None:
    """Write the script before the pages, which say its version."""
    if app.builder.name == "html":
        folder = Path(app.outdir) / "_static"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "blanks.js").write_text(minified([source("numbers"), source("blanks")]), "utf-8")


def script(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    """Have a page that holds blanks ask for their script."""
    if doctree and any(doctree.findall(Blank)):
        words: dict[str, Any] = {"data-words": json.dumps(said("blank"), ensure_ascii=False)}
        app.add_js_file("blanks.js", loading_method="defer", **words)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the role."""
    app.add_node(Blank, html=(visit, depart))
    app.add_role("blank", blank)
    app.connect("builder-inited", write)
    app.connect("html-page-context", script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
