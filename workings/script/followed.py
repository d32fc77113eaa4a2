"""What a script does, as it was followed: lines of a listing, what its statements wrote, and what moved.

A name that is assigned again is another name: ``w5@34`` is w5 from line 34 on, ``W1[0,1]@22`` an element of
an array. What is told to a reader has the script's own names: `bare` and `place` take them out.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from bplit.line import Line

VERSION = re.compile(r"@.*$")
PART_NAME = "part()"  # what a part of a long expression is called
IN_BRACKETS = re.compile(r"\[[\d, ]+\]")


class Statement(NamedTuple):
    """What one statement wrote: its name, its row, and the names of its lines as an array.

    A number has an array without axes. ``name`` has no version and no place: ``dW2`` of ``self.dW2`` too.
    """

    name: str
    row: int
    lines: np.ndarray


class Move(NamedTuple):
    """What takes the place of what: a line's name, that of the new one in the same slot, and the row."""

    old: str
    new: str
    row: int


class Misfit(NamedTuple):
    """A name of one number that becomes an array by an operation: the name, the shape, and the row."""

    name: str
    shape: tuple[int, ...]
    row: int


class Followed(NamedTuple):
    """A script as a listing.

    ``lines`` are in the order in which they were written; one that uses no name is a number of the script's
    own (an input of the listing). ``values`` are those at the script's own numbers. ``unread`` are rows that
    were left out, with why; ``rounds`` which lines the first round of each loop wrote: from, to.
    """

    script: str
    lines: tuple[Line, ...]
    values: Mapping[str, float]
    statements: tuple[Statement, ...]
    moves: tuple[Move, ...]
    misfits: tuple[Misfit, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()
    rounds: tuple[tuple[int, int], ...] = ()


def bare(name: str) -> str:
    """Return the script's own name of a line, without its version and its place.

    >>> bare("W1[0,1]@22"), bare("w5@34"), bare("out")
    ('W1', 'w5', 'out')
    """
    return IN_BRACKETS.sub("", VERSION.sub("", name))


def place(name: str) -> str:
    """Return which element of an array a line is, in the script's own brackets, or nothing.

    >>> place("W1[0,1]@22"), place("w5@34")
    ('[0,1]', '')
    """
    found = IN_BRACKETS.search(VERSION.sub("", name))
    return found[0] if found else ""


def slot(name: str) -> str:
    """Return what a line assigns to, in the script's own spelling: a name, or a place of an array.

    >>> slot("W1[0,1]@22"), slot("w5@34")
    ('W1[0,1]', 'w5')
    """
    return bare(name) + place(name)
