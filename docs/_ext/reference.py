"""What Sphinx leaves out of a page made from docstrings: constants, names of elsewhere, fields of tuples.

The pages of the rooms are made by autodoc and napoleon, and the pages of the sources by viewcode.
"""

import ast
from collections.abc import Mapping
from pydoc import locate
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext.napoleon.docstring import GoogleDocstring
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.build_phase import BuildPhase
from sphinx.util.nodes import make_refnode

Tags = dict[str, tuple[str, int, int]]  # for each name what it is, and its first and last line


def elsewhere(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, text: nodes.Element
) -> nodes.Element | None:
    """Lead a name of the module to the page that shows it; leave one of the library as it is.

    What is neither is a warning, so no book.
    """
    if node.get("refdomain") != "py":
        return None
    for name in (node["reftarget"], f"bplit.{node['reftarget']}"):
        found = locate(name)
        if found is not None:
            if name.startswith("bplit."):
                file = getattr(found, "__module__", name).split(".")[1]
                return make_refnode(app.builder, node["refdoc"], "module", f"module-{file}", text)
            return text
    return None


def field(app: Sphinx, what: str, name: str, part: Any, skip: bool, options: Any) -> bool | None:
    """Leave out the fields of a named tuple: its signature and its words name them already."""
    return True if type(part).__name__ == "_tuplegetter" else None


def words(app: Sphinx, what: str, name: str, part: Any, options: Any, lines: list[str]) -> None:
    """Say of a constant which names it holds; read everything else by the rules of Google's docstrings.

    As an extension, napoleon takes the words before a colon for the type of a property.
    """
    if what != "data":
        lines[:] = GoogleDocstring(lines).lines()
    else:  # what autodoc found is what Python says of every dict
        names = [name for name in part if isinstance(name, str)] if isinstance(part, Mapping | tuple) else []
        lines[:] = [f"Names: {', '.join(f'``{name}``' for name in names)}.", ""] if names else []


def home(app: Sphinx, room: str, name: str) -> str | None:
    """Return the file that a room has a name from; viewcode finds only those of classes and functions."""
    for node in ast.parse(ModuleAnalyzer.for_module(room).code).body:
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            return node.module
    return None


def tags(app: Sphinx, module: str) -> tuple[str, Tags] | None:
    """Return a source and where its names stand, with those of its constants, while the pages are read."""
    if app.phase != BuildPhase.READING:
        return None
    analyzer = ModuleAnalyzer.for_module(module)
    analyzer.find_tags()
    found = dict(analyzer.tags)
    for node in ast.parse(analyzer.code).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            for name in ast.walk(node):
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                    found[name.id] = ("other", node.lineno, node.end_lineno or node.lineno)
    return analyzer.code, found


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the answers to the questions of the extensions."""
    app.connect("missing-reference", elsewhere)
    app.connect("autodoc-skip-member", field)
    app.connect("autodoc-process-docstring", words)
    app.connect("viewcode-follow-imported", home)
    app.connect("viewcode-find-source", tags)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
