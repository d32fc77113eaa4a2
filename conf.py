"""How the book is built: ``make book``, or the sphinx command in README.md."""

import hashlib
import logging
import os
import sys
from functools import partial
from importlib.metadata import version as installed
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors import utils as executing

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

logging.getLogger("traitlets").setLevel(logging.WARNING)  # a line for each executed page is no news
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # nor is the weight of a card's title

project = "bplit"
author = "The bplit authors"
copyright = "2026, The bplit authors"
version = release = installed("bplit")
language = "en"

extensions = [
    "myst_nb",
    "notfound.extension",
    "sphinx_copybutton",
    "sphinx_sitemap",
    "sphinxext.opengraph",
    "mathml",
    "playground",
    "site_parts",
]
exclude_patterns = ["_ext", "_static", "_templates"]
nitpicky = True

myst_enable_extensions = ["attrs_block", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# An output is kept for as long as the page, the module and the installed versions stay as they are.
# MyST-NB itself looks at the page alone, so the rest goes into the name of the cache.
sources = [*sorted((ROOT / "bplit").glob("*.py")), *sorted((ROOT / "docs" / "examples").glob("*.toml"))]
sources += [ROOT / "docs" / "benchmarks.json", ROOT / "docs" / "mutants.json", ROOT / "requirements.txt"]
key = hashlib.sha256(sys.version.encode() + b"".join(path.read_bytes() for path in sources)).hexdigest()
nb_execution_mode = "cache"
nb_execution_cache_path = str(ROOT / "build" / "cells" / key[:16])
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_output_stderr = "error"
nb_merge_streams = True
# What a slow cell prints comes in pieces, cut by the clock. Joined at once, it is the same in every build;
# MyST-NB's own merging comes later, and takes the end of a piece for the end of a line.
executing.executenb = partial(executing.executenb, coalesce_streams=True)
nb_render_markdown_format = "myst"  # so that a table may hold mathematics
get_cache(nb_execution_cache_path).list_cache_records()  # so that parallel builds find the cache made

# Where the book is published, and where its sources are: on GitHub both follow from the repository.
owner, name = os.environ.get("GITHUB_REPOSITORY", "bplit/bplit").split("/")
html_baseurl = f"https://{owner}.github.io/{name}/"

html_theme = "furo"
html_title = "bplit: one backpropagation, by hand"
html_math_renderer = "mathml"
html_static_path = ["docs/_static"]
templates_path = ["docs/_templates"]
html_css_files = ["book.css", "playground.css"]
html_js_files = ["book.js"]
html_favicon = "docs/_static/favicon.svg"
html_theme_options = {
    "top_of_page_buttons": ["edit"],
    "source_repository": f"https://github.com/{owner}/{name}/",
    "source_branch": "main",
    "source_directory": "docs/",
}
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
copybutton_exclude = ".linenos, .gp, .go"
notfound_urls_prefix = f"/{name}/"
sitemap_url_scheme = "{link}"
sitemap_excludes = ["404.html", "search.html"]
ogp_site_url = html_baseurl
ogp_enable_meta_description = True
ogp_social_cards = {"line_color": "#0b5cad"}

epub_basename = "bplit"
epub_css_files = ["epub.css"]
epub_show_urls = "no"
epub_theme_options = {"relbar1": False, "footer": False}
