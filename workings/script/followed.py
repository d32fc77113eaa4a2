"""What a script does, as it is followed: lines of a listing, what its statements wrote, and what moved.

A name that is assigned again is another name: ``w5@34`` is w5 from line 34 on, ``W1[0,1]@22`` an element.
"""

import ast
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, combinations_with_replacement, product
from random import Random
from typing import Any, NamedTuple

import numpy as np

from bplit.line import KNOWN, Line
from bplit.reading import split_rows
from workings.script.arrays import as_array, items
from workings.script.numbers import Count, Number, TooLargeError, is_name, node_by, stays, text_by, worth

VERSION = re.compile(r"@.*$")
IN_BRACKETS = re.compile(r"\[[\d, ]+\]")
EFFORT = 30_000, 45_000, 46_000  # operations at first, with smaller sizes, and at most
SMALLER = 0.85  # of all sizes together, the next ones are no more
PER_LINE = 5  # so many operations is a line
SHORT = 5  # a loop with more rounds is one that counts passes: no size gets smaller than that
MOST_ROUNDS = 40  # a loop with more rounds is followed for one
# the first size, how many times the one before the next one is, what is added; the last one only at last
WAYS = (6, 2, 0), (8, 2, 0), (10, 2, 0), (6, 1, 6), (6, 1, 2), (8, 1, 3), (20, 2, 0), (6, 1, 1)
HELD, SLICED = r"(?<![\w.])(?<!\de-)(\d+)(?![\w.])", r"[\[:]\s*(\d+)|(\d+)\s*:"
DIVIDING = r"(?<!/)/\s*\(?\s*(\d+)"
FIXED = r"[(,=<>]\s*-\s*(\d+)|(\d+)\s*\*\*|\*\*\s*(\d+)"  # as a bound of what exp is given, or a power
Table = dict[int, int]
Slot = tuple[int, ...]


class Statement(NamedTuple):
    """What one statement wrote: its name, as dW2 of self.dW2, its row, and its lines, in their shape."""

    name: str
    row: int
    lines: np.ndarray


class Move(NamedTuple):
    """What takes the place of what: a line's name, that of the new one in the same slot, and the row."""

    old: str
    new: str
    row: int


class Followed(NamedTuple):
    """A script as a listing."""

    script: str
    lines: tuple[Line, ...]  # in order; one that uses no name is an input
    values: Mapping[str, float]
    statements: tuple[Statement, ...]
    moves: tuple[Move, ...]
    misfits: tuple[tuple[str, Slot, int], ...] = ()  # numbers that become arrays
    unread: tuple[tuple[int, str], ...] = ()  # rows left out
    rounds: tuple[tuple[int, int], ...] = ()  # lines of the first round of each loop
    rows: tuple[str, ...] = ()
    given: Mapping[tuple[int, str], tuple[int, frozenset[str]]] = {}  # by call and text: of which return
    sizes: tuple[tuple[int, int, int], ...] = ()  # where a smaller size is taken for which one


def slot(name: str) -> str:
    """Return what a line assigns to, in the script's own spelling: a name, or a place of an array."""
    return VERSION.sub("", name)


def bare(name: str) -> str:
    """Return the script's own name of a line, without its version and its place: W1 of W1[0,1]@22."""
    return IN_BRACKETS.sub("", slot(name))


def place(name: str) -> str:
    """Return which element of an array a line is, in the script's own brackets, or nothing."""
    return slot(name).removeprefix(bare(name))


