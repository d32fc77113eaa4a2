"""What is written down while a script is followed: lines, what statements wrote, and what moved."""

import ast
import math
import re
from collections import Counter
from random import Random
from typing import Any

import numpy as np

from bplit.line import KNOWN, Line
from bplit.reading import split_rows
from workings.script.followed import Followed, Misfit, Move, Statement, bare
from workings.script.numbers import Count, Number, node_by, text_by, worth

WORK = 250_000  # operations
Place = tuple[int, ...]


class Record:
    """Keeps what is written down, and how much was done."""

    def __init__(self, text: str) -> None:
        self.rows = split_rows(text)
        self.chance = Random(0)
        self.row = self.end = self.work = 0
        self.lines: list[Line] = []
        self.values: dict[str, float] = {}
        self.statements: list[Statement] = []
        self.moves: dict[tuple[str, str], Move] = {}
        self.misfits: list[Misfit] = []
        self.unread: dict[int, str] = {}
        self.known: dict[tuple[str, str, int], Number] = {}
        self.often: Counter[str] = Counter()
        self.taken = {*KNOWN}
        self.held: dict[int, np.ndarray] = {}  # arrays that have names
        self.behind: dict[int, np.ndarray] = {}  # what is changed too when an array is: the one it looks into

    def spend(self, amount: int) -> None:
        """Count what is done, or raise a ValueError where it is too much."""
        self.work += amount
        if self.work > WORK:
            raise ValueError(f"expected up to {WORK} operations: take fewer examples, or one step in numbers")

    def shortened(self, number: Number) -> Number:
        """Return a long expression by a name of its own."""
        return self.line("part", (), number)

    def source(self, row: int) -> str:
        """Return the rows of a statement as one: those of the one that is followed, or one row of another."""
        return " ".join("".join(self.rows[row - 1 : self.end if row == self.row else row]).split())

    def line(self, stem: str, place: Place, value: Any, again: int = 0) -> Number:
        """Write a line, or return the one that stands there already for the same calculation.

        A plain number is another one each time, unless it is written in the row ``again`` of a function.
        """
        mark = f"{stem}[{','.join(map(str, place))}]" if place else stem
        plain = not isinstance(value, Number)
        key = mark, text_by(value), again if plain else 0
        if key in self.known and (again or not plain):
            return self.known[key]
        if not math.isfinite(worth(value)):
            raise ValueError("not a finite number")
        self.spend(1)
        row = self.row if plain else value.row or self.row
        name = mark
        if name in self.taken:
            name = f"{mark}@{row}"
            self.often[name] += 1
            name += f"'{self.often[name] - 1}" * (self.often[name] > 1)
        self.taken.add(name)
        self.lines.append(Line(name, node_by(value), f"line {row}", self.source(row)))
        self.values[name] = float(worth(value))
        how = () if plain else value.how or ("=", value)
        self.known[key] = number = Number(ast.Name(name), name, worth(value), 1, how)
        return number

    def named(self, stem: str, value: Any, place: Place = (), again: int = 0) -> Any:
        """Return a value that has got a name: numbers have become lines, but not a second time."""
        if isinstance(value, Number) and value.named and bare(value.text) == stem:
            return value
        if isinstance(value, np.ndarray):
            return self.array(stem, value, place)
        if isinstance(value, Number) or (type(value) in (int, float) and math.isfinite(value)):
            return self.line(stem, place, value, again)
        if isinstance(value, list):  # in place: it may be known by other names too
            for n, part in enumerate(value):
                value[n] = self.kept(stem, part, (*place, n))
        elif isinstance(value, dict):
            for key, part in value.items():
                value[key] = self.named(stem_by(key, stem), part)
        elif isinstance(value, tuple):
            return tuple(self.kept(stem, part, (*place, n)) for n, part in enumerate(value))
        return value

    def kept(self, stem: str, part: Any, place: Place) -> Any:
        """Return a part of a list with a name, that it has already or that of the list."""
        return part if isinstance(part, Number) and part.named else self.named(stem, part, place)

    def array(self, stem: str, value: np.ndarray, place: Place) -> np.ndarray:
        """Return an array whose numbers have names; one that has names and is known already stays the same."""
        parts = [*value.flat]
        if id(value) in self.held or all(isinstance(part, Count | bool) for part in parts):
            return value
        found = value
        if all(isinstance(part, Number) and part.named for part in parts):
            if all(bare(part.text) == stem for part in parts):
                return value
            found = np.empty(value.shape, dtype=object)
            if value.base is not None:
                self.behind[id(found)] = value
        for at in np.ndindex(value.shape):
            found[at] = self.line(stem, (*place, *at), value[at])
        self.held[id(found)] = found
        return found

    def state(self, stem: str, value: Any) -> None:
        """Note which lines a statement wrote: of lists in lists, of as many as are in rows of one length."""
        if isinstance(value, dict):
            for key, part in value.items():
                self.state(stem_by(key, stem), part)
            return
        try:
            whole = np.array(value, dtype=object)
        except ValueError:
            whole = np.array(None)
        if whole.size and all(isinstance(part, Number) and part.named for part in whole.flat):
            names = np.frompyfunc(lambda part: part.text, 1, 1)(whole)
            self.statements.append(Statement(stem, self.row, np.array(names, dtype=object)))
        elif isinstance(value, list | tuple):
            for part in value:
                self.state(stem, part)

    def moved(self, old: Any, new: Any) -> None:
        """Note what takes the place of what."""
        if isinstance(old, Number) and old.named:
            if isinstance(new, Number) and new.text != old.text:
                move = Move(old.text, new.text, self.row)
                self.moves.setdefault(move[:2], move)
            elif isinstance(new, np.ndarray):
                self.misfits.append(Misfit(old.text, new.shape, self.row))
        elif isinstance(old, np.ndarray) and isinstance(new, np.ndarray) and old.shape == new.shape:
            for one, other in zip(old.flat, new.flat, strict=True):
                self.moved(one, other)
        elif isinstance(old, list | tuple) and isinstance(new, list | tuple):
            for one, other in zip(old, new, strict=False):
                self.moved(one, other)
        elif isinstance(old, dict) and isinstance(new, dict):
            for key in old.keys() & new.keys():
                self.moved(old[key], new[key])

    def put(self, array: np.ndarray, key: Any, value: Any, stem: str, place: Place = ()) -> None:
        """Put numbers into places of an array, each by the name that it has in its place."""
        places = np.arange(array.size).reshape(array.shape)[key]
        spread = np.broadcast_to(np.array(value, dtype=object), places.shape)
        names = np.empty(places.shape, dtype=object)
        slots = self.behind.get(id(array), array)
        for at in np.ndindex(places.shape):
            where = tuple(map(int, np.unravel_index(int(places[at]), array.shape)))
            new = self.line(stem, (*place, *where), spread[at])
            self.moved(slots[where], new)
            array[where] = slots[where] = new
            names[at] = new.text
        self.statements.append(Statement(stem, self.row, names))

    def followed(self, script: str) -> Followed:
        """Return all of it."""
        return Followed(
            script,
            tuple(self.lines),
            self.values,
            tuple(self.statements),
            tuple(self.moves.values()),
            tuple(self.misfits),
            tuple(self.unread.items()),
        )


def stem_by(key: Any, stem: str) -> str:
    """Return the name that stands for a key of a dict, or that of the dict."""
    return re.sub(r"\W", "_", key)[:40] or stem if isinstance(key, str) else stem
