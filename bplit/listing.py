r"""The worked listing: assignments in reading order, to be read, run and swept backwards.

A `Listing` is read from the straight-line functions of `bplit.byhand`, or from text. Values are floats or
NumPy arrays of any shapes that broadcast: an array holds many networks at once.

>>> listing = Listing.read("net = w * x\nlost = (1 - sigmoid(net)) ** 2 / 2")
>>> values = listing.run({"w": 1, "x": 0.98})
>>> sweep = listing.sweep(values, "lost")
>>> print(f"{values['lost']:.6f} {sweep.local['net', 'w']:.2f} {sweep.partials['w']:.6f}")
0.037235 0.98 -0.053065
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from bplit.calculus import slope_at
from bplit.given import complete, number, rounded, shown
from bplit.line import Line, Value, calculated
from bplit.reading import function_lines, text_lines


class Sweep(NamedTuple):
    """The partials of one name by every name, and the local partials of the lines that lead to it."""

    of: str
    partials: Mapping[str, Value]
    local: Mapping[tuple[str, str], Value]  # ["o_in_1", "w5"]: of the line o_in_1 by w5, which stands in it

    def along(self, path: Iterable[str]) -> Value:
        """Return the product of the local partials along a path of names, as `Listing.paths` gives it."""
        product: Value = 1.0
        for name, line in pairwise(path):
            if (line, name) not in self.local:
                raise ValueError(f"path: expected a path to {self.of}, but {name} does not stand in {line}")
            product = product * self.local[line, name]
        return product


@dataclass(frozen=True, eq=False)
class Listing:
    """Assignments in reading order. A name that no line assigns is an input.

    Raises ValueError, with the line, for a name that is assigned twice, or used before it is assigned.

    >>> from bplit.byhand import forward
    >>> listing = Listing.of(forward)
    >>> print(*listing.inputs)
    w1 x1 w2 x2 w3 w4 w5 w6 w7 w8 y1 y2
    >>> print(listing.line("o_in_1"))
    o_in_1 = w5 * h_out_1 + w6 * h_out_2
    """

    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError("listing: expected at least one assignment, got none")
        assigned = {line.name for line in self.lines}
        before: set[str] = set()
        for line in self.lines:
            for name in line.uses:
                if name in assigned - before:
                    raise line.wrong(f"{name} is used before it is assigned")
            if line.name in before:
                raise line.wrong(f"{line.name} is assigned twice")
            before.add(line.name)

    @classmethod
    def read(cls, text: str) -> "Listing":
        r"""Read a listing from text, one assignment a line. Nothing of the text is executed.

        Raises ValueError for anything but assignments of arithmetic, and for a text beyond the bounds.

        >>> Listing.read("a = f(1)")
        Traceback (most recent call last):
        ValueError: line 1: unknown function f, known are exp, log, sqrt, sigmoid, tanh, relu, step: a = f(1)
        """
        return cls(text_lines(text))

    @classmethod
    def of(cls, *functions: Callable[..., Any]) -> "Listing":
        """Read a listing from the source of straight-line functions, one after the other.

        What takes numbers in and hands them back is no line; an attribute of an argument is a name.
        Raises ValueError for a function that has no source, or does anything else.
        """
        return cls(tuple(line for function in functions for line in function_lines(function)))

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names that no line assigns, in the order in which they are first used."""
        assigned = {line.name for line in self.lines}
        return tuple(dict.fromkeys(name for line in self.lines for name in line.uses if name not in assigned))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names that the lines assign, in order."""
        return tuple(line.name for line in self.lines)

    def line(self, name: str) -> "Line":
        """Return the line that assigns a name."""
        for line in self.lines:
            if line.name == name:
                return line
        raise ValueError(f"name: expected one that a line assigns, got {shown(name)}")

    def run(self, given: Mapping[str, Value], places: int | None = None) -> dict[str, Value]:
        """Return the value of every name: the given inputs first, then the lines in order.

        With places, every result is rounded to so many decimals before the next line uses it, as on paper.
        Raises ValueError if an input is missing, unknown or not finite, or a line has no finite value.

        >>> Listing.read("a = 1 / b").run({"b": 0})
        Traceback (most recent call last):
        ValueError: line 1: division by zero: a = 1 / b
        """
        self.expect(given)
        values = {name: number(name, given[name]) for name in self.inputs}
        for line in self.lines:
            value = calculated(line, line.expression, values)
            values[line.name] = value if places is None else rounded(value, places)
        return values

    def expect(self, given: Mapping[str, Value]) -> None:
        """Raise a ValueError if an input is missing in given, or a name in it is no input."""
        complete("given", self.inputs, given)
        for name in given:
            if name not in self.inputs:
                what = "is calculated, not given" if name in self.names else "is no name of the listing"
                raise ValueError(f"given: {shown(name)} {what}")

    def sweep(self, values: Mapping[str, Value], of: str) -> Sweep:
        """Return the partial of one name by every name at values, by reverse accumulation.

        Values are what `run` returned. The sweep goes backwards and hands the partial of each
        line on to the names in it, times its local partial by each; arrays element by element.
        Raises ValueError for a name that no line assigns, and for a line without a slope there.

        >>> from bplit.byhand import forward
        >>> listing = Listing.of(forward)
        >>> values = listing.run({name: getattr(forward(), name) for name in listing.inputs})
        >>> sweep = listing.sweep(values, "lost")
        >>> print(f"{sweep.partials['w5']:.6f} {sweep.partials['w1']:.6f}")
        0.029091 0.000217
        """
        needed = self.needed(of)
        complete("values", (*self.inputs, *self.names), values)
        nothing = abs(values[of]) * 0.0
        partials = dict.fromkeys((*self.inputs, *self.names), nothing)
        partials[of] = nothing + 1.0
        local = {}
        for line in reversed([line for line in self.lines if line.name in needed]):
            for name in line.uses:
                local[line.name, name] = slope_at(line, name, values)
                with np.errstate(all="ignore"):
                    partials[name] = partials[name] + partials[line.name] * local[line.name, name]
                if not np.all(np.isfinite(partials[name])):
                    raise line.wrong(f"the partial of {of} by {name} is too large a number")
        return Sweep(of, partials, local)

    def paths(self, by: str, of: str) -> Iterator[tuple[str, ...]]:
        """Go through the paths from one name to another, in reading order: each a tuple of names.

        >>> from bplit.byhand import forward
        >>> for path in Listing.of(forward).paths("w1", "lost"):
        ...     print(*path)
        w1 h_in_1 h_out_1 o_in_1 o_out_1 lost1 lost
        w1 h_in_1 h_out_1 o_in_2 o_out_2 lost2 lost
        """
        needed = self.needed(of)
        stack: list[tuple[str, ...]] = [(by if by in self.inputs else self.line(by).name,)]
        while stack:
            path = stack.pop()
            if path[-1] == of:
                yield path
                continue
            users = (line.name for line in self.lines if path[-1] in line.uses and line.name in needed)
            stack += reversed([(*path, name) for name in users])

    def needed(self, of: str) -> set[str]:
        """Return the names that one name depends on, and itself."""
        needed = {self.line(of).name}
        for line in reversed(self.lines):
            if line.name in needed:
                needed.update(line.uses)
        return needed

    def __str__(self) -> str:
        return "\n".join(map(str, self.lines))
