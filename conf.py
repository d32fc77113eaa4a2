"""How the book is built: ``make book``, or the sphinx command in README.md."""

import ast
import hashlib
import json
import logging
import os
import sys
from importlib.metadata import version as installed
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbclient
from jupyter_cache import get_cache
from jupyter_cache.executors import utils as executing
from nbformat import NotebookNode
from traitlets.config import Config

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
from edition import FOLDER, absent, translated_pages  # noqa: E402
from sentences import ENGLISH, LANGUAGE  # noqa: E402
from translated import said  # noqa: E402

logging.getLogger("traitlets").setLevel(logging.WARNING)  # a line for each executed page is no news
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # nor is the weight of a card's title

project = "bplit"
site = said("site")
author = site["authors"]
copyright = f"2026, {author}"
version = release = installed("bplit")
language = LANGUAGE  # one book in two languages: docs/_ext/edition.py
locale_dirs = ["locale"]

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "notfound.extension",
    "sphinx_copybutton",
    "sphinx_sitemap",
    "sphinxext.opengraph",
    "blanks",
    "edition",
    "house",
    "live",
    "mathml",
    "moved",
    "own",
    "pairs",
    "playground",
    "published",
    "reference",
    "reports",
    "site_parts",
    "translated",
    "woven",
]
exclude_patterns = ["_ext", "live", "locale", "own", "_static", "_templates", "playground"]
if language != ENGLISH:
    extensions = [name for name in extensions if name not in ("notfound.extension", "sphinx_sitemap")]
    exclude_patterns += [f"{name}.md" for name in sorted(absent())]
    suppress_warnings = ["i18n.inconsistent_references"]  # terms have other names; tests/test_zh.py compares
nitpicky = True

# The rooms' pages are made from the docstrings. A name in single backticks leads to its place.
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
toc_object_entries_show_parents = "hide"

myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3


def text(*patterns: str) -> bytes:
    """Return the files that patterns find, joined."""
    return b"".join(path.read_bytes() for pattern in patterns for path in sorted(ROOT.glob(pattern)))


def code() -> str:
    """Return what the two packages do: their code without comments and docstrings."""
    parts = []
    for path in sorted([*ROOT.glob("bplit/**/*.py"), *ROOT.glob("workings/**/*.py")]):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
                del node.body[0]
        parts.append(ast.dump(tree))
    return "".join(parts)


def key(*parts: str | bytes) -> str:
    """Return a short name for parts that changes if one of them does."""
    joined = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    return hashlib.sha256(joined).hexdigest()[:16]


# An output is kept for as long as the page, the module and the installed versions stay as they are.
# MyST-NB itself looks at the page alone, so the rest goes into the name of the cache. What a docstring says
# is not in it: no cell prints one.
read = text(
    *("docs/examples/*.toml", "docs/*.json", "docs/live/pack.toml", "workings/words.toml", "requirements.txt")
)
cells = key(sys.version, code(), read)
# The pages are read again if what makes them has changed.
pages_key = key(
    text("conf.py", "docs/_ext/*.py", "docs/_ext/*.toml", "docs/_static/*", "docs/_templates/**/*.html"),
    # once `make live` has been run, pages have a button
    text("docs/live/*.*", "docs/own/*.*", "build/live/LICENSES.txt"),
    text("docs/locale/zh_CN/LC_MESSAGES/words.po") if language != ENGLISH else "",
)

# The playground's scripts have it in their addresses: a browser asks anew for what has changed.
playground_version = key(
    code(), pages_key, text("docs/playground/*.js", "docs/examples/*.toml", "workings/words.toml")
)[:8]

nb_execution_mode = "cache"
nb_execution_cache_path = str(ROOT / "build" / "cells" / cells)
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_output_stderr = "error"
nb_merge_streams = True


def executed(notebook: NotebookNode, **options: Any) -> NotebookNode:
    """Run the cells of a page in a kernel of their own.

    What a slow cell prints comes in pieces, cut by the clock. Joined at once, it is the same in every build;
    MyST-NB's own merging comes later, and takes the end of a piece for the end of a line.

    A kernel listens on files where the system has them: two that start at once could choose the same port.
    """
    with TemporaryDirectory() as folder:
        config = Config()
        if sys.platform != "win32":
            config.KernelManager = Config(transport="ipc", ip=f"{folder}/kernel")
        return nbclient.execute(notebook, coalesce_streams=True, config=config, **options)


executing.executenb = executed
nb_code_prompt_show, nb_code_prompt_hide = site["show"], site["hide code"]
nb_render_markdown_format = "myst"  # so that a table may hold mathematics
cache = get_cache(nb_execution_cache_path)
cache.list_cache_records()  # so that parallel builds find the cache made
cache.db.dispose()  # its connection, which nobody else would close

# Where the book is published, and where its sources are: on GitHub both follow from the repository.
owner, name = os.environ.get("GITHUB_REPOSITORY", "bplit/bplit").split("/")
html_baseurl = f"https://{owner}.github.io/{name}/"
if language != ENGLISH:
    html_baseurl += f"{FOLDER}/"
repository = f"https://github.com/{owner}/{name}/"
# in a page, [text](repo:issues) leads to a place of the repository
myst_url_schemes = {"http": None, "https": None, "mailto": None, "repo": repository + "{{path}}"}

# Old addresses of pages, and what is read there now.
moved = {"one-step": "check", "start": "index"} if language == ENGLISH else {}

html_theme = "furo"
html_title = site["title"]
html_math_renderer = "mathml"
frame = "brand language search scroll-start navigation ethical-ads scroll-end variant-selector"
html_sidebars = {"**": [f"sidebar/{part}.html" for part in frame.split()]}
html_static_path = ["docs/_static"]
templates_path = ["docs/_templates"]
html_css_files = [
    "book.css",
    "blanks.css",
    "opening.css",
    "playground.css",
    *([] if language == ENGLISH else ["chinese.css"]),
]
said_by_script = {key: site[key] for key in "playground code formula table contents here".split()}
html_js_files = [("book.js", {"data-words": json.dumps(said_by_script, ensure_ascii=False)})]
html_favicon = "docs/_static/favicon.svg"
html_theme_options = {
    "top_of_page_buttons": ["edit"],
    "source_repository": repository,
    "source_branch": "main",
    "source_directory": "docs/",
}
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_domain_indices = False
copybutton_exclude = ".linenos, .gp, .go"
notfound_urls_prefix = f"/{name}/"
notfound_context = {
    "title": site["not found"],
    "body": f"<h1>{site['not found']}</h1>\n<p>{site['not found, why']}</p>",
}
chinese = translated_pages()
sitemap_url_scheme = "{link}"
sitemap_excludes = ["404.html", "search.html", "_modules/*", *(f"{old}.html" for old in moved)]
ogp_site_url = html_baseurl
ogp_enable_meta_description = True
ogp_social_cards = {"line_color": "#0b5cad", "enable": language == ENGLISH}

epub_basename = "bplit"
epub_css_files = ["epub.css"]
epub_show_urls = "no"
epub_theme_options = {"relbar1": False, "footer": False}