class Record:
    """Keeps what is written down, and how much was done."""

    def __init__(self, text: str, most: int = EFFORT[-1], seen: Any = None, table: Any = None) -> None:
        self.rows = split_rows(text)
        self.row = self.end = self.work = 0
        self.most, self.quick = most, most <= EFFORT[1]  # one that is too large then is read once more
        self.seen, self.table = set[int]() if seen is None else seen, Table(table or {})
        self.sized: dict[int, int] = {}  # in which rows the sizes stand for which there are smaller ones
        self.chance = Random(0)
        self.lines: dict[str, Line] = {}
        self.values: dict[str, float] = {}
        self.statements: list[Statement] = []
        self.moves: dict[tuple[str, str], Move] = {}
        self.misfits: list[tuple[str, Slot, int]] = []
        self.unread: dict[int, str] = {}
        self.rounds: list[tuple[int, int]] = []
        self.known: dict[tuple[str, str, int], Number] = {}
        self.taken: Counter[str] = Counter([*KNOWN])
        self.given: dict[tuple[int, str], tuple[int, frozenset[str]]] = {}  # with what the function got
        self.held, self.behind = dict[int, np.ndarray](), dict[int, np.ndarray]()  # named ones, bases

    def spend(self, amount: int) -> None:
        """Count what is done, or raise a ValueError where it is too much."""
        self.work += amount
        if self.work > self.most:
            raise TooLargeError(f"expected up to {self.most} operations: take fewer examples")

    def line(self, stem: str, place: Slot, value: Any, again: int = 0) -> Number:
        """Write a line, or return that of the same calculation; of plain numbers, of the same row again."""
        mark = f"{stem}[{','.join(map(str, place))}]" if place else stem
        plain = not isinstance(value, Number)
        key = mark, text_by(value), again if plain else 0
        if key in self.known and (again or not plain):
            return self.known[key]
        if not math.isfinite(worth(value)):
            raise ValueError("not a finite number")
        self.spend(PER_LINE)
        row = self.row if plain else value.row or self.row
        name = f"{mark}@{row}" if self.taken[mark] else mark
        self.taken[name] += 1
        if self.taken[name] > 1:
            name += f"'{self.taken[name] - 1}"
        if not plain and not is_name(value) and (self.row, value.text) in self.given:
            self.given[row, name] = self.given[self.row, value.text]
        source = "".join(self.rows[row - 1 : max(self.end, row) if row == self.row else row])
        self.lines[name] = Line(name, node_by(value), f"line {row}", " ".join(source.split()))
        self.values[name] = float(worth(value))
        how = () if plain else value.how or ("=", value)
        self.known[key] = number = Number(ast.Name(name), name, worth(value), 1, how)
        return number

    def named(self, stem: str, value: Any, place: Slot = (), old: Any = None, again: int = 0) -> Any:
        """Return a value that has got a name, and note by which statement, and in place of what."""
        if stays(old, value):
            return old
        value = self.lined(stem, value, place, again)
        self.state(stem, value)
        self.moved(old, value)
        return value

    def copied(self, stem: str, value: Any) -> Any:
        """Return a plain number as an object has it: as one of its own, which may move alone."""
        if not is_name(value) or (value.how and (value.how[0] != "=" or value.how[1].how)):
            return value
        self.known.pop((stem, value.text, 0), None)  # that of another object
        return self.line(stem, (), value)

    def lined(self, stem: str, value: Any, place: Slot, again: int = 0) -> Any:
        """Return a value whose numbers are lines, but none a second time."""
        if isinstance(value, Number) or (type(value) in (int, float) and math.isfinite(value)):
            there = is_name(value) and bare(value.text) == stem
            return value if there else self.line(stem, place, value, again)
        if isinstance(value, np.ndarray):
            return self.array(stem, value, place)
        if isinstance(value, list | tuple):
            often = Counter(p.text for p in value if is_name(p) and not p.how)  # one that all begin with
            fresh = [not is_name(part) or often[part.text] > 1 for part in items(value)]
            parts = [self.lined(stem, p, (*place, n)) if fresh[n] else p for n, p in enumerate(value)]
            if isinstance(value, tuple):
                return tuple(parts)
            value[:] = parts  # in place: it may be known by other names too
        elif isinstance(value, dict):
            value.update({key: self.lined(stem_by(key, stem), part, ()) for key, part in value.items()})
        return value

    def array(self, stem: str, value: np.ndarray, place: Slot) -> np.ndarray:
        """Return an array whose numbers are lines; one that is known by a name stays as it is."""
        if id(value) in self.held or all(isinstance(part, Count | bool) for part in value.flat):
            return value
        found = value
        if all(map(is_name, value.flat)):
            if all(bare(part.text) == stem for part in value.flat):
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
        try:
            whole = as_array(value)
        except ValueError:  # a dict, rows of several lengths, or something else than numbers
            whole = np.array(None)
        if whole.size and all(map(is_name, whole.flat)):
            names = np.array(np.frompyfunc(lambda part: part.text, 1, 1)(whole), dtype=object)
            self.statements.append(Statement(stem, self.row, names))
        elif isinstance(value, dict):
            for key, part in value.items():
                self.state(stem_by(key, stem), part)
        elif isinstance(value, list | tuple):
            for part in items(value):
                self.state(stem, part)

    def moved(self, old: Any, new: Any) -> None:
        """Note what takes the place of what."""
        pairs: Iterable[tuple[Any, Any]] = ()
        old, new = (getattr(thing, "members", thing) for thing in (old, new))  # an object for another one
        if is_name(old):
            if isinstance(new, Number) and new.text != old.text:
                self.moves.setdefault((old.text, new.text), Move(old.text, new.text, self.row))
            elif isinstance(new, np.ndarray):
                self.misfits.append((old.text, new.shape, self.row))
        elif isinstance(old, dict) and isinstance(new, dict):
            pairs = ((old[key], new[key]) for key in old if key in new)
        elif isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
            pairs = zip(old.flat, new.flat, strict=True) if old.shape == new.shape else ()
        elif isinstance(old, list | tuple) and isinstance(new, list | tuple):
            pairs = zip(items(old), items(new), strict=False)
        for one, other in pairs:
            self.moved(one, other)

    def put(self, array: np.ndarray, key: Any, value: Any, stem: str, place: Slot = ()) -> None:
        """Put numbers into places of an array, each by the name that it has in its place."""
        places = np.arange(array.size).reshape(array.shape)[key]
        spread = np.broadcast_to(np.array(value, dtype=object), np.shape(places))
        names = np.empty(np.shape(places), dtype=object)
        slots = self.behind.get(id(array), array)
        for at in np.ndindex(names.shape):
            where = tuple(map(int, np.unravel_index(int(places[at]), array.shape)))
            old, part = slots[where], spread[at]
            new = old if stays(old, part) else self.line(stem, (*place, *where), part)
            self.moved(old, new)
            array[where] = slots[where] = new
            names[at] = new.text
        self.statements.append(Statement(stem, self.row, names))


