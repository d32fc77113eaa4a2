"""Weights as people hand them in: by any names, as matrices in either orientation or one by one."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np

from bplit.given import LIMIT, real, shown
from bplit.reading import LENGTH
from workings.check.report import Report
from workings.net.files import Written, label
from workings.symbol import Array

MANY = 100_000  # numbers in all; no person looks at more
Layout = tuple[tuple[Array, Array | None], ...]  # of each layer the names of its weights, and of its biases


class Answer(NamedTuple):
    """What is said of numbers that were handed in: notes, then the report, in people's own names.

    ``right`` says whether everything is right, ``rules`` under which rules, ``names`` what people call the
    names of the listing. There may be no report where nothing is wrong, or where it would be too large.
    """

    right: bool
    notes: tuple[str, ...]
    report: Report | None = None
    names: Mapping[str, str] = {}
    rules: Mapping[str, Any] = {}

    @property
    def record(self) -> dict[str, Any]:
        """The answer in plain dicts, lists, texts and numbers, as JSON has them."""

        def renamed(part: Any) -> Any:
            match part:
                case dict():
                    return {self.called(key): renamed(value) for key, value in part.items()}
                case list():
                    return [*map(renamed, part)]
            return self.called(part) if isinstance(part, str) else part

        report = renamed(self.report.record) if self.report else {}
        return report | {"right": self.right, "notes": [*self.notes], "rules": dict(self.rules)}

    def called(self, text: str) -> str:
        """Return a text with people's own names in place of those of the listing."""
        return re.sub(r"[^\W\d]\w*", lambda found: self.names.get(found[0], found[0]), text)

    def __str__(self) -> str:
        rows = []
        for verdict in self.report.verdicts if self.report else ():
            figure = verdict.figure._replace(name=self.names.get(verdict.figure.name, verdict.figure.name))
            rows.append(verdict._replace(figure=figure, why=self.called(verdict.why)))
        return "\n\n".join(filter(None, ["\n".join(self.notes), str(Report(tuple(rows))) if rows else ""]))


def arrays_of(what: str, given: Any) -> dict[str, Array]:
    """Return the numbers of a network by name, each an array of objects, or raise a ValueError.

    They are a dict, or a list of matrices and biases, of pairs of them, or of single weights. ``what`` is
    what errors call them, and arrays may be anything that has ``tolist``.

    >>> arrays = arrays_of("before", [[[0.15, 0.2], [0.25, 0.3]], [0.35, 0.35]])
    >>> print(*((name, array.shape) for name, array in arrays.items()))
    ('W1', (2, 2)) ('b1', (2,))
    """
    given = given.tolist() if hasattr(given, "tolist") else given
    named: dict[str, Any] = {}
    if isinstance(given, Mapping):
        named = {str(name): value for name, value in given.items()}
    elif isinstance(given, list | tuple) and given:
        items: list[Any] = []
        for item in given:
            pair = isinstance(item, list | tuple) and len(item) == 2 and np.ndim(nested(item[0])) == 2
            items += item if pair else [item]
        depths = [np.ndim(nested(item)) for item in items]
        if not any(depths):
            named = {f"w{n}": item for n, item in enumerate(items, 1)}
        elif max(depths) == 1:
            named = {"W1": given}
        else:
            layers = np.cumsum([depth == 2 for depth in depths])
            kinds = ["W" if depth == 2 else "b" for depth in depths]
            named = {f"{kind}{n}": item for kind, n, item in zip(kinds, layers, items, strict=True)}
    if not named:
        raise ValueError(f"{what}: expected numbers by name, or a list of matrices, got {shown(given)}")
    return {name: array_of(f"{what}: {label(name)}", value) for name, value in named.items()}


def nested(value: Any) -> Array:
    """Return lists in lists as an array of objects: where they do not fit, of lists."""
    try:
        return np.array(value.tolist() if hasattr(value, "tolist") else value, dtype=object)
    except ValueError:
        return np.array([None])


def array_of(what: str, value: Any) -> Array:
    """Return a number, or rows of them, as an array of objects, or raise a ValueError."""
    array = nested(value)
    if array.ndim > 2 or not 0 < array.size <= MANY:
        raise ValueError(f"{what}: expected a number, a list or a matrix of them, got {shown(value)}")
    for part in array.flat:
        if isinstance(part, bool) or not abs(real(part)) <= LIMIT:
            raise ValueError(f"{what}: expected rows of one length, of numbers, got {shown(part)}")
    return array


def json_of(text: str) -> Any:
    """Return what JSON holds; its numbers with a point keep their text."""
    if len(text) > LENGTH:
        raise ValueError(f"expected up to {LENGTH} characters, got more")
    try:
        return json.loads(text, parse_float=Written, parse_constant=Written)
    except RecursionError:
        raise ValueError("expected no brackets in so many brackets") from None
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from None


def mapped_names(change: Callable[[str], object], names: Array) -> Array:
    """Return an array of what becomes of each name, also of a single one."""
    return np.asarray(np.frompyfunc(change, 1, 1)(names), dtype=object)


