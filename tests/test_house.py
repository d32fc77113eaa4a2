"""The module is tiny, and stays so: ceilings that only fall, and imports that only go down."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text("utf-8")
    for package in ("bplit", "workings")
    for path in sorted((ROOT / package).rglob("*.py"))
}
TREES = {name: ast.parse(text) for name, text in SOURCES.items()}
HEART = tuple(f"bplit.{name}" for name in "byhand article line listing calculus".split())
# What was measured. Whoever gets below it writes the lower number down, and nobody a higher one. The module
# has one ceiling, and so has each room of the workings. Two were raised, for what others write and it has not
# seen: that of check from 3,648, when it judged 2 of 24 sheets rightly, where it now does 14 to 17; that of
# script from 3,826, when it judged 11 of 20 scripts rightly, where it now does 14 of 16.
CEILINGS = {
    "lines of byhand": 159,
    "lines of the heart": 750,
    "code of the heart": 405,
    "lines of the module": 1132,
    "lines of net": 1447,
    "lines of write": 935,
    "lines of draw": 651,
    "lines of check": 5705,
    "lines of script": 3976,
    "lines of the other workings": 663,
    "lines of a file": 340,
    "lines of a class": 150,
    "lines of a function": 57,
    "names that mean two things": 0,
    "imports that go up": 0,
}
# A file imports from those that stand before it; the module knows nothing of what is built on it.
ORDER = """
bplit.byhand bplit.given bplit.line bplit.calculus bplit.reading bplit.listing bplit.article
bplit.__init__ bplit.__main__
workings.words workings.symbol workings.speed
workings.net.numerals workings.net.notation workings.net.matrices workings.net.shapes workings.net.writer
workings.net.network workings.net.files workings.net.__init__
workings.__init__
workings.write.languages workings.write.formulas workings.write.pages workings.write.forms
workings.write.__init__
workings.check.roles workings.check.changes
workings.check.mistakes workings.check.report workings.check.worlds
workings.check.case workings.check.trials
workings.check.figures workings.check.table
workings.check.handed
workings.check.wording workings.check.quantities workings.check.units workings.check.called
workings.check.cleaned workings.check.typed workings.check.biases workings.check.pasted
workings.check.calculated workings.check.arithmetic workings.check.placing
workings.check.named workings.check.one_step workings.check.ways workings.check.pasting
workings.check.__init__
workings.script.numbers workings.script.arrays workings.script.tables
workings.script.followed workings.script.expressions workings.script.calls
workings.script.statements
workings.script.graph workings.script.losses workings.script.ends workings.script.draws
workings.script.repairs workings.script.search
workings.script.remarks
workings.script.judging workings.script.__init__
workings.draw.canvas workings.draw.charts workings.draw.diagrams workings.draw.crossings
workings.draw.__init__
workings.worksheet workings.cli workings.conftest
""".split()


def lines(name):
    """Return the number of lines of a file."""
    return SOURCES[name].count("\n")


def code(name):
    """Return the number of lines that hold code: no blank ones, no comments, no docstrings."""
    held = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.stmt):
            inner = [
                part.lineno for part in ast.walk(node) if isinstance(part, ast.stmt) and part is not node
            ]
            held |= {*range(node.lineno, min([*inner, node.end_lineno + 1]))}
    return len(held)


def longest(kind):
    """Return the most lines that a definition of a kind has."""
    nodes = [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, kind)]
    return max(node.end_lineno - node.lineno + 1 for node in nodes)


def ambiguous():
    """Return the names that are defined at the top of more than one file."""
    places = defaultdict(set)
    for name, tree in TREES.items():
        for node in tree.body:
            match node:
                case ast.FunctionDef() | ast.ClassDef():
                    places[node.name].add(name)
                case ast.Assign(targets=targets):
                    for target in targets:
                        for part in ast.walk(target):
                            if isinstance(part, ast.Name):
                                places[part.id].add(name)
                case ast.AnnAssign(target=ast.Name(id=assigned)):
                    places[assigned].add(name)
    return sorted(name for name, where in places.items() if len(where) > 1 and name != "__all__")


def imported(tree):
    """Return the files that a file imports from: of a package that is named alone, what it exports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("bplit", "workings"):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                whole = next((name for name in (node.module, inner) if name in SOURCES), None)
                yield whole or f"{inner if f'{inner}.__init__' in SOURCES else node.module}.__init__"


