"""The Chinese edition beside the English one: what is in it, where its links lead, and how it is built.

A page is in zh/ exactly when its catalog is complete. A link to any other page leads to the English one.
Each page that is there in both languages has a switch, and tells machines of the other one.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sentences import CHINESE, ENGLISH, LANGUAGE, SPOKEN, spoken
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from translated import CATALOGS, DOCS, own_words, read, said

log = logging.getLogger(__name__)
FOLDER = "zh"  # beside the English pages
NAMES = {ENGLISH: "English", CHINESE: "中文"}
TAGS = {ENGLISH: "en", CHINESE: "zh-CN"}
OTHER = CHINESE if LANGUAGE == ENGLISH else ENGLISH
HEADING = re.compile(r"^# (.+)", re.M)
FRAME = ("search",)  # pages without a source


@cache
def translated_pages() -> tuple[str, ...]:
    """Return the pages that are translated, down to the last message; none without the first page."""
    catalogs = {path.stem: read(path) for path in sorted(CATALOGS.glob("*.po"))}
    done = [
        name
        for name, catalog in catalogs.items()
        if Path(DOCS, f"{name}.md").is_file() and all(m.string and not m.fuzzy for m in catalog if m.id)
    ]
    return tuple(done) if "index" in done else ()


@cache
def absent() -> frozenset[str]:
    """Return the pages that are English alone."""
    return frozenset(path.stem for path in DOCS.glob("*.md")) - {*translated_pages()}


def listed(app: Sphinx, page: str, source: list[str]) -> None:
    """Write the titles and the addresses of pages that are English alone into the table of contents."""
    for name in absent():
        if found := re.search(rf"^{name}$", source[0], re.M):
            title = HEADING.search(Path(DOCS, f"{name}.md").read_text("utf-8"))
            line = f"{title[1] if title else name} <{address(app, name)}>"
            source[0] = f"{source[0][: found.start()]}{line}{source[0][found.end() :]}"


def led(app: Sphinx, doctree: nodes.document) -> None:
    """Have the links to pages that are English alone lead there, and keep the anchors of this page.

    MyST takes note of the headings of what it has read last: that is a translated sentence.
    """
    app.env.metadata[app.env.current_document.docname]["myst_slugs"] = doctree.myst_slugs
    for link in [*doctree.findall(addnodes.pending_xref)]:
        if link["reftarget"] in absent() and link.get("refdomain") == "doc":
            anchor = f"#{link['reftargetid']}" if link.get("reftargetid") else ""
            url = address(app, link["reftarget"]) + anchor
            link.replace_self(nodes.reference("", "", *link.children, refuri=url, internal=False))


def term(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, text: nodes.Element
) -> nodes.Element | None:
    """Have a term lead to the English glossary while there is no other."""
    if node["reftype"] == "term" and "glossary" in absent():
        return nodes.reference("", "", text, refuri=address(app, "glossary"), internal=False)
    return None


def address(app: Sphinx, page: str) -> str:
    """Return where an English page is published; on the site, ``beside`` makes it the way there."""
    return f"{app.config.html_baseurl.removesuffix(f'{FOLDER}/')}{page}.html"


def beside(page: str, base: str) -> str:
    """Return a Chinese page whose links to English ones need no host."""
    english = base.removesuffix(f"{FOLDER}/")
    return re.sub(
        rf'<a class="reference external" href="{re.escape(english)}(?!{FOLDER}/)',
        f'<a class="reference" hreflang="{TAGS[ENGLISH]}" lang="{TAGS[ENGLISH]}" href="../',
        page,
    )


def switch(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Tell the template of a page where it is in the other language, and the words around every page."""
    context["site"] = said("site")
    if "built" in absent() and LANGUAGE != ENGLISH:
        context["built"] = "../built.html"
    if not translated_pages() or page not in (*translated_pages(), *FRAME):
        return
    root = app.config.html_baseurl.removesuffix(f"{FOLDER}/")
    context["alternates"] = {
        TAGS[ENGLISH]: f"{root}{page}.html",
        TAGS[CHINESE]: f"{root}{FOLDER}/{page}.html",
        "x-default": f"{root}{page}.html",
    }
    way = f"{FOLDER}/{page}.html" if LANGUAGE == ENGLISH else f"../{page}.html"
    context["other"] = {"name": NAMES[OTHER], "tag": TAGS[OTHER], "way": way}
    if LANGUAGE == ENGLISH and page in translated_pages():
        app.sitemap_links.put((f"{FOLDER}/{page}.html", None))  # type: ignore[attr-defined]


def around(page: str) -> str:
    """Return a page with the words around it, which the theme has in English, in the language of the book."""
    words = {own_words()[f"site.{key}"]: text for key, text in said("site").items()}

    def put(part: re.Match[str]) -> str:
        text = spoken(part)
        return part[0].replace(escape(text), escape(words[text])) if text in words else part[0]

    return SPOKEN.sub(put, page)


@cache
def begun(app: Sphinx) -> tuple[subprocess.Popen[str], Path]:
    """Begin to build the Chinese edition, once, from the cells that were executed for the English one."""
    work = Path(app.outdir).parent / FOLDER
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-j", "auto", "-W", "-n", "-q"]
    command += ["-c", str(app.confdir), "-d", str(work / "doctrees"), str(app.srcdir), str(work / "html")]
    chosen = os.environ | {"BOOK_LANGUAGE": CHINESE}
    process = subprocess.Popen(command, env=chosen, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    return process, work / "html"


def begin(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Begin to build the Chinese edition once the cells are executed, on another core."""
    if app.builder.name == "html" and translated_pages():
        begun(app)
    return ()


def take(app: Sphinx, error: Exception | None) -> None:
    """Take the Chinese edition over into the site."""
    if app.builder.name != "html":
        return
    place = Path(app.outdir) / FOLDER
    shutil.rmtree(place, ignore_errors=True)
    if begun.cache_info().currsize:
        process, made = begun(app)
        _, wrong = process.communicate()
        if process.returncode:
            log.warning("the Chinese edition: %s", wrong.strip(), type="edition")
        else:
            shutil.copytree(made, place, ignore=shutil.ignore_patterns(".*"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Join it to Sphinx."""
    app.add_config_value("chinese", (), "html", tuple)  # with others, every page is written anew
    app.connect("html-page-context", switch)
    if LANGUAGE == ENGLISH:
        app.connect("env-updated", begin)
        app.connect("build-finished", take, priority=900)  # after all that looks through the site
    else:
        app.connect("source-read", listed)
        app.connect("doctree-read", led)
        app.connect("missing-reference", term)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
