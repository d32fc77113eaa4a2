"""The source of the module in the pages: a piece of a file, with its file and its lines above it.

A piece begins at the line that begins with ``from``, or at the top, and goes up to the one that begins with
``to``, or to the end. So it follows the source wherever its lines move.
"""

from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.directives.code import LiteralInclude
from translated import said, untranslated

ROOT = Path(__file__).parent.parent.parent


class Woven(LiteralInclude):
    """A piece of a source file: ``{woven} bplit/byhand.py``."""

    option_spec: ClassVar = {"from": directives.unchanged_required, "to": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Include the piece."""
        file = self.arguments[0]
        rows = (ROOT / file).read_text("utf-8").splitlines()
        first = self.place(rows, "from", 0)
        last = self.place(rows, "to", first + 1) if "to" in self.options else len(rows)
        while not rows[last - 1].strip():
            last -= 1
        self.arguments[0] = f"/../{file}"
        caption = said("site")["lines"].format(file=file, first=first + 1, last=last)
        self.options.clear()
        self.options.update(lines=f"{first + 1}-{last}", caption=caption, language="python")
        return untranslated(super().run())

    def place(self, rows: list[str], option: str, start: int) -> int:
        """Return where the line is that an option names."""
        wanted = self.options.get(option, "")
        found = [n for n, row in enumerate(rows) if n >= start and row.strip().startswith(wanted)]
        if not found:
            raise self.error(f"no line begins with {wanted}")
        return found[0]


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("woven", Woven)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
