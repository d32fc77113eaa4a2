"""Numbers that are handed in under any names: matrices in either orientation, or single weights."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, product
from textwrap import fill
from typing import Any, NamedTuple

import numpy as np

from workings.check.report import SINGLE_DIGITS, WIDTH, Report, in_single
from workings.net.files import Sheet, label
from workings.net.matrices import Rules
from workings.net.network import Network
from workings.net.notation import NOTATIONS
from workings.net.writer import Worked
from workings.symbol import Array

SEARCHED = 200  # weights times examples: in larger networks no causes are searched for
QUICK = 4_000_000  # so many lines are calculated in the search
MOST_LAYERS = 10  # more layers nobody hands in
SHAPES = 8  # so many networks that single weights may be are tried
NEVER_ROUNDED = 14  # so many digits nobody rounds to
IN_ONE = 2.0**-22  # of a number: what single precision does to it
IN_DOUBLE, IN_SINGLE = 2.0**-40, 1e-5  # what floats, and single ones, do to a change
# Where the weights and the biases of a layer may stand in one matrix.
SPLIT_OFF = (
    (np.s_[:, :-1], np.s_[:, -1]),
    (np.s_[:, 1:], np.s_[:, 0]),
    (np.s_[:-1], np.s_[-1]),
    (np.s_[1:], np.s_[0]),
)
Layout = tuple[tuple[Array, Array | None], ...]  # of each layer the places of its weights, and of its biases


class Reply(NamedTuple):
    """What is said of numbers that were handed in: notes, then the report, in people's own names.

    ``right`` says whether everything is right, ``rules`` under which rules, ``names`` what people call the
    names of the listing, ``sheet`` the network that a text was read as. There may be no report where nothing
    is wrong, or where it would be too large.
    """

    right: bool
    notes: tuple[str, ...]
    report: Report | None = None
    names: Mapping[str, str] = {}
    rules: Mapping[str, Any] = {}
    sheet: Sheet | None = None

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


def is_bias(name: str) -> bool:
    """Say whether biases are called so."""
    parts = re.findall("[a-z]+", name.lower())
    named = any(part[0] == "b" or part.startswith("intercept") for part in parts)
    return named and {*parts}.isdisjoint(("weight", "weights", "kernel"))


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
    names: Array = np.empty(1 + max(part.max() for part in parts), dtype=object)  # units may share one
    for here, (weights, biases) in zip(worked.layers, layout, strict=True):
        names[weights] = np.array(here.weights, dtype=object)
        if biases is not None:
            names[biases] = (here.biases or ())[: biases.size]
    return names


def layouts(
    what: str,
    arrays: Mapping[str, Array],
    inputs: int,
    outputs: int,
    known: Collection[str] | None = None,
    inside: bool = False,
) -> list[Layout]:
    """Return the layers that named numbers can be, the likeliest first, or raise a ValueError.

    A matrix may be units × inputs or inputs × units, single weights may follow each other by rows or by
    columns. Which one a matrix is its shape says, if it is not square. ``known`` are the names of the
    biases, if that is known, unless they stand ``inside`` the matrices.
    """
    found: list[Layout] = []
    problem = ""
    # to turn only some of the matrices is the last thing that is tried
    for mixed, (weights, biases, behind) in product(
        (False, True), [*weights_and_biases(places_of(arrays), known, inside)]
    ):
        if mixed and found:
            break
        single = all(part.ndim == 0 for part in weights.values())
        layers = grid(weights) if single else [*weights.values()]
        if len(layers) > MOST_LAYERS:
            raise ValueError(f"{what}: expected up to {MOST_LAYERS} matrices of weights, got {len(layers)}")
        # where names say from which unit to which weights lead, no matrix is to be turned, or all are
        ways = leading(weights) if single else None
        each = (single and ways is None) or mixed
        matrices = [*chains(layers, inputs, outputs, ways, each)] if layers else []
        if weights and not (matrices and single) and all(part.ndim < 2 for part in weights.values()):
            matrices += by_order(flattened(weights), inputs, outputs)
        units = [[len(matrix) for matrix in layers] for layers in matrices]
        for matrix, counts in zip(matrices, units, strict=True):
            found += [tuple(zip(matrix, each, strict=True)) for each in biased(biases, behind, counts)]
        sizes = ", ".join(str(part.shape) for part in weights.values())
        got = f"{len(weights)} single weights" if single else sizes
        wanted = f"matrices that lead from {inputs} inputs to {outputs} outputs"
        if matrices:
            wanted = f"biases for layers of {' and '.join(map(str, units[0]))} units"
            got = ", ".join(str(part.size) for part in biases)
        problem = problem or f"{what}: expected {wanted}, got {got}"
    if not found:
        raise ValueError(problem or f"{what}: expected those between {inputs} inputs and {outputs} outputs")
    return found


def weights_and_biases(
    places: Mapping[str, Array], known: Collection[str] | None, inside: bool
) -> Iterator[tuple[Mapping[str, Array], list[Array], list[int]]]:
    """Go through what can be weights, and what biases, with how many weights stand before each of these.

    Biases are what is known or called so. Otherwise they are lists among matrices, every second part, or the
    last or the first row or column of each matrix.
    """
    names = [*places]
    named = [name for name in names if (is_bias(name) if known is None else name in known)]
    lists = [name for name in names if places[name].ndim < 2]
    alone = all(part.ndim == 0 for part in places.values())
    said = named or alone or known is not None
    for group in [] if inside else [named] if said else [named, lists, names[1::2]]:
        weights = {name: part for name, part in places.items() if name not in group}
        behind = [sum(name in weights for name in names[: names.index(bias)]) for bias in group]
        if weights or group is named:
            yield weights, [places[name].ravel() for name in group], behind
    for inner, edge in SPLIT_OFF if inside or not (said or lists) else ():
        biases = [np.atleast_2d(part)[edge] for part in places.values()]
        weights = {name: np.atleast_2d(part)[inner] for name, part in places.items()}
        if all(part.size for part in weights.values()):
            yield weights, biases, [*range(1, len(biases) + 1)]


def leading(weights: Collection[str]) -> bool | None:
    """Say whether all names lead from one unit to a later one, as w13, or back, as w31, if they say so."""
    ends = [re.fullmatch(r"\D*(\d)\D*(\d)\D*", name) for name in weights]
    signs = {(one[1] > one[2]) - (one[1] < one[2]) if one else 0 for one in ends}
    return None if 0 in signs or len(signs) > 1 else -1 in signs


def chains(
    weights: Sequence[Array], inputs: int, outputs: int, forward: bool | None, every_way: bool
) -> Iterator[list[Array]]:
    """Go through the ways to turn matrices, only all alike or each, so that each leads on.

    Those that lead forward are none to be turned, those that lead back all; a list has no direction.
    """
    rows = [np.atleast_2d(part) for part in weights]
    turned = [part.T for part in rows]
    lists = [row if part.ndim < 2 else row.T for part, row in zip(weights, rows, strict=True)]
    back = [turned] if all(part.ndim > 1 for part in weights) else [turned, lists]
    alike = [*([] if forward is False else [rows]), *([] if forward else back)]
    for every in (*alike, *(product(*zip(rows, turned, strict=True)) if every_way else ())):
        sizes = [inputs, *(part.shape[0] for part in every)]
        leads_on = all(part.shape[1] == size for part, size in zip(every, sizes, strict=False))
        if leads_on and sizes[-1] == outputs:
            yield [*every]


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


def biased(biases: Sequence[Array], behind: Sequence[int], units: Sequence[int]) -> Iterator[list[Array]]:
    """Go through what the biases of each layer can be, the likeliest first."""
    each: list[Array] = [None] * len(units)
    for bias, place in zip(biases, behind, strict=True):  # each stands behind the weights of its layer
        if 0 < place <= len(units):
            each[place - 1] = bias
    could = [each] if sum(bias is not None for bias in each) == len(biases) else []
    if len(biases) == len(units):
        could = [[*biases]]
    elif sum(bias.size for bias in biases) == sum(units):
        could = [[*np.split(np.concatenate(biases), np.cumsum(units)[:-1])]]
    elif len(biases) == 1 and biases[0].size == 1 and len(units) > 1 and sum(behind) != 1:
        could.insert(0, [biases[0] for _ in units])
    for found in could:
        if all(bias is None or bias.size in (1, size) for bias, size in zip(found, units, strict=True)):
            yield found


class Given(NamedTuple):
    """The numbers of a network, before and after a step, and how far those after may be off.

    ``printed`` has the texts of those after; ``unit`` is half the worth of their last digit, ``noise`` the
    share of a change that floats may take, and ``spread`` how far those before may be off, if it is rounding.
    """

    names: Sequence[str]
    before: Array
    after: Array
    printed: Sequence[str]
    unit: Array
    noise: float
    spread: Array

    @property
    def full(self) -> list[str]:
        """The texts of those after in all digits that they have in single precision, if it is that."""
        few = (self.noise == IN_SINGLE) & (self.unit <= abs(self.after) * IN_ONE)
        short = zip(self.printed, self.after, few, strict=True)
        return [repr(float(np.float32(value))) if one else text for text, value, one in short]

    def right(self, after: Array, far: Array | float = 0) -> Array:
        """Say of each calculated number whether it is the one that is given."""
        change = np.abs(self.after - self.before).max()
        return np.abs(after - self.after) <= self.unit + far + self.noise * change + 2.0**-50


def numbers_of(before: Mapping[str, Array], after: Mapping[str, Array]) -> Given:
    """Return all numbers, or raise a ValueError if those after the step are others than those before."""
    for name in {**before, **after}:
        old, new = (str(part[name].shape) if name in part else "none" for part in (before, after))
        if old != new:
            raise ValueError(f"after: {label(name)}: expected numbers of shape {old}, as before, got {new}")
    old, new = (flattened({key: part[key] for key in before}) for part in (before, after))
    first, values = old.astype(float), new.astype(float)
    (_, spread, *those, _), (texts, unit, *these, single) = map(digits_of, (old, new))
    # those before are rounded, too, if they have as many decimals, or as many digits
    rounded = these[1] < NEVER_ROUNDED and any(a == b for a, b in zip(those, these, strict=True))
    unit = np.maximum(unit, np.abs(values) * IN_ONE * single)
    return Given(
        labels(before), first, values, texts, unit, IN_SINGLE if single else IN_DOUBLE, spread * rounded
    )


def digits_of(leaves: Array) -> tuple[list[str], Array, int, int, bool]:
    """Return numbers as texts, half the worth of their last digits, the last decimal, and the most digits.

    And whether they are of single precision: then the fewest digits count that tell each from the others.
    """
    texts = [getattr(leaf, "text", repr(float(leaf))) for leaf in leaves]
    digits = [*map(Decimal, texts)]
    single = all(map(in_single, digits)) and max(len(n.as_tuple().digits) for n in digits) > SINGLE_DIGITS
    digits = [Decimal(str(np.float32(float(n)))) for n in digits] if single else digits
    last = min(int(number.as_tuple().exponent) for number in digits)
    most = max(len(number.as_tuple().digits) for number in digits)
    # a float has lost the zeros at its end: the others say how many decimals, or digits, there are
    ends = [max(last, number.adjusted() - most + 1) for number in digits]
    if not single or most <= SINGLE_DIGITS:
        texts = [str(n.quantize(Decimal(1).scaleb(end))) for n, end in zip(digits, ends, strict=True)]
    return texts, 10.0 ** np.array(ends) / 2, last, most, single
