"""Python in the page: a button on each page whose cells can run there, once ``make live`` has been run.

The packs of `make live` are copied beside the pages. What changes with the book is packed here: the two
packages, what the cells read, and the cells themselves. Nothing of it is loaded before the button is pressed.
"""

import ast
import hashlib
import json
import re
import shutil
import sys
from functools import cache
from html import escape
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import minify
import nbformat
from live_pack import OUT, archive, script
from playground import as_json
from sentences import CHINESE, ENGLISH, LANGUAGE
from sphinx.application import Sphinx
from translated import said, sentences

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "docs" / "live"
EXT = ROOT / "docs" / "_ext"
PACKS = ("core", "numpy", "book", "draw")
# a cell whose code is there, or behind a key
SEEN = re.compile(
    r'<div class="cell(?: tag_hide-input)? docutils container">\s*<(?:details|div class="cell_input)'
)
# What shapes the outputs of the book and of the cells that run in it, and tells them in another language; and
# what writes a network for the playground.
SHARED = ("formulas.py", "shapes.py", "sentences.py", "playground_model.py")
# The reader of Markdown that the book is read with, as far as the cells need it.
LIBRARIES = {
    "markdown-it-py": "markdown_it/(?!cli)",
    "mdit-py-plugins": "mdit_py_plugins/([a-z_]+.py|deflist|dollarmath)",
    "mdurl": "mdurl/",
}
# What a cell may import: a page that needs more has no button.
THERE = {*sys.stdlib_module_names, "bplit", "workings", "numpy", "matplotlib", "IPython"}
# What a script of the page is called, and the files that it is made of.
SCRIPTS = {"engine": ("engine",), "notebook": ("editor", "notebook")}
HIDDEN = {"remove-input": "input", "remove-cell": "cell"}
WORDS = said("live")
# Both editions load the same packs: those beside the English pages.
AT = "" if LANGUAGE == ENGLISH else "../../../_static/live/"


def book() -> str:
    """Return the pack of what the book itself brings: the two packages, the data of its cells, the worker."""
    found = [*ROOT.glob("bplit/**/*.py"), *ROOT.glob("workings/**/*.py"), *ROOT.glob("workings/*.toml")]
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in found}
    data = [*ROOT.glob("docs/examples/*.toml"), *ROOT.glob("docs/*.json")]
    files |= {path.relative_to(ROOT / "docs").as_posix(): path.read_bytes() for path in data}
    files |= {path.name: path.read_bytes() for path in (*SOURCE.glob("*.py"), *map(EXT.joinpath, SHARED))}
    files["sentences.json"] = json.dumps(sentences(CHINESE), ensure_ascii=False).encode()
    for name, part in LIBRARIES.items():
        for path in distribution(name).files or ():
            if path.match("*.py") and re.match(part, path.as_posix()):
                files[path.as_posix()] = path.read_binary()
    return script("book", {"book.zip": archive(files), "worker.js": (SOURCE / "worker.js").read_bytes()})


@cache
def written() -> dict[str, str]:
    """Return the scripts that every page has in common, by the name of the file; the packs among them."""
    found = {f"{name}.js": (OUT / f"{name}.js").read_text("utf-8") for name in PACKS if name != "book"}
    found["book.js"] = book()
    packs = {
        name: {"at": AT, "version": version(found[f"{name}.js"]), "bytes": len(found[f"{name}.js"])}
        for name in PACKS
    }
    for name, parts in SCRIPTS.items():
        text = "\n".join((SOURCE / f"{part}.js").read_text("utf-8") for part in parts)
        if name == "engine":
            how = {"packs": packs, "words": WORDS, "language": LANGUAGE}
            text += f"\nObject.assign(BPLIT.live,{as_json(how)});"
        found[f"{name}.js"] = str(minify.string("application/javascript", f"(() => {{{text}}})();"))
    return found


def version(text: str) -> str:
    """Return what stands behind the address of a file: a browser asks anew for what has changed."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def cells(path: Path) -> list[dict[str, str]]:
    """Return the cells of a page; none if no cell of it is shown, or if one needs what is not there."""
    found = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            hidden = next((HIDDEN[tag] for tag in cell.metadata.get("tags", ()) if tag in HIDDEN), "")
            found.append({"source": cell.source, "hidden": hidden})
    needed = {name for cell in found for name in imported(cell["source"])}
    return found if needed <= THERE and any(not cell["hidden"] for cell in found) else []


def imported(source: str) -> set[str]:
    """Return what a cell imports, by the first part of the name."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
    return found


def draws(found: list[dict[str, str]]) -> bool:
    """Say whether cells draw, so that they need Matplotlib."""
    return any(re.search(r"\bimport\b.*\bdraw\b", cell["source"]) for cell in found)


@cache
def own(read: Path, page: str) -> tuple[str, bool]:
    """Return the script of a page, and whether its cells draw; no script, no button."""
    path = read / f"{page}.ipynb"
    found = cells(path) if is_packed() and path.is_file() else []
    drawn = draws(found)
    return (f"BPLIT.live.begin({as_json(found)},{as_json(drawn)});\n" if found else ""), drawn


def button(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Put the button on a page, above the first code that a reader sees, or the fold in which it is."""
    text, drawn = own(executed(app), page) if app.builder.name == "html" else ("", False)
    if not text:
        return
    folder = context["pathto"]("_static/live", resource=True)
    files = {**{f"{name}.js": written()[f"{name}.js"] for name in SCRIPTS}, f"pages/{page}.js": text}
    addresses = as_json([f"{folder}/{name}?v={version(file)}" for name, file in files.items()])
    # a host compresses what it sends, so that base64 weighs what stood in it
    size = sum(len(written()[f"{name}.js"]) for name in (PACKS if drawn else PACKS[:-1])) * 3 / 4 / 1e6
    told = escape(WORDS["before"].format(size=round(size)))
    shown = (
        f'<div class="live"><button type="button" data-live="{escape(addresses)}" '
        f'data-offline="{escape(WORDS["offline"])}">{escape(WORDS["button"])}</button> '
        f'<span role="status">{told}</span></div>'
    )
    body = context["body"]
    code = SEEN.search(body)
    at = code.start() if code else body.index("</h1>") + len("</h1>")
    if body.count("<details", 0, at) > body.count("</details>", 0, at):
        at = body.rindex("<details", 0, at)
    context["body"] = f"{body[:at]}{shown}\n{body[at:]}"


def executed(app: Sphinx) -> Path:
    """Return the folder of the pages that were executed, as notebooks."""
    return Path(app.outdir).parent / "jupyter_execute"


@cache
def is_packed() -> bool:
    """Say whether `make live` has been run."""
    return (OUT / "LICENSES.txt").is_file()  # it is written last


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the scripts beside the pages."""
    if error or app.builder.name != "html" or not is_packed():
        return
    folder = Path(app.outdir) / "_static" / "live"
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    for name, text in written().items():
        if LANGUAGE == ENGLISH or name.removesuffix(".js") not in PACKS:
            (folder / name).write_text(text, "utf-8")
    for page in app.env.found_docs:
        if text := own(executed(app), page)[0]:
            (folder / "pages" / f"{page}.js").write_text(text, "utf-8")
    for path in (OUT / "LICENSES.txt", SOURCE / "live.css"):
        shutil.copy(path, folder / path.name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the button and the scripts to Sphinx."""
    app.connect("html-page-context", button)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
