"""Which planted mistakes do the tests of the network and of the listing find? ``python -m mutants``.

A mutant is a module with one small mistake in it. A test that fails kills it. A mutant that lives is a
hole in the tests, unless it does the same as the module: then it stands in equivalent.toml, with the reason.
The exit status is 1 if another one lives, or if what stands there is gone. With --write the numbers go into
docs/mutants.json, which the book shows.

Cosmic Ray makes the mutants. They are tried in copies, in a process each, which is forked from one that has
loaded NumPy and pytest already: starting those anew would take most of the time. So this needs a system that
forks, as Linux does.
"""

import argparse
import ast
import compileall
import doctest
import json
import os
import pickle
import shutil
import sys
import tempfile
import tomllib
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from importlib import import_module
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from resource import RLIMIT_AS, RLIMIT_CPU, setrlimit
from typing import NamedTuple

import autograd.numpy  # noqa: F401  what the tests need is loaded once, here
import numpy.ma  # noqa: F401
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator, operator_names
from hypothesis import Phase, settings

ROOT = Path(__file__).parent.parent
LISTED = Path(__file__).with_name("equivalent.toml")
RESULTS = ROOT / "docs" / "mutants.json"

# The files, each with the tests that are tried first.
FILES = {
    "bplit/byhand.py": "tests/test_byhand.py",
    "bplit/article.py": "tests/test_byhand.py",
    "bplit/given.py": "tests/test_byhand.py",
    "bplit/line.py": "tests/test_listing.py",
    "bplit/calculus.py": "tests/test_listing.py",
    "bplit/reading.py": "tests/test_listing.py",
    "bplit/listing.py": "tests/test_listing.py",
}
COPIED = ("bplit", "tests/listings.py", "tests/soak.py", *sorted(set(FILES.values())))
# Thousands of listings and texts take too long, and what they find an example must find, too.
LONG = ("test_the_sweep_is_the_derivative", "test_any_text_is_read_or_refused")
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "--tb=no", "--strict-markers"]
# As in pyproject.toml; but what is loaded before pytest begins cannot be rewritten by it, which it says.
CONFIGURATION = """[pytest]
markers =
  soak
  slow
filterwarnings =
  error
  ignore::pytest.PytestAssertRewriteWarning
"""
MEMORY, SECONDS = 4 << 30, 30  # what a mutant may ask for: bytes, and time of the processor


class Quick:
    """Leaves out of the tests what takes long, and puts those of many examples behind the others."""

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        """Choose the tests and their order."""
        chosen = [item for item in items if item.originalname not in LONG]
        items[:] = sorted(chosen, key=lambda item: item.get_closest_marker("hypothesis") is not None)


class Key(NamedTuple):
    """What a mutant is known by, wherever its line stands: file, definition, line before and after."""

    file: str
    where: str
    before: str
    after: str

    def __str__(self) -> str:
        return (
            f"{self.file}, {self.where or 'outside of all definitions'}\n  - {self.before}\n  + {self.after}"
        )