def made_of(record: Record, new: str, old: str) -> bool:
    """Say whether a line is made of another one, as a step is, or copies one that is."""
    uses = record.lines[new].uses
    return old in uses or (len(uses) == 1 and made_of(record, uses[0], old))


def in_steps(record: Record, start: int, before: int) -> bool:
    """Say whether a round takes steps of weights, in several rows: by what it makes of them, as no sum is."""
    moves, below = [*record.moves.values()][before:], dict[str, set[str]]()
    olds = {move.old for move in moves}
    for name in [*record.lines][start:] if moves else ():
        uses = record.lines[name].uses
        below[name] = olds.intersection(uses).union(*(below[used] for used in uses if used in below))
    steps = [move for move in moves if move.old in record.lines[move.new].uses]
    made = [m for m in steps if any(m.old in below.get(used, ()) for used in record.lines[m.new].uses)]
    return len({(bare(move.old), move.row) for move in made}) > 1


def sizes_for(text: str, seen: set[int], too_large: list[Table]) -> Iterator[Table]:
    """Go through smaller numbers for the sizes of a script, each less than all that were too large."""
    text = re.sub(r"('{3}|\"{3}|['\"])[\s\S]*?\1|#.*", "", text)  # without texts and comments
    rows = [str(re.findall(pattern, text)) for pattern in (HELD, SLICED, FIXED, DIVIDING)]
    held, known, fixed, dividing = ({int(n) for n in re.findall(r"\b\d{1,8}\b", row)} for row in rows)
    twos = {pair: {sum(pair), math.prod(pair)} for pair in combinations_with_replacement(held, 2)}
    plain = held.union(*(made for pair, made in twos.items() if seen.issuperset(pair)))
    # 100 may be the size, and 3 * 100 is seen, which nothing else that is seen makes
    known = known.union(*(pair for pair, made in twos.items() if made & (seen - plain)))
    tried: list[Table] = [{}]
    ways = [product((True, False), (True, False), some) for some in (WAYS[:-1], WAYS[-1:])]
    for apart, related, (first, times, more) in chain(*ways):
        table: Table = {1: 1}
        for size in sorted(n for n in held & (seen | known) - fixed if n > SHORT):
            pairs = [*combinations_with_replacement(table, 2)] if related else []
            made = [table[one] + table[other] for one, other in pairs if one + other == size]
            made += [table[one] * table[other] for one, other in pairs if one > 1 and one * other == size]
            table[size] = [*made, times * max(table.values()) + more if len(table) > 1 else first][0]
        news = [*table.values()]
        multiples = [(n, size) for n in dividing - table.keys() for size in table if size > 1 > n % size]
        table |= {n: n // size * table[size] for n, size in multiples}  # as 800 by that of 400
        fewer = {old: new for old, new in table.items() if old != new}
        rising = news == sorted({*news}) and all(old > new for old, new in fewer.items())
        if not rising or fewer in tried or (apart and (held - table.keys()).intersection(news[1:])):
            continue
        tried.append(fewer)
        every = ([(fewer.get(n, n), one.get(n, n)) for n in fewer | one] for one in too_large)
        if all(sum(new for new, _ in both) <= SMALLER * sum(old for _, old in both) for both in every):
            yield fewer


def stem_by(key: Any, stem: str) -> str:
    """Return the name that stands for a key of a dict, or that of the dict."""
    return (re.sub(r"\W", "_", key)[:40] if isinstance(key, str) else "") or stem
