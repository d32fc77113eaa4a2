"""A pasted text, checked: which network it is about, which number of it each name means, and what is wrong.

>>> answer = paste("h_in_1 = 0.98, h_out_1 = 0.7271, E = 0.0591", "mine.txt")
>>> answer.right, [verdict.word for verdict in answer.report.verdicts]
(False, ['agrees', 'agrees', 'wrong'])
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any, NamedTuple

import numpy as np

from bplit.byhand import THETA, W, X, Y
from bplit.given import shorter
from bplit.reading import LENGTH
from workings.check.called import TELLING_DIGITS, Parts, digits_in
from workings.check.drafting import Draft, drafted
from workings.check.figures import check
from workings.check.handed import QUICK, SEARCHED, Reply, flattened, labels, layouts, sheet_with
from workings.check.one_step import HIDDEN, OUTPUT, TRIED, rows_of
from workings.check.pasted import Typed, statements
from workings.net.files import Sheet, expect_figure, label
from workings.net.matrices import Layer, Rules
from workings.net.network import Network
from workings.net.notation import nearest
from workings.symbol import Array
from workings.words import WORDS

FIGURES = 300  # more numbers nobody prints
TELLING_FIGURES = 50  # so many say what is tried
WRONG = 20  # so many wrong numbers are looked into
KNOWN_KIN = 3  # so many numbers that fit say how a sheet calls things
Kin = Mapping[str, set[str]]  # what names without numbers were found to mean, without numbers
TELL = {key: text.format for key, text in WORDS["paste"].items()}


class Place(NamedTuple):
    """What the numbers of a statement are taken for, how many of them fit, and whether only these say so."""

    names: Array
    fits: int = 0
    by_value: bool = False
    likely: bool = False


def paste(text: str, name: str, sheet: Sheet | None = None) -> Reply:
    """Check the numbers of a pasted text: with a network that it holds, or with that of a sheet.

    Without a sheet, and without weights in the text, it is the article's network. Raises ValueError, with
    the file's name and the line, for a text without numbers, and for what can be read in several ways.
    """
    if len(text) > LENGTH:
        raise ValueError(f"{name}: expected up to {LENGTH} characters, got more")
    try:
        draft = drafted([*islice(statements(text), 2 * FIGURES)], sheet is None)
        count = sum(s.numbers.size for s in draft.figures)
        if not 0 < count <= FIGURES:
            what = f"expected from 1 to {FIGURES} numbers to check, as in out_h1 = 0.5933"
            raise ValueError(f"{what}, got {count or 'none'}")
        return judged(*((Parts(sheet), []) if sheet else network_of(draft)), draft)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def network_of(draft: Draft) -> tuple[Parts, list[str]]:
    """Return the network that a text holds, or the article's if it holds none, and what was taken for it."""
    arrays = draft.given["weight"] | draft.given["bias"]
    if not arrays:
        network = Network(tuple(Layer(part) for part in np.reshape(W, (2, 2, 2))))
        return Parts(sheet_with(network, X, Y, Rules(THETA), "article")), [TELL["article"]()]
    rows = []
    for kind, example in (("x", "inputs: 0.05 0.10"), ("y", "targets: 0.01 0.99")):
        numbers = [*draft.given[kind].values()]
        if not numbers:
            raise ValueError(f"expected a line such as {example} beside the weights, got none")
        rows.append((numbers[0] if len(numbers) == 1 else flattened(draft.given[kind])).astype(float))
    x, y = rows_of(*rows)
    values = flattened(arrays).astype(float)
    if values.size * len(x) > SEARCHED:
        what = f"expected up to {SEARCHED} weights and biases, times examples"
        raise ValueError(f"weights: {what}, got {values.size} times {len(x)}")
    shapes = layouts("weights", arrays, x.shape[1], y.shape[1], draft.given["bias"])
    alone = any(bias is not None and bias.size < len(weights) for weights, bias in shapes[0])
    rate = next((float(part.flat[0]) for part in draft.given["rate"].values()), Rules().rate)
    policy = draft.rules.get("biases", "shared" if alone else "per_unit")
    rules = Rules(rate, biases=policy, examples=draft.rules.get("examples", Rules().examples))

    def built(layout: Any, activation: Sequence[str], loss: tuple[str, bool]) -> Parts:
        made = [
            Layer(values[weights], None if biases is None else values[biases], act)
            for (weights, biases), act in zip(layout, activation, strict=True)
        ]
        return Parts(sheet_with(Network(tuple(made), *loss), x, y, rules, "net_out"), arrays, layout)

    ways = [chosen_of(draft, built, some) for some in choices_of(draft.rules, shapes)]
    best = max(range(len(ways)), key=lambda n: ways[n][1])
    chosen, choices = ways[best][0], choices_of(draft.rules, shapes)[best]
    told = {"activation": ", ".join(chosen["activation"]), "loss": chosen["loss"][0]}
    tried = [f"{key} {text}" for key, text in told.items() if len(choices[key]) > 1]
    tried += [] if draft.given["rate"] else [f"rate {rate}"]
    notes = [TELL["tried"](rules="; ".join(tried))] if tried else []
    if len(choices["layout"]) > 1:
        names = np.array(labels(arrays))[chosen["layout"][0][0][0]]
        notes.append(TELL["turned"](names=", ".join(names)))
    return built(**chosen), notes


