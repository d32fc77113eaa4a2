"""A report that a cell prints, as a table whose words wrap: shapes.py writes it."""

from typing import Any

from docutils import nodes
from shapes import is_report, report
from sphinx.application import Sphinx
from translated import in_language, said


def in_words(text: str) -> str:
    """Return a report as HTML, in the language of this edition."""
    return report(text, in_language, said("published")["right"])


def set_reports(app: Sphinx, doctree: nodes.document) -> None:
    """Set the reports of a page."""
    for block in [*doctree.findall(nodes.literal_block)]:
        text = block.astext()
        if "cell_output" in block.parent.get("classes", []) and is_report(text):
            table = nodes.raw("", f'<div class="report">{in_words(text)}</div>', format="html")
            block.parent.replace(block, table)  # by itself it would hand on its classes


def setup(app: Sphinx) -> dict[str, Any]:
    """Join it to Sphinx."""
    app.connect("doctree-read", set_reports)
    app.add_css_file("reports.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