def labels(name: str, array: Array) -> Array:
    """Return what each number of an array is called.

    >>> labels("W1", np.ones((1, 2))).tolist()
    [['W1[0][0]', 'W1[0][1]']]
    """
    found: Array = np.empty(array.shape, dtype=object)
    for place in np.ndindex(array.shape):
        found[place] = name + "".join(f"[{n}]" for n in place)
    return found


def layouts(what: str, arrays: Mapping[str, Array], inputs: int, outputs: int) -> list[Layout]:
    """Return the layers that named numbers can be, the likeliest first, or raise a ValueError.

    A matrix may be units × inputs or inputs × units, single weights may follow each other by rows or by
    columns. Which one a matrix is its shape says, if it is not square.
    """
    weights: list[Array] = []
    biases: list[Array] = []
    after: list[int] = []
    for name, array in arrays.items():
        parts = re.findall("[a-z]+", name.lower())
        is_bias = any(part[0] == "b" or part == "intercept" for part in parts) and not {*parts} & {
            "weight",
            "weights",
            "kernel",
        }
        if is_bias:
            biases.append(labels(name, array).ravel())
            after.append(len(weights))
        else:
            weights.append(labels(name, array))
    if not weights:
        raise ValueError(f"{what}: expected weights, got only {', '.join(arrays)}")
    if all(part.ndim == 0 for part in weights):
        matrices = [*grids([str(part) for part in weights], inputs, outputs)]
    else:
        matrices = [*chains(weights, inputs, outputs)]
    if not matrices:
        got = (
            ", ".join(str(part.shape) for part in weights)
            if weights[0].ndim
            else f"{len(weights)} single weights"
        )
        raise ValueError(
            f"{what}: expected matrices that lead from {inputs} inputs to {outputs} outputs, got {got}"
        )
    found = []
    for layer in matrices:
        units = [matrix.shape[0] for matrix in layer]
        if (several := biased(biases, after, units)) is not None:
            found.append(tuple(zip(layer, several, strict=True)))
    if not found:
        got = ", ".join(str(part.size) for part in biases)
        raise ValueError(
            f"{what}: expected biases for layers of {' and '.join(map(str, units))} units, got {got}"
        )
    return found


def chains(weights: Sequence[Array], inputs: int, outputs: int) -> Iterator[list[Array]]:
    """Go through the ways to turn matrices so that each leads on from the one before."""
    rows = [np.atleast_2d(part) for part in weights]
    turned = [part.T for part in rows]

    def fits(every: Sequence[Array]) -> bool:
        sizes = [inputs, *(part.shape[0] for part in every)]
        return sizes[-1] == outputs and all(p.shape[1] == n for p, n in zip(every, sizes, strict=False))

    alike = [every for every in (rows, turned) if fits(every)]
    mixed = product(*zip(rows, turned, strict=True)) if len(rows) <= 8 else ()
    yield from alike or ([*every] for every in mixed if fits(every))


def grids(names: Sequence[str], inputs: int, outputs: int) -> Iterator[list[Array]]:
    """Go through the ways to put single weights into matrices: by their two indices, or by their order."""
    groups: dict[str, dict[tuple[int, int], str]] = {}
    for name in names:
        if found := re.fullmatch(r"(.*?)[\[(_]*(\d)[\])_,\[(]*(\d)[\])]*", name):
            groups.setdefault(found[1], {})[int(found[2]), int(found[3])] = name
    matrices = []
    for group in groups.values():
        rows, columns = (sorted({*index}) for index in zip(*group, strict=True))
        if len(group) == len(rows) * len(columns):
            matrices.append(np.array([[group[i, j] for j in columns] for i in rows], dtype=object))
    if sum(matrix.size for matrix in matrices) == len(names):
        yield from chains(matrices, inputs, outputs)
        return
    every = np.array(names, dtype=object)
    for hidden, depth in product(range(1, min(len(names), 99) + 1), range(4)):
        sizes = [inputs, *[hidden] * depth, outputs]
        cuts = np.cumsum([a * b for a, b in pairwise(sizes)])
        if cuts[-1] == len(names) and (depth or hidden == 1):
            pieces = np.split(every, cuts[:-1])
            yield [part.reshape(b, a) for part, (a, b) in zip(pieces, pairwise(sizes), strict=True)]
            yield [part.reshape(a, b).T for part, (a, b) in zip(pieces, pairwise(sizes), strict=True)]


def biased(biases: Sequence[Array], after: Sequence[int], units: Sequence[int]) -> list[Array | None] | None:
    """Return the biases of each layer, or None if they do not fit."""
    if len(biases) == len(units):
        found: list[Array | None] = [*biases]
    elif all(bias.size == 1 for bias in biases) and len(biases) == sum(units):
        found = [*np.split(np.concatenate(biases), np.cumsum(units)[:-1])]
    else:  # each stands behind the weights of its layer
        found = [None] * len(units)
        for bias, place in zip(biases, after, strict=True):
            if not 0 < place <= len(units) or found[place - 1] is not None:
                return None
            found[place - 1] = bias
    fits = (bias is None or bias.size in (1, size) for bias, size in zip(found, units, strict=True))
    return found if all(fits) else None
