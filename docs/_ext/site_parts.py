"""What makes the built book a site: notebooks to take away, the book as one file, the theme's last gaps.

Everything that Sphinx and the extensions in conf.py do is left to them.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import minify
import nbformat
from docutils import nodes
from edition import FOLDER, around, beside
from sentences import ENGLISH, LANGUAGE
from shapes import PRE, TABLE, folded, listed
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from translated import said

log = logging.getLogger(__name__)
CONTENTS, SITE_SHEET = "page-contents", "site.css"
# What is copied for every build; the playground is minified where it is joined.
SCRIPTS = ("book", "doctools", "sphinx_highlight", "copybutton", "searchtools")
ROOT = Path(__file__).parent.parent.parent
READ: set[str] = set()  # the pages that this build has read
SHEET = re.compile(r'<link rel="stylesheet" type="text/css" href="([^"]*)_static/([^"?]+)[^"]*" />\n?')
# The fonts are asked for at once, so that nothing changes its width when they come: one that came later would
# stay away from that page. Each with what a page has that is set in it. A page from a disk may not preload.
FONTS = {
    "text": re.compile(""),
    "bold": re.compile('<strong>|<th class="head|<dt>|<dt id="term'),
    "italic": re.compile("<em>"),
}
PRELOAD = (
    '<script>if (location.protocol !== "file:") document.head.insertAdjacentHTML("beforeend", '
    """'<link rel="preload" href="%s" as="font" crossorigin>')</script>\n"""
)
COPYING = re.compile(r'<script src="[^"]*_static/(?:clipboard\.min|copybutton)\.js[^"]*"></script>\n?')
PLAIN = re.compile(r'<span class="[npw]">([^<]*)</span>')  # in code: has the colour of what is around it
RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
APART = re.compile(r",(?![^(]*\))")  # between two selectors
OPTIONAL = re.compile(r":(?:not|is|where|has)\([^)]*\)+|\[[^\]]*\]")
CALLED = re.compile(r"[.#](-?[a-z_][\w-]*)", re.I)  # a class, or the name of one part
WORD = re.compile(r"[\w-]+")
# A build leaves no clock in the EPUB.
EARLIEST = (1980, 1, 1, 0, 0, 0)
CLOCK, DATE = re.compile(rb"\d{4}-\d\d-\d\dT[\d:]+Z"), b"2026-01-01T00:00:00Z"

# What the theme leaves out, and assistive technology needs.
SITE = said("site")
GAPS = {
    '<span class="pre">--': '<span class="pre whole">--',  # browsers break a line behind any hyphen
    '<aside class="sidebar-drawer">': f'<aside class="sidebar-drawer" aria-label="{SITE["contents"]}">',
    '<aside class="toc-drawer">': f'<aside class="toc-drawer" aria-label="{SITE["here"]}">',
    '<div class="content-icon-container">': '<div class="content-icon-container" role="navigation" '
    f'aria-label="{SITE["page"]}">',
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<summary aria-label="Toggle hidden content">': "<summary>",
}


class Contents(SphinxDirective):
    """The place of a table that says how many cells and formulas each page holds."""

    def run(self) -> list[nodes.Node]:
        """Leave the place empty: the other pages may not have been read yet."""
        return [nodes.container(classes=[CONTENTS])]


def fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the table of contents in its place."""
    for place in doctree.findall(
        lambda node: isinstance(node, nodes.container) and CONTENTS in node["classes"]
    ):
        rows: list[tuple[str, ...]] = []
        for name in (app.config.root_doc, *app.env.toctree_includes[app.config.root_doc]):
            cells = Path(app.env.doc2path(name)).read_text("utf-8").count("{code-cell}")
            if cells:
                tree = app.env.get_doctree(name)
                formulas = [*tree.findall(nodes.math), *tree.findall(nodes.math_block)]
                rows.append((app.env.titles[name].astext(), str(cells), str(len(formulas))))
        place += table(tuple(said("holds").values()), rows)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> nodes.table:
    """Return a table of plain text."""

    def row(cells: tuple[str, ...]) -> nodes.row:
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))

    columns = [nodes.colspec(colwidth=1) for _ in head]
    body = nodes.tbody("", *map(row, rows))
    return nodes.table("", nodes.tgroup("", *columns, nodes.thead("", row(head)), body, cols=len(head)))


