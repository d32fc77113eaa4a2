"""A pasted text, checked: which network it is about, which number of it each name means, and what is wrong.

>>> answer = paste("h_in_1 = 0.98, h_out_1 = 0.7271, E = 0.0591", "mine.txt")
>>> answer.right, [verdict.word for verdict in answer.report.verdicts]
(False, ['agrees', 'agrees', 'wrong'])
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice, product
from typing import Any, NamedTuple

import numpy as np

from bplit.byhand import THETA, W, X, Y
from bplit.given import shorter
from bplit.reading import LENGTH
from workings.check.called import ROLES, TELLING_DIGITS, Parts, digits_in, kinds
from workings.check.figures import check
from workings.check.handed import QUICK, SEARCHED, Reply, flattened, labels, layouts, sheet_with
from workings.check.one_step import HIDDEN, OUTPUT, TRIED, rows_of
from workings.check.pasted import ABOUT, Typed, statements
from workings.net.files import Sheet, expect_figure, label
from workings.net.matrices import Layer, Rules
from workings.net.network import Network
from workings.symbol import Array
from workings.words import WORDS

FIGURES = 300  # more numbers nobody prints
TELLING_FIGURES = 50  # so many say what is tried
WRONG = 20  # so many wrong numbers are looked into
TELL = {key: text.format for key, text in WORDS["paste"].items()}
GIVEN = ("rate", "x", "y", "weight", "bias")
OTHERS = r"leaky[- _]?relu|\b(?:[cgs]?elu|prelu|swish|silu|mish|softplus)\b"  # no network here has them
RULES = {"activation": "activations", "loss": "losses", "examples": "examples", "biases": "policies"}
# What stands before the first calculated number.
FIRST_WORDS = {word: kind for kind, words in WORDS["given first"].items() for word in words.split()}
RENEWED = re.compile(r"(?i)(?<![^\W_])(new|neu\w*|nuev\w*|nov[oa]s?|next|updated|after)(?![^\W_])")


class Draft(NamedTuple):
    """What a text says of its network: given numbers by kind and name, and rules; and what else is in it."""

    given: Mapping[str, dict[str, Array]]
    rules: Mapping[str, Any]
    figures: Sequence[Typed]
    passed: Sequence[int]  # lines in which nothing is known


class Place(NamedTuple):
    """What the numbers of a statement are taken for, how many of them fit, and whether only these say so.

    ``others`` are what else the name can mean, where no value says which.
    """

    names: Array
    fits: int = 0
    by_value: bool = False
    others: Sequence[Array] = ()


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


def drafted(found: Sequence[Typed], alone: bool) -> Draft:
    r"""Return what a text says; if it does not stand alone, all its numbers are to be checked.

    A number before the first that is calculated is given: v1 is a weight there, and d1 a target.

    >>> draft = drafted([*statements("x1 = 0.3, d1 = 0.7, v1 = 0.2\nh1 = 0.54\nd1 = -0.01")], True)
    >>> [*draft.given["y"]], [*draft.given["weight"]], [one.name for one in draft.figures]
    (['d1'], ['v1'], ['h1', 'd1'])
    """
    given: dict[str, dict[str, Array]] = {kind: {} for kind in GIVEN}
    meant = [kinds(s.name) if s.numbers.size and not (s.arrow or s.after) else set() for s in found]
    rules: dict[str, Any] = {}
    figures, passed = [], []
    first, closed = True, set[str]()  # nothing that is calculated was found yet
    for s, could in zip(found, meant, strict=True):
        if not s.numbers.size:
            rule = ruled(s)
            rules |= rule
            passed += [s.line] if s.words and not rule else []
            continue
        # w5 new is what a step makes of w5
        old = RENEWED.sub("", s.name).strip(" _")
        renewed = RENEWED.search(s.name) and any(old in given[one] for one in GIVEN)
        kind, name = given_first(s, given) if first and not renewed else "", s.name
        if first and not kind and given["weight"]:
            first, closed = False, {"bias", *(one for one in GIVEN if given[one])}
        if kind == "bias" and name in given[kind]:
            name += f" {len(given[kind]) + 1}"
        kind = kind or ("" if renewed else given_later(s, could, meant, closed))
        if kind and alone and name not in given[kind]:
            given[kind][name] = s.numbers
        else:
            figures.append(s)
    return Draft(given, rules, figures, passed) if given["weight"] or not alone else drafted(found, False)


def given_first(s: Typed, given: Mapping[str, Mapping[str, Array]]) -> str:
    """Return what given number a name means that stands before all that is calculated, or nothing."""
    digits, stem = len(re.findall(r"\d", s.name)), re.sub(r"[\W\d_].*", "", s.name).lower()
    if stem not in FIRST_WORDS and " " in s.name and {*GIVEN}.isdisjoint(ROLES.get(stem, ())):
        stem = re.sub(r"[\W\d_].*", "", s.name.rpartition(" ")[2]).lower()
    roles = ROLES.get(stem, ["weight"] if len(stem) == 1 and digits else [])
    if named := {"weight", "bias"} & {*re.findall(r"[^\W\d_]+", s.name.lower())}:
        return named.pop()
    if stem == "y" and any(not name.lower().startswith("y") for name in given["y"]):
        return ""  # an output, where a target is called otherwise
    if s.arrow or s.after or any(s.name in given[kind] for kind in GIVEN if kind != "bias"):
        return ""
    if stem in FIRST_WORDS:
        return FIRST_WORDS[stem]
    if stem == "c":  # a target stands before the weights
        return "bias" if given["weight"] else "y"
    if {"net", "out"} & {*roles} and len(stem) == 1 and digits > 1:
        return "" if any(name.lower().startswith("w") for name in given["weight"]) else "weight"
    return next((kind for kind in ("x", "y", "weight", "bias", "rate") if kind in roles), "")


def given_later(s: Typed, could: set[str], meant: Sequence[set[str]], closed: set[str]) -> str:
    """Return what given number a name means by itself, or nothing."""
    if "net" in could and s.numbers.size == 1 and len(re.findall(r"\d", s.name)) < 2:
        could = could - {"weight"}  # v1 is none, and v11 is
    # y is an output where a target is called otherwise
    sure = (k for k in GIVEN if k in could and (could == {k} or k == "weight" or {k} not in meant))
    kind = next(sure, "")
    return "" if kind in closed or ("weight" in closed and could != {kind}) else kind


def ruled(s: Typed) -> dict[str, Any]:
    """Return what words say about the activations, the loss, or the rules of the step."""
    about, words = re.findall(r"[^\W\d_]+", s.name.lower()), s.words.lower().strip()
    key = next((key for key in RULES if {*about} & {*ABOUT[key].split("|")}), "")
    patterns = WORDS[RULES[key]] if key else {}
    if key == "activation":
        every = re.findall("|".join([OTHERS, *patterns.values()]), words)
        acts = [next((k for k, p in patterns.items() if re.fullmatch(p, one)), one) for one in every]
        where = next((layer for layer in ("hidden", "output") if layer in about), key)
        return {where: acts} if acts else {}
    found = next((k for k, pattern in patterns.items() if words == k or re.search(pattern, words)), "")
    return {key: found} if found else {}


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

    ways = [(*chosen_of(draft, built, some), some) for some in choices_of(draft.rules, shapes)]
    chosen, _, choices = max(ways, key=lambda way: way[1])
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


def placed(parts: Parts, s: Typed, ask: bool = True, taken: Collection[str] = ()) -> Place:
    """Return what the numbers of a statement are taken for: what has its value, or is not yet taken."""
    every = [
        shape for array in parts.find(s.name, s.numbers.size, s.example) for shape in shaped(array, s.numbers)
    ]
    weights = [array for array in every if all(one in parts.updates for one in array.flat)]
    new = [turned for array in weights for turned in parts.turnings(array, "new")]
    every = new + every if s.arrow or s.name in parts.own else every + new
    if s.after and every:  # of another pass, so values say nothing
        return Place(every[0])
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
    if ask and (every or same):
        known = {name.removeprefix("-") for name in taken}
        signs = {name[0] == "-" for name in taken if name.removeprefix("-") in parts.deltas}

        def strange(array: Array) -> tuple[bool, bool]:
            bare = {name.removeprefix("-") for name in array.flat}
            return not known.isdisjoint(bare), bool(signs) and (array.flat[0][0] == "-") not in signs

        likely = sorted(every or same, key=strange)
        return Place(likely[0], others=likely[1:])
    return Place(np.array([]))


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
    names = dict(zip(flattened(parts.own), labels(parts.own), strict=True)) if parts.own else {}
    places = [placed(parts, s, ask=False) for s in draft.figures if not s.after]
    taken = {name for place in places if place.fits for name in place.names.flat}
    for s in draft.figures:
        place = placed(parts, s, taken=taken)
        others = [", ".join(one.flat) for one in place.others if one.flat[0][0] != "-"]
        names_of = ", ".join(place.names.flat)
        if others and names_of != s.name:
            several = TELL["or"]().join(others[:3])
            notes.append(TELL["likely"](line=s.line, name=label(s.name), names=names_of, others=several))
        if place.by_value and s.numbers.size == 1:
            notes.append(TELL["by value"](line=s.line, name=label(s.name), names=place.names.item()))
        if not place.names.size:
            unknown += any(digits_in(leaf) >= TELLING_DIGITS for leaf in s.numbers.flat)
            close = get_close_matches(s.name.lower(), known, 1) if unknown <= WRONG else []
            near = TELL["near"](name=close[0]) if close else ""
            text = shorter(" ".join(leaf.text for leaf in s.numbers.flat), 40)
            notes.append(TELL["unknown"](line=s.line, name=label(s.name), text=text, near=near))
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
