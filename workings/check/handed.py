"""Numbers that are handed in under any names: matrices in either orientation, or single weights."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, product
from textwrap import fill
from typing import Any, NamedTuple

import numpy as np

from bplit.given import LIMIT, real, shown
from workings.check.report import WIDTH, Report
from workings.net.files import Sheet, expect_figure, label
from workings.net.matrices import Rules
from workings.net.network import Network
from workings.net.notation import NOTATIONS
from workings.net.numerals import Numeral
from workings.net.writer import Worked
from workings.symbol import Array

MOST_NUMBERS = 100_000  # no person looks at more
SEARCHED = 200  # weights times examples: in larger networks no causes are searched for
QUICK = 4_000_000  # so many lines are calculated in the search
MOST_LAYERS = 10  # more layers nobody hands in
SHAPES = 8  # so many networks that single weights may be are tried
IN_DOUBLE, IN_SINGLE = 2.0**-40, 1e-5  # what floats, and single ones, do to a change
Layout = tuple[tuple[Array, Array | None], ...]  # of each layer the places of its weights, and of its biases


class Reply(NamedTuple):
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
        """The reply in plain dicts, lists, texts and numbers, as JSON has them."""
        report = self.renamed(self.report.record) if self.report else {}
        return report | {"right": self.right, "notes": [*self.notes], "rules": dict(self.rules)}

    def renamed(self, part: Any) -> Any:
        """Return texts, in dicts and lists, with people's own names in place of those of the listing."""
        match part:
            case dict():
                return {self.renamed(key): self.renamed(value) for key, value in part.items()}
            case list():
                return [*map(self.renamed, part)]
            case str():
                return re.sub(r"[^\W\d]\w*", lambda found: self.names.get(found[0], found[0]), part)
        return part

    def __str__(self) -> str:
        rows = []
        for verdict in self.report.verdicts if self.report else ():
            figure = verdict.figure._replace(name=self.renamed(verdict.figure.name))
            rows.append(verdict._replace(figure=figure, why=self.renamed(verdict.why)))
        notes = "\n".join(fill(note, WIDTH, subsequent_indent="  ") for note in self.notes)
        return "\n\n".join(filter(None, [notes, str(Report(tuple(rows))) if rows else ""]))


def sheet_with(network: Network, x: Array, y: Array, rules: Rules, notation: str) -> Sheet:
    """Return what a network file of a network would hold."""
    return Sheet(network, x, y, rules, NOTATIONS[notation], "rows", "", "", {}, {})


def nested(value: Any) -> Array:
    """Return lists in lists as an array of objects; where they do not fit each other, of nothing."""
    try:
        return np.array(value.tolist() if hasattr(value, "tolist") else value, dtype=object)
    except ValueError:
        return np.array([None])


def arrays_of(what: str, given: Any) -> dict[str, Array]:
    """Return the numbers of a network by name, each an array of objects, or raise a ValueError.

    They are a dict, or a list of matrices and biases, of pairs of them, or of single weights. ``what`` is
    what errors call them, and arrays may be anything that has ``tolist``.
    """
    given = given.tolist() if hasattr(given, "tolist") else given
    named: dict[str, Any] = {}
    if isinstance(given, Mapping):
        named = {str(name): value for name, value in given.items()}
    elif isinstance(given, list | tuple):
        items: list[Any] = []
        for item in given:
            pair = isinstance(item, list | tuple) and len(item) == 2 and nested(item[0]).ndim == 2
            items += item if pair else [item]
        depths = [nested(item).ndim for item in items]
        numbers = np.cumsum([depth == 2 for depth in depths])
        if max(depths, default=0) == 1:
            named = {"W1": given}
        elif 2 in depths:
            named = {f"{'Wb'[d < 2]}{n}": part for d, n, part in zip(depths, numbers, items, strict=True)}
        else:
            named = {f"w{n}": item for n, item in enumerate(items, 1)}
    if not named:
        raise ValueError(f"{what}: expected numbers by name, or a list of matrices, got {shown(given)}")
    found = {name: nested(value) for name, value in named.items()}
    for name, array in found.items():
        if array.ndim > 2 or not 0 < array.size <= MOST_NUMBERS:
            wanted = "expected a number, a list or a matrix"
            raise ValueError(f"{what}: {label(name)}: {wanted}, got {shown(named[name])}")
        for part in array.flat:
            if isinstance(part, Numeral):
                expect_figure((what, name), part.text)
            if isinstance(part, bool) or not abs(real(part)) <= LIMIT:
                raise ValueError(f"{what}: {label(name)}: expected rows of numbers alike, got {shown(part)}")
    return found