FILE = re.compile(r'"([\w./-]+\.(?:json|toml))"')  # a file of data that a cell names


def notebooks(app: Sphinx, out: Path) -> None:
    """Write each page that was executed as a notebook without its outputs, to be run by the reader."""
    folder = out / "notebooks"
    folder.mkdir(exist_ok=True)
    for path in sorted(Path(app.outdir).parent.glob("jupyter_execute/*.ipynb")):
        if is_newer(folder / path.name, [path]):
            continue
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


def is_newer(target: Path, sources: Iterable[Path]) -> bool:
    """Say whether a file was written after all those that it is made of."""
    return target.is_file() and target.stat().st_mtime >= max(path.stat().st_mtime for path in sources)


def download(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Tell the page's template where its notebook is, if there is one."""
    source = app.env.doc2path(page) if page in app.env.found_docs else None
    if source and "{code-cell}" in Path(source).read_text("utf-8"):
        context["notebook"] = f"{'../' * (LANGUAGE != ENGLISH)}notebooks/{page}.ipynb"


STORY = ("index", "network")  # who reads on after the first page wants the story; the tools stand in between


def lead(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Let the foot of the first page lead to the first chapter, and back."""
    if page in STORY:
        other = STORY[1 - STORY.index(page)]
        title = app.env.titles[other].astext()
        context["next" if other == STORY[1] else "prev"] = {"link": context["pathto"](other), "title": title}


def joined(out: Path, names: tuple[str, ...], pages: Iterable[str]) -> str:
    """Write style sheets as one, and return its version.

    The theme and the extensions have rules for much that no page has: what names a class that stands neither
    in a page nor in a source of what scripts write is left out.
    """
    files = (path for folder in ("docs", "workings") for path in (ROOT / folder).rglob("*"))
    sources = (path for path in files if path.suffix in {".js", ".py", ".html"})
    texts = (path.read_text("utf-8") for path in (*sources, *(out / "_static").rglob("*.js")))
    words = {word for text in (*pages, *texts) for word in WORD.findall(text)}

    def used(rule: re.Match[str]) -> str:
        selectors = APART.split(rule[1])
        kept = [each for each in selectors if words.issuperset(CALLED.findall(OPTIONAL.sub("", each)))]
        return f"{','.join(kept)}{{{rule[2]}}}" if kept else ""

    text = minify.string("text/css", "".join((out / "_static" / name).read_text("utf-8") for name in names))
    text = minify.string("text/css", RULE.sub(used, text))
    (out / "_static" / SITE_SHEET).write_text(text, "utf-8")
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def written(out: Path) -> list[Path]:
    """Return the pages of the edition that is being built."""
    return [path for path in out.rglob("*.html") if path.relative_to(out).parts[0] != FOLDER]


def finished(out: Path, base: str) -> None:
    """Fill the theme's gaps in every new page; join the style sheets, minify the scripts that pages have."""
    for name in SCRIPTS:
        script = out / "_static" / f"{name}.js"
        script.write_text(minify.string("application/javascript", script.read_text("utf-8")), "utf-8")
    pages = {path: path.read_text("utf-8") for path in written(out)}
    new = {path: page for path, page in pages.items() if len(SHEET.findall(page)) > 1}
    if new:
        (names,) = {tuple(name for _, name in SHEET.findall(page)) for page in new.values()}
        version = joined(out, names, pages.values())
    for path, page in new.items():
        for old, fill in GAPS.items():
            page = page.replace(old, fill)
        root, _ = SHEET.findall(page)[0]
        # Chinese text has a font of the reader's own
        fonts = [font for font, marks in FONTS.items() if marks.search(page) and LANGUAGE == ENGLISH]
        fonts += ["text", "mathematics"] * ("<math" in page)
        # above the style sheet: a script below it waits for it
        added = "".join(PRELOAD % f"{root}_static/{font}.woff2" for font in dict.fromkeys(fonts))
        added += f'<link rel="stylesheet" type="text/css" href="{root}_static/{SITE_SHEET}?v={version}" />\n'
        if 'class="highlight' not in page:
            page = COPYING.sub("", page)
        page = SHEET.sub("", TABLE.sub(listed, PRE.sub(folded, PLAIN.sub(r"\1", page))))
        page = page.replace("</head>", f"{added}</head>", 1)
        path.write_text(page if LANGUAGE == ENGLISH else beside(around(page), base), "utf-8")


@cache
def begun(app: Sphinx) -> tuple[subprocess.Popen[str], Path]:
    """Begin to write the EPUB, once, from what has been read for the site."""
    work = Path(mkdtemp())
    command = [sys.executable, "-m", "sphinx", "-b", "epub", "-W", "-n", "-q", "-c", str(app.confdir)]
    command += ["-d", str(app.doctreedir), str(app.srcdir), str(work)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8"), work


def begin(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Begin to write the EPUB with the first page of the site, on another core."""
    if app.builder.name == "html":
        begun(app)


def epub(app: Sphinx, out: Path) -> None:
    """Take the EPUB over into the site, always of the same bytes."""
    process, work = begun(app)
    _, wrong = process.communicate()
    if process.returncode:
        log.warning("the EPUB: %s", wrong.strip(), type="epub")
    else:
        with zipfile.ZipFile(work / "bplit.epub") as book:
            parts = {name: book.read(name) for name in book.namelist()}
        parts = {"mimetype": parts.pop("mimetype")} | dict(sorted(parts.items()))  # the type comes first
        with zipfile.ZipFile(out / "bplit.epub", "w") as copy:
            for name, data in parts.items():
                entry = zipfile.ZipInfo(name, EARLIEST)
                entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                copy.writestr(entry, CLOCK.sub(DATE, data) if name.endswith(".opf") else data)
    shutil.rmtree(work)


def one_writes(app: Sphinx) -> None:
    """Have one process write, so that the sitemap keeps the order of the pages; the EPUB has another core."""
    type(app.builder).allow_parallel = False


@cache
def index_before(app: Sphinx) -> bytes | None:
    """Return the search index that stood there when the build began."""
    path = Path(app.outdir, "searchindex.js")
    return path.read_bytes() if path.is_file() else None


def note(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Remember the pages that are read."""
    READ.update(docnames)


def whole(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Have every page written if one was read: its title, its number, its links stand in others as well.

    So the index of the search begins anew, or it would keep the words that are gone; and so do the pages of
    the sources, which are not written while they are newer than the sources.
    """
    if READ:
        Path(app.outdir, "searchindex.js").unlink(missing_ok=True)
        shutil.rmtree(Path(app.outdir, "_modules"), ignore_errors=True)
    return env.found_docs if READ else ()


def forget(app: Sphinx, error: Exception | None) -> None:
    """Forget all that was read if there was a warning: the next build has to say it again."""
    if app._warncount:
        (app.doctreedir / ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def finish(app: Sphinx, error: Exception | None) -> None:
    """Write what stands beside the pages."""
    if app.builder.name != "html":
        return
    out = Path(app.outdir)
    if not error:
        finished(out, app.config.html_baseurl)
    if not error and LANGUAGE == ENGLISH:  # a notebook is code, and English
        notebooks(app, out)
    if begun.cache_info().currsize:
        epub(app, out)
        (out / "bplit.pdf").unlink(missing_ok=True)  # it was printed from the pages of before: make pdf
    elif index := index_before(app):  # without a new page, Sphinx loses the terms of the glossary in it
        (out / "searchindex.js").write_bytes(index)


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the steps to Sphinx."""
    app.add_config_value("pages_key", "", "env", str)  # with another one, all pages are read again
    app.add_directive(CONTENTS, Contents)
    app.connect("builder-inited", one_writes)
    app.connect("builder-inited", index_before)
    app.connect("env-before-read-docs", note)
    app.connect("env-get-updated", whole)
    app.connect("doctree-resolved", begin)
    app.connect("doctree-resolved", fill)
    app.connect("html-page-context", download)
    app.connect("html-page-context", lead)
    app.connect("build-finished", finish, priority=600)  # after the theme has written its colours of code
    app.connect("build-finished", forget, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