def main() -> int:
    """Try all mutants and print what lives. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m mutants", description="Test the tests.")
    parser.add_argument("--write", action="store_true", help=f"write the numbers into {RESULTS.name}")
    parser.add_argument("files", nargs="*", metavar="file", help=f"only these of {', '.join(FILES)}")
    options = parser.parse_args()
    files = [file for file in FILES if file in options.files or not options.files]
    warnings.simplefilter("ignore", SyntaxWarning)  # a mutant may well be spelled oddly
    entries = tomllib.loads(LISTED.read_text("utf-8"))["mutant"]
    keys = (Key(entry["file"], entry["where"], entry["before"], entry["after"]) for entry in entries)
    # counted, because the same may be done to equal lines of a definition
    listed = Counter(key for key in keys if key.file in files or not options.files)
    numbers, living = {}, Counter()
    for file in files:
        count, found = tried(file)
        same = sum(key in listed for key in found)
        numbers[file] = {"mutants": count, "killed": count - len(found), "equivalent": same}
        print(f"{file}: {count} mutants, {count - len(found)} killed, {same} equivalent", flush=True)
        living.update(found)
    for key in sorted((living - listed).elements()):
        print(f"LIVES, BUT IS NOT LISTED  {key}")
    for key in sorted((listed - living).elements()):
        print(f"IS LISTED, BUT DOES NOT LIVE  {key}")
    if living != listed:
        return 1
    if options.write:
        others = json.loads(RESULTS.read_text("utf-8"))["files"] if options.files else {}
        known = others | numbers
        results = {"date": str(date.today()), "files": {file: known[file] for file in FILES if file in known}}
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    return 0


def by_cosmic_ray(source: str) -> Iterator[str]:
    """Go through the mutants that Cosmic Ray makes."""
    tree = get_ast(source)
    kept = pickle.dumps(tree)  # a mutation changes the tree, and parsing it again takes longer
    for name in operator_names():
        if not get_operator(name).arguments():  # those with arguments replace names that are given to them
            operator = get_operator(name)()
            for place in range(sum(len(list(operator.mutation_positions(node))) for node in ast_nodes(tree))):
                yield MutationVisitor(place, operator).walk(pickle.loads(kept)).get_code()


def of_cases(source: str) -> Iterator[str]:
    """Go through what Cosmic Ray cannot read: a case that never applies, or whatever its guard says."""
    rows = source.splitlines(keepends=True)
    for case in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.match_case)):
        part = case.guard or case.pattern
        row, stop = part.end_lineno - 1, part.end_col_offset
        line = rows[row].encode()  # the places are those of bytes
        for word in ("True", "False") if case.guard else (" if False",):
            start = case.guard.col_offset if case.guard else stop
            new = (line[:start] + word.encode() + line[stop:]).decode()
            yield "".join([*rows[:row], new, *rows[row + 1 :]])


def distinct(sources: Iterable[str]) -> Iterator[str]:
    """Go through sources, each once: one more and one less than 1e50 are written the same."""
    seen = set()
    for source in sources:
        if source not in seen:
            seen.add(source)
            yield source


def is_python(source: str) -> bool:
    """Say whether a source can be compiled."""
    try:
        compile(source, "", "exec")
    except SyntaxError:
        return False
    return True


def key_of(file: str, source: str, new: str) -> Key:
    """Return what a mutant is known by."""
    old_rows, new_rows = source.splitlines(), new.splitlines()
    first = next(k for k, (a, b) in enumerate(zip(old_rows, new_rows, strict=False)) if a != b)
    last = next(k for k, (a, b) in enumerate(zip(old_rows[::-1], new_rows[::-1], strict=False)) if a != b)
    before, after = (
        " ".join(" ".join(rows[first : len(rows) - last]).split()) for rows in (old_rows, new_rows)
    )
    definitions = (ast.FunctionDef, ast.ClassDef)
    around = [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, definitions)
        and min([node.lineno, *(part.lineno for part in node.decorator_list)]) <= first + 1 <= node.end_lineno
    ]
    return Key(file, ".".join(around), before, after)


def tried(file: str) -> tuple[int, list[Key]]:
    """Return how many mutants of a file are Python, and those that no test kills."""
    source = (ROOT / file).read_text("utf-8")
    made = filter(is_python, distinct(chain(by_cosmic_ray(source), of_cases(source))))
    count, living = 0, []
    with (
        tempfile.TemporaryDirectory() as folder,
        get_context("fork").Pool(initializer=settle, initargs=(folder, file)) as pool,
    ):
        for new, alive in pool.imap_unordered(partial(lives, file), chain([source], made)):
            if new == source and not alive:
                sys.exit(f"{file}: the tests fail without any mistake")
            if new != source:
                count += 1
                living += [key_of(file, source, new)] * alive
    return count, living


def settle(folder: str, file: str) -> None:
    """Make a copy of what is tested for this process, and stay in it."""
    root = Path(folder, str(os.getpid()))
    for name in COPIED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    (root / "pytest.ini").write_text(CONFIGURATION)
    compileall.compile_dir(root / "bplit", quiet=1)
    os.chdir(root)
    sys.path[:0] = [str(root), str(root / "tests")]
    # the same few examples for every mutant, and none made smaller: that it fails is enough
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile(
        "few", max_examples=20, derandomize=True, deadline=None, database=None, phases=phases
    )
    settings.load_profile("few")
    target = Path(file)
    lives(file, target.read_text("utf-8"))  # writes the bytecode of the tests
    # That of a mutant must not be kept: it is known by size and second of its source, which others share.
    sys.dont_write_bytecode = True
    for old in target.parent.glob(f"__pycache__/{target.stem}.*"):
        old.unlink()


def lives(file: str, source: str) -> tuple[str, bool]:
    """Return a source, and whether all tests pass with it in place of a file's, and in time."""
    Path(file).write_text(source, "utf-8")
    modules = [name.removesuffix(".py").replace("/", ".") for name in dict.fromkeys((file, *FILES))]
    tests = dict.fromkeys((FILES[file], *FILES.values()))
    child = os.fork()
    if not child:
        setrlimit(RLIMIT_CPU, (SECONDS, SECONDS))
        setrlimit(RLIMIT_AS, (MEMORY, MEMORY))
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        status = 3
        try:
            # the examples first: they are soon done, and kill the most
            if not any(doctest.testmod(import_module(name)).failed for name in modules):
                status = pytest.main([*OPTIONS, *tests], plugins=[Quick()])
        finally:
            os._exit(status)
    return source, os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    sys.exit(main())
