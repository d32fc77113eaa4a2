"""The module is tiny, and stays so: ceilings that only fall, and imports that only go down."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "bplit").glob("*.py"))}
TREES = {name: ast.parse(text) for name, text in SOURCES.items()}
HEART = ("byhand", "article", "listing")
# What was measured. Whoever gets below it writes the lower number down, and nobody a higher one.
CEILINGS = {
    "lines of byhand": 348,
    "lines of the heart": 1194,
    "code of the heart": 657,
    "lines of all": 7937,
    "lines of a file": 1201,
    "lines of a class": 487,
    "lines of a function": 87,
    "names that mean two things": 33,
    "imports that go up": 1,  # worked needs the types of network
}
# A file imports from those that stand before it.
ORDER = """byhand listing article fast worked network files typeset explain check slips figures lookup
script draw __init__ __main__ conftest""".split()


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


def upward():
    """Return the imports that go against the order."""
    found = []
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "bplit":
                parts = node.module.split(".")[1:] or [alias.name for alias in node.names]
                found += [(name, part) for part in parts if ORDER.index(part) >= ORDER.index(name)]
    return found


MEASURED = {
    "lines of byhand": lambda: lines("byhand"),
    "lines of the heart": lambda: sum(map(lines, HEART)),
    "code of the heart": lambda: sum(map(code, HEART)),
    "lines of all": lambda: sum(map(lines, SOURCES)),
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
