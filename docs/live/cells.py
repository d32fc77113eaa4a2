"""Runs the cells of a page, in the reader's browser: engine.js packs this file, worker.js imports it.

It does what a notebook does: the last line of a cell is shown if it is an expression, and what has a form of
its own is shown in that form.
"""

import ast
import concurrent.futures
import contextlib
import gc
import io
import json
import linecache
import logging
import sys
import traceback
import types

from typeset import typeset

import __main__

FILE = "<cell>"
Outputs = list[dict[str, str]]
outputs: Outputs = []


# no thread can be started here: what a pool does at once is done one after the other
concurrent.futures.ThreadPoolExecutor.map = lambda pool, function, *values: map(function, *values)  # type: ignore[method-assign]
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # that it looks for fonts is no news


class Markdown(str):
    """Text in Markdown, as IPython has it."""

    def _repr_markdown_(self) -> str:
        return self


def display(*values: object) -> None:
    """Show values, as IPython does."""
    for value in values:
        show(value)


ipython = types.ModuleType("IPython.display")
vars(ipython).update(display=display, Markdown=Markdown)
# without IPython itself: Matplotlib would look for more of it
sys.modules["IPython.display"] = ipython


class Printed(io.TextIOBase):
    """Where a cell prints: after what it has shown already."""

    def write(self, text: str) -> int:
        """Add text to the outputs."""
        if not (outputs and outputs[-1]["kind"] == "text"):
            outputs.append({"kind": "text", "value": ""})
        outputs[-1]["value"] += text
        return len(text)


def show(value: object) -> None:
    """Show what a line is worth, in the best form that it has."""
    if value is None:
        return
    for kind in ("data", "html", "markdown", "latex"):
        form = getattr(value, f"_repr_{kind}_", None)
        if form:
            outputs.append({"kind": kind, "value": form()})
            return
    Printed().write(f"{value!r}\n")


def own(trace: types.TracebackType | None) -> types.TracebackType | None:
    """Return the part of a traceback that begins in a cell."""
    while trace and trace.tb_frame.f_code.co_filename != FILE:
        trace = trace.tb_next
    return trace


def run(code: str, fresh: bool) -> str:
    """Run a cell and return its outputs, and what Python says if it fails, as JSON."""
    outputs.clear()
    names = vars(__main__)
    if fresh:
        for name in [name for name in names if not name.startswith("__")]:
            del names[name]
        gc.collect()
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)
    error = ""
    try:
        with contextlib.redirect_stdout(Printed()), contextlib.redirect_stderr(Printed()):
            tree = ast.parse(code, FILE)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, FILE, "exec"), names)
            if isinstance(last, ast.Expr):
                show(eval(compile(ast.Expression(last.value), FILE, "eval"), names))
    except BaseException as raised:  # also a reader's sys.exit() ends a cell, not Python
        error = "".join(traceback.format_exception(raised.with_traceback(own(raised.__traceback__))))
    shown = [output | {"html": typeset(output)} for output in outputs]
    return json.dumps({"outputs": shown, "error": error})