def choices_of(said: Mapping[str, Any], shapes: Sequence[Any]) -> list[dict[str, list[Any]]]:
    """Return what is to be tried, for each count of layers."""
    acts = said.get("activation", [])
    losses = [one for one in TRIED if one[0] == said.get("loss", one[0])]
    if said.get("loss") == "cross_entropy":  # which of the two is seldom said
        losses += [one for one in TRIED if one[0] == "binary_cross_entropy"]
    depths = [*dict.fromkeys(map(len, shapes))]
    every = []
    for layers in [len(acts)] if 1 < len(acts) in depths else depths:
        ends = product(said.get("hidden", acts[:1] or HIDDEN), said.get("output", acts[-1:] or OUTPUT))
        some = [tuple(acts)] if len(acts) == layers else [(*[one] * (layers - 1), end) for one, end in ends]
        layout = [shape for shape in shapes if len(shape) == layers]
        every.append({"layout": layout, "activation": [*dict.fromkeys(some)], "loss": losses})
    return every


def chosen_of(
    draft: Draft, built: Callable[..., Parts], choices: Mapping[str, list[Any]]
) -> tuple[dict[str, Any], int]:
    """Return what most numbers of a text fit, one choice after the other, and how many these are."""

    def fitting(key: str, value: Any) -> int:
        try:
            parts = built(**chosen | {key: value})
        except ValueError:  # as of targets that a loss does not allow
            return -1
        places = [placed(parts, s, ask=False) for s in draft.figures[:TELLING_FIGURES]]
        # only its own value says which loss it is: a delta may be wrong
        own = {name for kind in ("loss", "error") for _, array in parts.arrays[kind] for name in array.flat}
        return sum(place.fits for place in places if key != "loss" or {*place.names.flat} <= own)

    chosen = {key: some[0] for key, some in choices.items()}
    for key, some in choices.items():
        if len(some) > 1:
            chosen[key] = max(some, key=lambda value: fitting(key, value))
    return chosen, fitting("layout", chosen["layout"])


def placed(parts: Parts, s: Typed, ask: bool = True, kin: Kin | None = None) -> Place:
    """Return what the numbers of a statement are taken for: what has its value, or is like its kin."""
    every = [
        shape for array in parts.find(s.name, s.numbers.size, s.example) for shape in shaped(array, s.numbers)
    ]
    weights = [array for array in every if all(one in parts.updates for one in array.flat)]
    new = [turned for array in weights for turned in parts.turnings(array, "new")]
    every = new + every if s.arrow or s.name in parts.own else every + new
    if s.after and every:  # of another pass, so values say nothing
        return Place(likeliest(every, s, {**kin, "": set()}) if kin else every[0])
    fits = [parts.fitting(array, s.numbers) for array in every]
    best = max(fits, default=0)
    # an error can be a loss, a difference or a delta: its value says which
    by_value = ask and not best and (not every or re.search("err|step|change", s.name.lower()))
    same = parts.worth(s.numbers) if by_value else []
    values = [[parts.value(one) for one in array.flat] for array in same]
    if same and np.ptp(values, axis=0).max() <= 1e-12 * np.abs(values).max():
        return Place(same[0], s.numbers.size, True)
    if every and not same and (best or len(every) == 1 + len(new) or s.numbers.size > 1):
        return Place(every[fits.index(best)], best)
    if ask and (every or same) and len((kin or {"": set()})[""]) < KNOWN_KIN:
        asked = [", ".join(array.flat) for array in every or same]
        names = TELL["or"]().join([one for one in asked if one[0] != "-"][:4] or asked[:4])
        raise ValueError(
            TELL["which"](line=s.line, name=label(s.name), text=shown_numbers(s.numbers), names=names)
        )
    if ask and (every or same):
        return Place(likeliest(every or same, s, kin or {}), likely=True)
    return Place(np.array([]))


