"""What makes the built book a site: notebooks to take away, the book as one file, the theme's last gaps.

Everything that Sphinx and the extensions in conf.py do is left to them.
"""

import hashlib
import math
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

log = logging.getLogger(__name__)
TIMES, THEME = "execution-times", "styles/furo.css"
SHEET = re.compile(r'<link rel="stylesheet" type="text/css" href="([^"]*)_static/([^"?]+)\?[^"]*" />\n?')
# The font of the formulas is asked for at once, so that none changes its width when it comes. A page
# that is opened from a disk may not preload.
PRELOAD = (
    '<script>if (location.protocol !== "file:") document.head.insertAdjacentHTML("beforeend", '
    """'<link rel="preload" href="%s" as="font" crossorigin>')</script>\n"""
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
COLOURS = re.compile(r"div\.highlight \.-Color\[class\*=-(?:BG)?C\d+\] \{[^}]*\}\s*")
# A build leaves no clock in the EPUB.
EARLIEST = (1980, 1, 1, 0, 0, 0)
CLOCK, DATE = re.compile(rb"\d{4}-\d\d-\d\dT[\d:]+Z"), b"2026-01-01T00:00:00Z"

# What the theme leaves out, and assistive technology needs.
GAPS = {
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Contents of the book">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="On this page">',
    '<div class="content-icon-container">': '<div class="content-icon-container" role="navigation" '
    'aria-label="This page">',
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<summary aria-label="Toggle hidden content">': "<summary>",
}


class ExecutionTimes(SphinxDirective):
    """The place of a table that says how long the cells of each page took."""

    def run(self) -> list[nodes.Node]:
        """Leave the place empty: the other pages may not have been read yet."""
        return [nodes.container(classes=[TIMES])]


def fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the table of execution times in its place."""
    for place in doctree.findall(lambda node: isinstance(node, nodes.container) and TIMES in node["classes"]):
        rows: list[tuple[str, ...]] = []
        for name in (app.config.root_doc, *app.env.toctree_includes[app.config.root_doc]):
            data = NbMetadataCollector.get_exec_data(app.env, name)
            if data and data["runtime"] is not None:
                tree = app.env.get_doctree(name)
                formulas = [*tree.findall(nodes.math), *tree.findall(nodes.math_block)]
                cells = Path(app.env.doc2path(name)).read_text("utf-8").count("{code-cell}")
                power = max(1, math.ceil(math.log10(data["runtime"] / 3)))  # far from what any page takes
                title = app.env.titles[name].astext()
                rows.append((title, str(cells), str(len(formulas)), f"under {3 * 10**power} s"))
        place += table(("page", "cells", "formulas", "time"), rows)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> nodes.table:
    """Return a table of plain text."""

    def row(cells: tuple[str, ...]) -> nodes.row:
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))

    columns = [nodes.colspec(colwidth=1) for _ in head]
    body = nodes.tbody("", *map(row, rows))
    return nodes.table("", nodes.tgroup("", *columns, nodes.thead("", row(head)), body, cols=len(head)))


FILE = re.compile(r'"([\w./-]+\.(?:json|toml))"')  # a file of data that a cell names


def notebooks(app: Sphinx, out: Path) -> None:
    """Write each executed page as a notebook without its outputs, to be run by the reader."""
    folder = out / "notebooks"
    folder.mkdir(exist_ok=True)
    for path in sorted(Path(app.outdir).parent.glob("jupyter_execute/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"]}
        code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
        files = sorted({name for name in FILE.findall(code) if Path(app.srcdir, name).is_file()})
        if files:
            rows = ["# The files that this page reads.", "from pathlib import Path", ""]
            for name in files:
                text = Path(app.srcdir, name).read_text("utf-8")
                rows.append(f"Path({name!r}).parent.mkdir(exist_ok=True)")
                rows.append(f"Path({name!r}).write_text(r'''{text}''', encoding='utf-8')")
            notebook.cells.insert(0, nbformat.v4.new_code_cell("\n".join(rows)))
        for number, cell in enumerate(notebook.cells):
            cell.id = f"cell-{number}"  # Jupyter's own ids are random
            cell.metadata = {}
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, folder / path.name)


def download(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Tell the page's template whether there is a notebook of it."""
    source = app.env.doc2path(page) if page in app.env.found_docs else None
    context["notebook"] = bool(source and "{code-cell}" in Path(source).read_text("utf-8"))


def finished(out: Path) -> None:
    """Fill the theme's gaps in every page, and join the style sheets beside the theme's own into one.

    Comments, empty space and the 512 rules for terminal colours that no cell prints are left out of it.
    """
    names = [name for _, name in SHEET.findall((out / "index.html").read_text("utf-8")) if name != THEME]
    joined = "".join((out / "_static" / name).read_text("utf-8") for name in names)
    joined = re.sub(r"\s*([{};,])\s*", r"\1", COMMENT.sub("", COLOURS.sub("", joined)))
    (out / "_static" / "site.css").write_text(joined, "utf-8")
    version = hashlib.sha256(joined.encode()).hexdigest()[:8]
    for path in out.rglob("*.html"):
        page = path.read_text("utf-8")
        for old, new in GAPS.items():
            page = page.replace(old, new)
        root, _ = SHEET.findall(page)[0]
        links = "".join(
            f'<link rel="stylesheet" type="text/css" href="{root}_static/{name}?v={version}" />\n'
            for name in (THEME, "site.css")
        )
        if "<math" in page:
            links += PRELOAD % f"{root}_static/mathematics.woff2"
        path.write_text(SHEET.sub("", page).replace("</head>", f"{links}</head>", 1), "utf-8")


def epub(app: Sphinx, out: Path) -> None:
    """Build the book as an EPUB beside the site, always of the same bytes."""
    with TemporaryDirectory() as work:
        command = ["-m", "sphinx", "-b", "epub", "-E", "-W", "-n", "-q", "-c", str(app.confdir)]
        command += ["-d", f"{work}/doctrees", str(app.srcdir), f"{work}/epub"]
        built = subprocess.run([sys.executable, *command], capture_output=True, text=True, encoding="utf-8")
        if built.returncode:
            log.warning("the EPUB: %s", built.stderr.strip(), type="epub")
            return
        with zipfile.ZipFile(f"{work}/epub/bplit.epub") as book:
            parts = {name: book.read(name) for name in book.namelist()}
    parts = {"mimetype": parts.pop("mimetype")} | dict(sorted(parts.items()))  # the type comes first
    with zipfile.ZipFile(out / "bplit.epub", "w") as copy:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            copy.writestr(entry, CLOCK.sub(DATE, data) if name.endswith(".opf") else data)


def finish(app: Sphinx, error: Exception | None) -> None:
    """Write what stands beside the pages."""
    if error or app.builder.name != "html":
        return
    out = Path(app.outdir)
    finished(out)
    notebooks(app, out)
    epub(app, out)


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the steps to Sphinx."""
    app.add_directive(TIMES, ExecutionTimes)
    app.connect("doctree-resolved", fill)
    app.connect("html-page-context", download)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