def upward():
    """Return the imports that go against the order."""
    return sorted(
        {
            (name, part)
            for name, tree in TREES.items()
            for part in imported(tree)
            if ORDER.index(part) >= ORDER.index(name)
        }
    )


ROOMS = ("net", "write", "draw", "check", "script")


def room_lines(room):
    """Return the number of lines of a room of the workings."""
    return sum(lines(name) for name in SOURCES if name.startswith(f"workings.{room}."))


MEASURED = {
    "lines of byhand": lambda: lines("bplit.byhand"),
    "lines of the heart": lambda: sum(map(lines, HEART)),
    "lines of the module": lambda: sum(lines(name) for name in SOURCES if name.startswith("bplit.")),
    "code of the heart": lambda: sum(map(code, HEART)),
    **{f"lines of {room}": lambda room=room: room_lines(room) for room in ROOMS},
    "lines of the other workings": lambda: sum(
        lines(n) for n in SOURCES if n.count(".") == 1 and "workings" in n
    ),
    "lines of a file": lambda: max(map(lines, SOURCES)),
    "lines of a class": lambda: longest(ast.ClassDef),
    "lines of a function": lambda: longest(ast.FunctionDef),
    "names that mean two things": lambda: len(ambiguous()),
    "imports that go up": lambda: len(upward()),
}


@pytest.mark.parametrize("what", CEILINGS)
def test_nothing_grows(what):
    assert MEASURED[what]() <= CEILINGS[what]


def test_every_file_has_its_place():
    assert {*SOURCES} == {*ORDER}


ROW = """
import numpy as np
from bplit.line import KNOWN, Known, squash
KNOWN["softplus"] = Known(lambda t: np.logaddexp(0, t), squash, "sigmoid(t)", "log(1 + exp(t))", unit=True)
from workings import Layer, Network
from workings.net import TEMPLATE, parsed
from workings.script import {read}, {judge}
from workings.speed import repeat
from workings.write import explain
sheet = parsed(TEMPLATE.replace('0.35\\nactivation = "sigmoid"', '0.35\\nactivation = "softplus"'), "soft")
worked = sheet.worked()
values = worked.listing.run(worked.given)
swept = worked.listing.sweep(values, "E").partials["w1"]
gradient = sheet.network.gradient(sheet.x, sheet.y).weights[0][0, 0]
many = repeat(worked.listing, 3, worked.given | {"w1": np.array([0.15, 0.2])}, worked.updates)["E"]
program = explain(sheet, "python")
ran = {}
exec(program, ran)
report = {judge}({read}(program, "soft.py"))
print(*(f"{value:.12f}" for value in (swept, values["dE_dw1"], gradient, ran["dE_dw1"])))
print(*(f"{value:.12f}" for value in (repeat(worked.listing, 3, worked.given, worked.updates)["E"], many[0])))
print("σ(net_h1)" in explain(sheet), "softplus" in explain(sheet, "latex"), report.right)
"""


def test_a_new_activation_is_one_row_of_one_table():
    code = ROW.replace("{read}", "parse_script").replace("{judge}", "judge")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    partials, runs, rest = (line.split() for line in done.stdout.splitlines())
    assert len({*partials}) == 1
    assert len({*runs}) == 1
    assert rest == ["True"] * 3


def test_the_readme_says_how_large_the_module_is():
    said = (ROOT / "README.md").read_text("utf-8")
    found = re.search(r"one sitting: ([\d,]+) lines.*? (\d+) that are its heart", said, re.DOTALL)
    whole, heart = (int(number.replace(",", "")) for number in found.groups())
    assert MEASURED["lines of the module"]() <= whole < 1.02 * MEASURED["lines of the module"]()
    assert MEASURED["lines of the heart"]() <= heart < 1.02 * MEASURED["lines of the heart"]()
