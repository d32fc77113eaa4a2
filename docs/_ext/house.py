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

from workings.draw import Picture
from workings.draw.pictures import INK, NAMES, ONE, QUIET, TWO

ROOT = Path(__file__).parent.parent.parent
# Every word of the drawing; a translation of the book replaces these.
WORDS = {
    "bplit": "bplit, the module",
    "workings": "workings, built on it",
    "all": "The rooms of the house, each above those that it imports from. {rooms}.",
    "room": "{room} imports {others}",
    "alone": "{room} imports nothing of the house",
    "imports": "Imports {others}.",
}
# In the units of the drawing: its width, a row, the boxes from left to right, the pipe down to the module.
WIDTH, ROW, LEFT, RIGHT, PIPE = 340, 34, 44, 128, 24


def rooms(package: str) -> dict[str, list[Path]]:
    """Return the files of each room of a package, which is a folder or a single file."""
    found: dict[str, list[Path]] = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        room = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
        if room not in ("__init__", "conftest"):  # the package's own face, and what the tests need
            found.setdefault(room, []).append(path)
    return found


def imported(path: Path) -> Iterator[tuple[str, ...]]:
    """Go through what a file imports, each as the parts of its name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((*node.module.split("."), alias.name) for alias in node.names)


def imports(package: str) -> dict[str, list[str]]:
    """Return what each room imports: other rooms of its package, and the other package; topmost first."""
    own = rooms(package)
    arrows = {}
    for room, files in own.items():
        names = [name for path in files for name in imported(path)]
        others = {name[1] for name in names if name[0] == package and name[1] in own} - {room}
        others |= {name[0] for name in names if name[0] in WORDS} - {package}
        arrows[room] = sorted(others)
    return {
        room: arrows[room] for room in reversed([*TopologicalSorter(arrows).static_order()]) if room in own
    }


def said(path: Path) -> str:
    """Return the first line of what a file says of itself."""
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n")[0]


def colour(name: str) -> str:
    """Return a colour as the page sets it, or the colour itself where there is no such page."""
    return f"var(--{NAMES[name]}, {name})"


def drawing(house: Mapping[str, Mapping[str, list[str]]]) -> Picture:
    """Draw the rooms one below the other: at the right the imports, at the left those of the module."""
    place: dict[str, float] = {}
    top, shapes, alt = 2.0, [], []
    for package, arrows in house.items():
        place[package] = top
        for n, room in enumerate(arrows):
            place[f"{package}.{room}"] = top + 24 + ROW * (n + 0.5)
        high = 30 + ROW * len(arrows)
        shapes.append(
            f'<rect x="8" y="{top}" width="{WIDTH - 16}" height="{high}" rx="6" fill="none" '
            f'stroke="{colour(QUIET)}"/><text x="{RIGHT + 12}" y="{top + 18}" font-weight="600">'
            f"{WORDS[package]}</text>"
        )
        top += high + 20
    longest = max(map(len, house.values()))
    heads = {}
    for package, arrows in house.items():
        for room, others in arrows.items():
            y = place[f"{package}.{room}"]
            for other in others:
                inside = f"{package}.{other}"
                if inside in place:
                    end = place[inside] - 4
                    away = RIGHT + 30 + 240 * (end - y) / ROW / longest
                    way = f"M{RIGHT} {y + 4}C{away:.0f} {y + 4} {away:.0f} {end} {RIGHT + 6} {end}"
                    heads[inside] = f"M{RIGHT} {end}l8 -4v8z"
                else:
                    end = place[other]
                    way = f"M{LEFT} {y}H{PIPE}V{end - 6}"
                    heads[other] = f"M{PIPE} {end}l-4 -8h8z"
                shapes.append(
                    f'<path d="{way}" fill="none" stroke="{colour(ONE if inside in place else TWO)}" '
                    f'stroke-width="1.4" data-from="{package}.{room}" '
                    f'data-to="{inside if inside in place else other}"/>'
                )
            shapes.append(
                f'<rect x="{LEFT}" y="{y - 12}" width="{RIGHT - LEFT}" height="24" rx="4" '
                f'fill="var(--paper, #fffffe)" stroke="{colour(INK)}"/>'
                f'<text x="{(LEFT + RIGHT) / 2}" y="{y + 4.5}" text-anchor="middle">{escape(room)}</text>'
            )
            words = WORDS["room" if others else "alone"]
            alt.append(words.format(room=room, others=", ".join(others)))
    for end, head in heads.items():
        shapes.append(f'<path d="{head}" fill="{colour(ONE if "." in end else TWO)}"/>')
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top - 18:.0f}" '
        f'style="--width: {WIDTH}" aria-hidden="true" font-size="13.5" fill="{colour(INK)}">'
        f"{''.join(shapes)}</svg>"
    )
    return Picture(svg, WORDS["all"].format(rooms="; ".join(alt)))


class House(SphinxDirective):
    """The drawing of the house, and a line for each room."""

    def run(self) -> list[nodes.Node]:
        """Draw it from the sources, which the page depends on."""
        house = {package: imports(package) for package in ("workings", "bplit")}
        lines = []
        for package, arrows in house.items():
            lines += ["", f"**{WORDS[package]}**", ""]
            for room, others in arrows.items():
                files = rooms(package)[room]
                for path in files:
                    self.env.note_dependency(str(path))
                page = next(
                    name
                    for name in (f"room-{room}", "room-files" if package == "workings" else "module")
                    if Path(self.env.doc2path(name)).is_file()
                )
                more = WORDS["imports"].format(others=", ".join(f"`{other}`" for other in others))
                own = next((path for path in files if path.name == "__init__.py"), files[0])
                lines.append(f"- [`{room}`]({page}.md): {said(own)}{f' {more}' if others else ''}")
        picture = nodes.raw("", drawing(house)._repr_html_(), format="html")
        return [picture, *self.parse_text_to_nodes("\n".join(lines))]


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the directive to Sphinx."""
    app.add_directive("house", House)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
