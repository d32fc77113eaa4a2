"""The pages of the rooms say what each room offers, and the drawing of the house is the house."""

import importlib
import re
from pathlib import Path

import pytest

from conftest import soup

ROOT = Path(__file__).parent.parent
PACKAGES = ("bplit", "workings")
FOLDERS = sorted(path.parent.name for path in ROOT.glob("workings/*/__init__.py"))
OFFERED = [(room, name) for room in FOLDERS for name in importlib.import_module(f"workings.{room}").__all__]


@pytest.mark.parametrize(("room", "name"), OFFERED)
def test_a_room_s_page_describes_every_name_and_leads_to_its_source(room, name, site):
    signature = soup(site, f"room-{room}").find("dt", id=f"workings.{room}.{name}")
    assert len(signature.find_next_sibling("dd").get_text().split()) > 3
    page, anchor = signature.select_one("a:has(.viewcode-link)")["href"].split("#")
    source = soup(site, page.removesuffix(".html")).find(id=anchor).get_text()
    assert re.match(rf"\s*(?:\[docs\]\s*)+(?:@.*\s*)?.*\b{name}\b", source)


@pytest.mark.parametrize("room", [*FOLDERS, "files"])
def test_a_room_s_page_begins_with_an_example(room, site):
    examples = soup(site, f"room-{room}").select("article .highlight pre")
    assert examples[0].get_text().startswith(">>> ")
    assert examples[0].select(".gp, .kn")  # in colours


def test_every_single_file_of_workings_has_its_section(site):
    page = soup(site, "room-files")
    for path in ROOT.glob("workings/*.py"):
        assert path.stem in ("__init__", "conftest") or page.find(id=f"module-workings.{path.stem}")


def test_every_docstring_of_a_page_is_read_as_it_is_meant(site):
    for room in [*FOLDERS, "files"]:
        text = soup(site, f"room-{room}").select_one("article").get_text()
        assert not re.search(r"Alias for field|<function|0x[0-9a-f]{6}|\bArgs:", text)


def joined():
    """Return the arrows of the house as the lines of the sources that begin with from give them."""
    arrows, rooms = set(), set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            room = (package, path.relative_to(ROOT / package).parts[0].removesuffix(".py"))
            if room[1] in ("__init__", "conftest"):
                continue
            rooms.add(room)
            text = path.read_text("utf-8")
            for module, names in re.findall(r"^ *from ([\w.]+) import (\([^)]*\)|.*)", text, re.MULTILINE):
                of, *inner = module.split(".")
                if of in PACKAGES and of != package:
                    arrows.add((room, of))
                elif of == package:
                    arrows |= {(room, (of, name)) for name in inner[:1] or re.findall(r"\w+", names)}
    arrows = {(start, end) for start, end in arrows if start != end and (end in rooms or end in PACKAGES)}
    return rooms, arrows


def drawn(site):
    """Return the drawing and its arrows."""
    picture = soup(site, "house").select_one(".picture")
    ends = [(path["data-from"], path["data-to"]) for path in picture.select("path[data-from]")]
    return picture, {tuple(tuple(end.split(".")) if "." in end else end for end in pair) for pair in ends}


def reached(arrows):
    """Return the pairs between which a way of arrows leads."""
    found = set(arrows)
    while more := {(a, d) for a, b in found for c, d in arrows if b == c} - found:
        found |= more
    return found


def test_the_drawing_holds_every_room_and_a_way_for_every_import(site):
    picture, arrows = drawn(site)
    rooms, imports = joined()
    assert arrows <= imports
    assert reached(arrows) == reached(imports)
    assert not [pair for pair in arrows if pair in reached(arrows - {pair})]  # none that others make needless
    assert {text.get_text() for text in picture.select("text[text-anchor]")} == {name for _, name in rooms}
    for _, name in rooms:
        assert re.search(rf"(?:\. |; ){name} imports ", picture["aria-label"])


def test_nothing_of_the_module_imports_what_is_built_on_it(site):
    assert not [arrow for arrow in drawn(site)[1] if arrow[0][0] == "bplit" and arrow[1] == "workings"]


def test_every_file_that_the_house_names_is_there():
    page = (ROOT / "docs" / "house.md").read_text("utf-8")
    named = re.findall(r"`((?:bplit|docs|tests|workings)/[\w./-]*)`", page)
    assert named
    assert not [path for path in named if not (ROOT / path).exists()]


def test_every_constant_that_the_house_names_is_offered():
    page = (ROOT / "docs" / "house.md").read_text("utf-8")
    for name, room in re.findall(r"`([A-Z]+)` in \[`(\w+)`\]", page):
        assert (room, name) in OFFERED