def unnumbered(name: str) -> str:
    """Return a name without its last number.

    >>> unnumbered("delta_h2"), unnumbered("δ3")
    ('delta_h', 'δ')
    """
    return re.sub(r"\d+\W*$", "", name).rstrip("_ [(")


def likeliest(every: Sequence[Array], s: Typed, kin: Kin) -> Array:
    """Return the first of some arrays that is like what names like that of a statement were found to mean."""
    alike, taken = kin.get(unnumbered(s.name), set()), kin.get("", set())

    def strangeness(array: Array) -> tuple[bool, bool]:
        return any(one in taken for one in array.flat), not all(
            unnumbered(one) in alike for one in array.flat
        )

    return min(every, key=strangeness)


def kin_of(parts: Parts, figures: Sequence[Typed]) -> Kin:
    """Return what is meant by the names whose numbers have a value that these can mean."""
    kin: dict[str, set[str]] = {"": set()}
    for s in figures:
        place = placed(parts, s, ask=False)
        if place.fits and not s.after:
            kin[""] |= {*place.names.flat}
            kin.setdefault(unnumbered(s.name), set()).update(map(unnumbered, place.names.flat))
    return kin


def shown_numbers(numbers: Array) -> str:
    """Return numbers as a message shows them."""
    return shorter(" ".join(leaf.text for leaf in numbers.flat), 40)


def shaped(array: Array, numbers: Array) -> Iterator[Array]:
    """Go through the ways to lay out an array of names as numbers are laid out, row by row or turned."""
    one, other = (tuple(n for n in part.shape if n > 1) for part in (array, numbers))
    if one == other:
        yield array.reshape(numbers.shape)
    if one[::-1] == other and len(one) > 1:
        yield array.T.reshape(numbers.shape)


def judged(parts: Parts, notes: list[str], draft: Draft) -> Reply:
    """Check the numbers of a text, each as what it is taken for."""
    if draft.passed:
        notes.append(TELL["passed"](lines=", ".join(map(str, dict.fromkeys(draft.passed)))))
    signs = [
        leaf * parts.value(name)
        for s in draft.figures
        for name, leaf in zip(placed(parts, s, ask=False).names.flat, s.numbers.flat, strict=False)
        if name in parts.deltas
    ]
    if len(signs) > 1 and max(signs) < 0:
        parts.turn_deltas()
        notes.append(TELL["signs"]())
    known, unknown, wrong = [*parts.worked.given, *parts.listing.names], 0, 0
    printed: dict[int, dict[str, str]] = {}
    means: dict[str, str] = {}
    names = {
        name: own
        for key, array in parts.own.items()
        for name, own in zip(array.flat, labels({key: array}), strict=True)
    }
    kin = kin_of(parts, draft.figures)
    for s in draft.figures:
        place = placed(parts, s, kin=kin)
        if place.likely:
            names_of = ", ".join(place.names.flat)
            notes.append(TELL["likely"](line=s.line, name=label(s.name), names=names_of))
        if place.by_value and s.numbers.size == 1:
            notes.append(TELL["by value"](line=s.line, name=label(s.name), names=place.names.item()))
        if not place.names.size:
            unknown += any(digits_in(leaf) >= TELLING_DIGITS for leaf in s.numbers.flat)
            near = nearest(s.name, known) if unknown <= WRONG else ""
            notes.append(
                TELL["unknown"](line=s.line, name=label(s.name), text=shown_numbers(s.numbers), near=near)
            )
            continue
        table = printed.setdefault(s.after, {})
        every = zip(place.names.flat, s.numbers.flat, labels({s.name: s.numbers}), strict=True)
        for one, leaf, people in every:
            expect_figure((f"line {s.line}", label(s.name)), leaf.text)
            if table.get(one) == leaf.text:  # printed twice
                continue
            key = one if one.isidentifier() and one not in table else f"own_{len(means) + 1}"
            means |= {key: one} if key != one else {}
            names[key] = TELL["again"](name=people, line=s.line) if one in table else people
            table[key] = leaf.text
        wrong += 0 if s.after else s.numbers.size - place.fits
        if wrong >= WRONG:
            notes.append(TELL["enough"](count=wrong, line=s.line))
            break
    told = shorter(", ".join(known), 300)
    if not any(printed.values()):
        raise ValueError(TELL["nothing"](names=told))
    notes += [TELL["names"](names=told)] if unknown else []
    sheet = parts.sheet._replace(printed=dict(sorted(printed.items())), means={**parts.sheet.means, **means})
    report = check(sheet, QUICK)
    return Reply(report.right and not unknown, tuple(notes), report, names)
