"""The house: its rooms and what each imports, read from the sources and drawn while the book is built."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from translated import untranslated

ROOT = Path(__file__).parent.parent.parent
# Every word of the drawing; a translation of the book replaces these. First the packages, topmost first.
WORDS = {
    "workings": "workings, built on it",
    "bplit": "bplit, the module",
    "all": "The rooms of the house, each above those that it imports from. {rooms}.",
    "room": "{room} imports {others}",
    "alone": "{room} imports nothing of the house",
    "imports": "Imports {others}.",
}
PACKAGES = ("workings", "bplit")
# In the units of the drawing: its width, a row, a box from left to right, and the pipe down to the module.
WIDTH, ROW, LEFT, RIGHT, PIPE = 340, 34, 44, 128, 24


def rooms(package: str) -> dict[str, list[Path]]:
    """Return the files of each room of a package: those of a folder, or a single one."""
    found: dict[str, list[Path]] = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        room = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
        if room not in ("__init__", "conftest"):  # the package's own face, and what pytest reads
            found.setdefault(room, []).append(path)
    return found


def imported(path: Path) -> Iterator[list[str]]:
    """Go through what a file imports, each as the parts of its name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ([*node.module.split("."), alias.name] for alias in node.names)


def arrows(package: str) -> dict[str, list[str]]:
    """Return what each room imports, other rooms and the other package, each room above those."""
    own = rooms(package)
    found = {}
    for room, files in own.items():
        parts = [part for path in files for part in imported(path)]
        others = {part[1] for part in parts if part[0] == package and part[1] in own}
        found[room] = sorted({*others, *(part[0] for part in parts if part[0] in PACKAGES)} - {room, package})
    order = reversed([*TopologicalSorter(found).static_order()])  # a circle is an error, so no book
    return {room: found[room] for room in order if room in own}


def direct(found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return of what each room imports that to which no way leads through another room."""

    def below(room: str) -> set[str]:
        return {*found.get(room, ())}.union(*map(below, found.get(room, ())))

    return {
        room: [other for other in others if other not in set().union(*map(below, others))]
        for room, others in found.items()
    }


def said(files: list[Path]) -> str:
    """Return the first line of what a room says of itself."""
    return (ast.get_docstring(ast.parse(files[0].read_text("utf-8"))) or "").split("\n")[0]


def arrow(start: str, end: str, place: Mapping[str, float], bend: float) -> str:
    """Draw an arrow: between two rooms beside them, to a whole package down a pipe."""
    y, to = place[start], place[end]
    if "." in end:
        away = RIGHT + 30 + bend * (to - y)
        way = f"M{RIGHT} {y + 4}C{away:.0f} {y + 4} {away:.0f} {to - 4} {RIGHT + 6} {to - 4}"
        tip, colour = f"M{RIGHT} {to - 4}l8 -4v8z", "one"
    else:
        way, tip, colour = f"M{LEFT} {y}H{PIPE}V{to - 6}", f"M{PIPE} {to}l-4 -8h8z", "two"
    paint = f"var(--{colour}, currentColor)"
    return (
        f'<path d="{way}" data-from="{start}" data-to="{end}" '
        f'fill="none" stroke="{paint}" stroke-width="1.4"/>'
        f'<path d="{tip}" fill="{paint}"/>'
    )


def drawing(house: Mapping[str, Mapping[str, list[str]]]) -> str:
    """Draw the rooms one below the other, with arrows to the nearest that they import, and say all in words.

    The colours have names in docs/_static/book.css; where there is none, all has the colour of the text.
    """
    place: dict[str, float] = {}
    shapes, alt, top = [], [], 2.0
    bend = 240 / ROW / max(map(len, house.values()))
    for package, found in house.items():
        place[package] = top
        place |= {f"{package}.{room}": top + 24 + ROW * (n + 0.5) for n, room in enumerate(found)}
        high = 30 + ROW * len(found)
        shapes.append(
            f'<rect x="8" y="{top}" width="{WIDTH - 16}" height="{high}" rx="6" fill="none" '
            f'stroke="var(--quiet, currentColor)"/>'
            f'<text x="{RIGHT + 12}" y="{top + 18}" font-weight="600">{WORDS[package]}</text>'
        )
        top += high + 20
    for package, found in house.items():
        nearest = direct(found)
        for room, others in found.items():
            start = f"{package}.{room}"
            ends = [f"{package}.{other}" if other in found else other for other in nearest[room]]
            shapes += [arrow(start, end, place, bend) for end in ends]
            shapes.append(
                f'<rect x="{LEFT}" y="{place[start] - 12}" width="{RIGHT - LEFT}" height="24" rx="4" '
                'fill="none" stroke="currentColor"/>'
                f'<text x="{(LEFT + RIGHT) / 2}" y="{place[start] + 4.5}" text-anchor="middle">{room}</text>'
            )
            alt.append(WORDS["room" if others else "alone"].format(room=room, others=", ".join(others)))
    said = WORDS["all"].format(rooms="; ".join(alt))
    return (
        f'<div class="picture" role="img" aria-label="{escape(said)}">'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top - 18:.0f}" '
        f'style="--width: {WIDTH}" aria-hidden="true" font-size="13.5" fill="currentColor">'
        f"{' '.join(shapes)}</svg></div>"
    )


class House(SphinxDirective):
    """The drawing of the house, and a line for each room."""

    def run(self) -> list[nodes.Node]:
        """Draw it from the sources, on which the page depends."""
        house = {package: arrows(package) for package in PACKAGES}
        lines = []
        for package, found in house.items():
            lines += ["", f"**{WORDS[package]}**", ""]
            files = rooms(package)
            for room, others in found.items():
                for path in files[room]:
                    self.env.note_dependency(str(path))
                page = f"room-{room}.md" if files[room][0].name == "__init__.py" else "room-files.md"
                if package == "bplit":
                    page = f"module.md#module-{room.strip('_')}"
                line = f"- [`{room}`]({page}): {said(files[room])}"
                names = ", ".join(f"`{other}`" for other in others)
                lines.append(f"{line} {WORDS['imports'].format(others=names)}" if others else line)
        picture = nodes.raw("", drawing(house), format="html")
        return untranslated([picture, *self.parse_text_to_nodes("\n".join(lines))])


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the directive to Sphinx."""
    app.add_directive("house", House)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