def flattened(arrays: Mapping[str, Array]) -> Array:
    """Return all numbers of arrays, one after the other."""
    return np.concatenate([array.ravel() for array in arrays.values()])


def places_of(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return where the numbers of each array stand among all."""
    ends = np.cumsum([array.size for array in arrays.values()])
    return {
        name: np.arange(end - array.size, end).reshape(array.shape)
        for (name, array), end in zip(arrays.items(), ends, strict=True)
    }


def labels(arrays: Mapping[str, Array]) -> list[str]:
    """Return what each number of all is called: W1[0][0], W1[0][1], b."""
    return [
        name + "".join(f"[{n}]" for n in place)
        for name, array in arrays.items()
        for place in np.ndindex(array.shape)
    ]


def listed_names(worked: Worked, layout: Layout) -> Array:
    """Return what each number of all is called in a listing."""
    parts = [part for layer in layout for part in layer if part is not None]
    names: Array = np.empty(sum(part.size for part in parts), dtype=object)
    for here, (weights, biases) in zip(worked.layers, layout, strict=True):
        names[weights] = np.array(here.weights, dtype=object)
        if biases is not None:
            names[biases] = (here.biases or ())[: biases.size]
    return names


def layouts(
    what: str, arrays: Mapping[str, Array], inputs: int, outputs: int, known: Collection[str] | None = None
) -> list[Layout]:
    """Return the layers that named numbers can be, the likeliest first, or raise a ValueError.

    A matrix may be units × inputs or inputs × units, single weights may follow each other by rows or by
    columns. Which one a matrix is its shape says, if it is not square. ``known`` are the names of the
    biases, if that is known.
    """
    weights: dict[str, Array] = {}
    biases: list[Array] = []
    behind: list[int] = []  # how many weights stand before each of the biases
    for name, places in places_of(arrays).items():
        parts = re.findall("[a-z]+", name.lower())
        bias = any(part[0] == "b" or part.startswith("intercept") for part in parts)
        bias = bias and {*parts}.isdisjoint(("weight", "weights", "kernel"))
        if bias if known is None else name in known:
            biases.append(places.ravel())
            behind.append(len(weights))
        else:
            weights[name] = places
    single = all(part.ndim == 0 for part in weights.values())
    layers = grid(weights) if single else [*weights.values()]
    if len(layers) > MOST_LAYERS:
        raise ValueError(f"{what}: expected up to {MOST_LAYERS} matrices of weights, got {len(layers)}")
    matrices = [*chains(layers, inputs, outputs, single)] if layers else []
    if weights and not (matrices and single) and all(part.ndim < 2 for part in weights.values()):
        matrices += by_order(flattened(weights), inputs, outputs)
    if not matrices:
        sizes = ", ".join(str(part.shape) for part in weights.values())
        wanted = f"expected matrices that lead from {inputs} inputs to {outputs} outputs"
        raise ValueError(f"{what}: {wanted}, got {f'{len(weights)} single weights' if single else sizes}")
    units = [[len(matrix) for matrix in layers] for layers in matrices]
    several = [biased(biases, behind, sizes) for sizes in units]
    found = [tuple(zip(w, b, strict=True)) for w, b in zip(matrices, several, strict=True) if b is not None]
    if not found:
        wanted = f"expected biases for layers of {' and '.join(map(str, units[0]))} units"
        raise ValueError(f"{what}: {wanted}, got {', '.join(str(part.size) for part in biases)}")
    return found


def chains(weights: Sequence[Array], inputs: int, outputs: int, every_way: bool) -> Iterator[list[Array]]:
    """Go through the ways to turn matrices, only all alike if that fits, so that each leads on."""
    rows = [np.atleast_2d(part) for part in weights]
    turned = [part.T for part in rows]

    def fits(every: Sequence[Array]) -> bool:
        sizes = [inputs, *(part.shape[0] for part in every)]
        return sizes[-1] == outputs and all(p.shape[1] == n for p, n in zip(every, sizes, strict=False))

    alike = [every for every in (rows, turned) if fits(every)]
    yield from alike
    if every_way or not alike:
        yield from ([*every] for every in product(*zip(rows, turned, strict=True)) if fits(every))


def grid(weights: Mapping[str, Array]) -> list[Array]:
    """Return matrices of single weights by their two indices, if all have such: w11, v12, w_h_2_1."""
    groups: dict[str, dict[tuple[str, str], Array]] = {}
    for name, place in weights.items():
        if not (found := re.fullmatch(r"(.*?)[\[(_]*(\d?)[\])_,\[(]*(\d)[\])]*", name)):
            return []
        groups.setdefault(found[1], {})[found[2], found[3]] = place
    if not any(row for group in groups.values() for row, _ in group):
        return []
    every = [numbered(group) for group in groups.values()]
    if all(len(matrices) == 1 for matrices in every):  # whole ones: the first index is that of the row
        return [matrix.T for (matrix,) in every]
    return every[0] if len(every) == 1 else []


def numbered(group: Mapping[tuple[str, str], Array]) -> list[Array]:
    """Return matrices of weights that lead from one unit to another, where all units are numbered."""
    ends = sorted({end for _, end in group})
    into: dict[tuple[str, ...], list[str]] = {}
    for end in ends:
        into.setdefault(tuple(sorted(start for start, to in group if to == end)), []).append(end)
    return [np.array([[group[i, j] for i in starts] for j in units]) for starts, units in into.items()]


def by_order(places: Array, inputs: int, outputs: int) -> Iterator[list[Array]]:
    """Go through the ways to put single weights into matrices by their order, by rows and by columns."""
    most, found = (100, 100, 20, 10), 0  # the units of a hidden layer, with none of them to three
    widths = (hidden for depth in range(4) for hidden in product(range(1, most[depth]), repeat=depth))
    for hidden in widths:
        sizes = [*pairwise([inputs, *hidden, outputs])]
        cuts = np.cumsum([a * b for a, b in sizes])
        if cuts[-1] == len(places) and (found := found + 1) <= SHAPES:
            pieces = [*zip(np.split(places, cuts[:-1]), sizes, strict=True)]
            yield [part.reshape(b, a) for part, (a, b) in pieces]
            yield [part.reshape(a, b).T for part, (a, b) in pieces]


def biased(biases: Sequence[Array], behind: Sequence[int], units: Sequence[int]) -> list[Array | None] | None:
    """Return the biases of each layer, or None if they do not fit."""
    found: list[Array | None] = [None] * len(units)
    if len(biases) == len(units):
        found = [*biases]
    elif all(bias.size == 1 for bias in biases) and len(biases) == sum(units):
        found = [*np.split(np.concatenate(biases), np.cumsum(units)[:-1])]
    elif len(biases) == 1 and biases[0].size == 1 and len(units) > 1 and sum(behind) != 1:
        found = [biases[0] for _ in units]
    else:  # each stands behind the weights of its layer
        for bias, place in zip(biases, behind, strict=True):
            if not 0 < place <= len(units) or found[place - 1] is not None:
                return None
            found[place - 1] = bias
    fits = (bias is None or bias.size in (1, size) for bias, size in zip(found, units, strict=True))
    return found if all(fits) else None


class Given(NamedTuple):
    """The numbers of a network, before and after a step, and how far those after may be off.

    ``printed`` has the texts of those after; ``unit`` is half the worth of their last digit, ``noise`` the
    share of a change that floats may take, and ``rounded`` says whether those before have as many decimals.
    """

    names: Sequence[str]
    before: Array
    after: Array
    printed: Sequence[str]
    unit: Array
    noise: float
    rounded: bool

    def right(self, after: Array, slack: float = 1) -> Array:
        """Say of each calculated number whether it is the one that is given."""
        change = np.abs(self.after - self.before).max()
        return np.abs(after - self.after) <= slack * self.unit + self.noise * change + 2.0**-50


def numbers_of(before: Mapping[str, Array], after: Mapping[str, Array]) -> Given:
    """Return all numbers, or raise a ValueError if those after the step are others than those before."""
    for name in {**before, **after}:
        old, new = (str(part[name].shape) if name in part else "none" for part in (before, after))
        if old != new:
            raise ValueError(f"after: {label(name)}: expected numbers of shape {old}, as before, got {new}")
    leaves = flattened({key: after[key] for key in before})
    first, values = flattened(before).astype(float), leaves.astype(float)
    texts = [getattr(leaf, "text", repr(float(leaf))) for leaf in leaves]
    digits = [*map(Decimal, texts)]
    last = min(int(number.as_tuple().exponent) for number in digits)
    most = max(len(number.as_tuple().digits) for number in digits)
    single = most > 9 and bool(np.all(values.astype(np.float32) == values))
    # a float has lost the zeros at its end: the others say how many decimals, or digits, there are
    ends = [max(last, number.adjusted() - most + 1) for number in digits]
    if not single:
        texts = [str(n.quantize(Decimal(1).scaleb(end))) for n, end in zip(digits, ends, strict=True)]
    unit = np.abs(values) * 2.0**-22 if single else 10.0 ** np.array(ends) / 2
    rounded, fewer = (np.array_equal(first, first.round(max(0, n))) for n in (-last, -last - 1))
    noise = IN_SINGLE if single else IN_DOUBLE
    return Given(labels(before), first, values, texts, unit, noise, rounded and not fewer)
