"""A pasted text, checked: which network it is about, which number each name means, and what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice, product
from typing import Any

import numpy as np

from bplit.byhand import THETA, W, X, Y
from bplit.given import shorter
from bplit.reading import LENGTH
from workings.check.calculated import network_in, values_of
from workings.check.called import Parts
from workings.check.figures import check
from workings.check.handed import QUICK, SEARCHED, Reply, flattened, labels, layouts, sheet_with
from workings.check.one_step import HIDDEN, OUTPUT, TRIED, rows_of
from workings.check.pasted import OF_EXAMPLE, Draft, drafted, of_examples
from workings.check.placing import all_placed, learn, placed, read_first, turn_signs
from workings.check.quantities import TELLING_DIGITS, digits_in, fit
from workings.check.typed import statements
from workings.net.files import Sheet, expect_figure, label
from workings.net.matrices import ACTIVATIONS, Layer, Rules
from workings.net.network import Network
from workings.symbol import Array
from workings.words import WORDS

LIKELY = 2  # so many numbers may be wrong in what is read at first
FIGURES = 300  # more numbers nobody prints
TELLING_FIGURES = 50  # so many say what is tried
LAYER = 2  # so many numbers more have to fit for each layer more
ACTIVE = ("activation", "hidden", "output")  # what is said of activations
ENDLESS = 1000  # more numbers than a text can have wrong
DOUBTED = 8  # of so many numbers most are not wrong: the sheet was misread
STEP_AFTER = ("batch_mean", "online", "batch_sum")  # what a step is taken after, the best_reply first
WRONG = 20  # so many wrong numbers are looked into
TELL = {key: text.format for key, text in WORDS["paste"].items()}
# What tells first of all: a loss by its own value, since a delta may be wrong; by that only squares are told.
OWN = {"loss": ("loss", "error"), "examples": ("loss",), "activation": ("net", "out")}
SQUARES = ("half_sse", "sse", "half_mse", "mse")


def paste(text: str, name: str, sheet: Sheet | None = None) -> Reply:
    """Check the numbers of a pasted text: with a network that it holds, or with that of a sheet.

    Without a sheet, and without weights in the text, it is the article's network. Raises ValueError in words.

    >>> answer = paste("h_in_1 = 0.98, h_out_1 = 0.7271, E = 0.0591", "mine.txt")
    >>> [(verdict.word, f"{verdict.exact:.6f}") for verdict in answer.report.verdicts]
    [('agrees', '0.980000'), ('agrees', '0.727108'), ('wrong', '0.051896')]
    """
    if len(text) > LENGTH:
        raise ValueError(f"{name}: expected up to {LENGTH} characters, got more")
    try:
        found = of_examples([*islice(statements(text), 2 * FIGURES)])
        read = drafted(found, sheet is None)
        count = sum(s.numbers.size for s in read.figures)
        if not 0 < count <= FIGURES:
            what = f"expected from 1 to {FIGURES} numbers to check, as in out_h1 = 0.5933"
            raise ValueError(f"{what}, got {count or 'none'}")
        if sheet:
            return judged(Parts(sheet), [], read)[0]
        calculation = network_in(text, found, read)
        weights = [sorted(values_of(one.given["weight"])) for one in (read, calculation) if one]
        if calculation and weights[0] == weights[1]:  # the same network, with names of units
            read = read._replace(units=calculation.units)
        drafts = [draft for draft in (read, calculation) if draft and draft.given["weight"]]
        return best_reply(drafts or [drafted(found, False)])
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def best_reply(drafts: Sequence[Draft]) -> Reply:
    """Return what is said of a text in the first way to read it, or in one with far fewer wrong numbers.

    If most are wrong in every way, what it says of activations was perhaps misread.
    """
    others = [
        draft._replace(rules={key: some for key, some in draft.rules.items() if key not in ACTIVE})
        for draft in drafts
        if (said := {act for key in ACTIVE for act in draft.rules.get(key, ())}) and said <= {*ACTIVATIONS}
    ]
    best, least, errors = None, ENDLESS, list[ValueError]()
    for draft in [*drafts, *others]:
        try:
            reply, misfits = judged(*network_of(draft), draft)
        except ValueError as error:
            errors.append(error)
            continue
        best, least = (reply, misfits) if 2 * misfits < least else (best, least)
        if least <= LIKELY:
            break
    if not best:
        raise errors[: len(drafts)][-1]
    return best


def network_of(draft: Draft) -> tuple[Parts, list[str]]:
    """Return the network that a text holds, or the article's if it holds none, and what was taken for it."""
    arrays = draft.given["weight"] | draft.given["bias"]
    if not arrays:
        network = Network(tuple(Layer(part) for part in np.reshape(W, (2, 2, 2))))
        parts = Parts(sheet_with(network, X, Y, Rules(THETA), "article"))
        places = [placed(parts, s, ask=False) for s in draft.figures]
        none = len(places) > 1 and not any(place.fits for place in places)
        for s, place in zip(draft.figures, places, strict=True):
            other = {*place.names.flat} <= parts.worked.given.keys() and place.fits < s.numbers.size
            if none or other:
                raise ValueError(TELL["other network"](name=label(s.label), line=s.line))
        return parts, [TELL["article"]()]
    values = flattened(arrays).astype(float)
    x, y, shapes = rows_given(draft, arrays)
    if values.size * len(x) > SEARCHED:
        what = f"expected up to {SEARCHED} weights and biases, times examples"
        raise ValueError(f"weights: {what}, got {values.size} times {len(x)}")
    said = next((float(part.flat[0]) for part in draft.given["rate"].values()), Rules().rate)
    momentum = next((float(part.flat[0]) for part in draft.given["momentum"].values()), 0.0)

    def built(
        layout: Any, activation: Sequence[str], loss: tuple[str, bool], examples: str, rate: float = said
    ) -> Parts:
        made = [
            Layer(values[weights], None if biases is None else values[biases], act)
            for (weights, biases), act in zip(layout, activation, strict=True)
        ]
        alone = any(bias is not None and bias.size < len(weights) for weights, bias in layout)
        policy = draft.rules.get("biases", "shared" if alone else "per_unit")
        network, rules = (
            Network(tuple(made), *loss),
            Rules(rate, momentum=momentum, biases=policy, examples=examples),
        )
        return Parts(sheet_with(network, x, y, rules, "net_out"), arrays, layout, draft.units)

    ways = [(*chosen_of(draft, built, some), some) for some in choices_of(draft.rules, shapes, len(x))]
    # a layer more has to explain some numbers more
    chosen, _, choices = max(ways, key=lambda way: way[1] - LAYER * len(way[0]["layout"]))
    texts = {"activation": ", ".join(chosen["activation"]), "loss": chosen["loss"][0]}
    texts |= {"examples": chosen["examples"]}
    usual = {draft.rules.get("likely"), STEP_AFTER[0]}
    unsaid = [key for key in texts if len(choices[key]) > 1 and texts[key] not in usual]
    tried = [f"{key} {texts[key]}" for key in unsaid]
    tried += [f"rate {chosen['rate']}"] if "rate" in chosen else []
    found = built(**chosen)
    notes = [TELL["read as"](sizes="-".join(map(str, found.sheet.network.sizes)))]
    notes += [TELL["tried"](rules="; ".join(tried))] if tried else []
    if len(choices["layout"]) > 1:
        names = np.array(labels(arrays))[chosen["layout"][0][0][0]]
        notes.append(TELL["turned"](names=", ".join(names)))
    return found, notes


def rows_given(draft: Draft, arrays: Mapping[str, Array]) -> tuple[Array, Array, list[Any]]:
    """Return inputs and targets with a row for each example, and the layers that the weights can be."""
    found = []
    for kind, line in (("x", "inputs: 0.05 0.10"), ("y", "targets: 0.01 0.99")):
        each: dict[str, dict[str, Array]] = {}
        for name, numbers in draft.given[kind].items():
            each.setdefault(name.partition(OF_EXAMPLE)[2], {})[name] = numbers
        if len(each) > 1:
            each.pop("", None)
        if not each:
            raise ValueError(f"expected a line such as {line} beside the weights, got none")
        rows = [next(iter(some.values())) if len(some) == 1 else flattened(some) for some in each.values()]
        if len({row.size for row in rows}) > 1:
            raise ValueError(f"{line.split(':')[0]}: expected as many for each example")
        found.append((rows[0] if len(rows) == 1 else np.vstack(rows)).astype(float))
    # where rows do not fit, the examples are columns, as a single one in a column vector
    columns = [part.T if part.ndim > 1 else np.atleast_2d(part) for part in found]
    errors: list[ValueError] = []
    again = (
        [found[0], np.atleast_1d(found[1])[..., :1]] if np.ptp(found[1]) == 0 else found
    )  # a target by two names
    for rows in (found, columns, again):
        try:
            x, y = rows_of(*rows)
            if draft.layout:
                return x, y, [draft.layout]
            return x, y, layouts("weights", arrays, x.shape[1], y.shape[1], draft.given["bias"])
        except ValueError as error:
            errors.append(error)
    raise errors[0]


def choices_of(said: Mapping[str, Any], shapes: Sequence[Any], count: int) -> list[dict[str, list[Any]]]:
    """Return what is to be tried, for each count of layers."""
    acts = said.get("activation", [])
    losses = [one for one in TRIED if one[0] == said.get("loss", one[0])]
    if said.get("loss") == "cross_entropy":  # which of the two is seldom said
        losses += [one for one in TRIED if one[0] == "binary_cross_entropy"]
    depths = [*dict.fromkeys(map(len, shapes))]
    every = []
    for layers in [len(acts)] if 1 < len(acts) in depths else depths:
        last = acts[-1:] or dict.fromkeys([*said.get("hidden", ()), *OUTPUT])
        ends = product(said.get("hidden", acts[:1] or HIDDEN), said.get("output", last))
        every_act = len(acts) == layers and not {"hidden", "output"} & said.keys()
        some = [tuple(acts)] if every_act else [(*[one] * (layers - 1), end) for one, end in ends]
        layout = [shape for shape in shapes if len(shape) == layers]
        examples = [said["examples"]] if "examples" in said else [*STEP_AFTER][: count**2]
        every.append(
            {"layout": layout, "activation": [*dict.fromkeys(some)], "loss": losses, "examples": examples}
        )
    return every


def chosen_of(
    draft: Draft, built: Callable[..., Parts], choices: Mapping[str, list[Any]]
) -> tuple[dict[str, Any], float]:
    """Return what most numbers of a text fit, one choice after the other, and how many these are."""

    def fitting(key: str, value: Any) -> float:
        try:
            parts = built(**chosen | {key: value})
        except ValueError:  # as of targets that a loss does not allow
            return -1
        learn(parts, draft)
        places = [placed(parts, s, ask=False) for s in draft.figures[:TELLING_FIGURES]]
        own = {name for kind in OWN.get(key, ()) for _, array in parts.arrays[kind] for name in array.flat}
        fits = sum(place.fits for place in places if {*place.names.flat} <= own)
        more = key != "loss" or ("likely" not in draft.rules and {usual, value[0]} <= {*SQUARES})
        return FIGURES * fits + more * sum(place.fits for place in places)

    chosen = {key: some[0] for key, some in choices.items()}
    for key, some in choices.items():
        usual = "cross_entropy" if chosen["activation"][-1] == "softmax" else SQUARES[0]
        usual = draft.rules.get("likely", usual)  # what is said is only given up for an error of its own
        if len(some) > 1:
            some = sorted(some, key=lambda value: key == "loss" and value[0] != usual)
            chosen[key] = max(some, key=lambda value: fitting(key, value))
    if not draft.given["rate"] and (rate := stepped_with(built(**chosen), draft)):
        chosen["rate"] = rate
    return chosen, fitting("layout", chosen["layout"])


def stepped_with(parts: Parts, draft: Draft) -> float:
    """Return the rate that most new weights of a text are stepped with, or 0 if there are none."""
    partials = {by: partial for partial, by in parts.worked.means.items()}
    olds = {new: old for old, new in parts.updates.items()}
    steps = [
        (parts.value(olds[new]), parts.value(partials[olds[new]]), leaf)
        for new, leaf in read_first(parts, draft)
        if new in olds
    ]
    sizes = [abs((old - leaf) / partial) for old, partial, leaf in steps if partial]
    rates = [Rules().rate, *(float(f"{size:.{n}g}") for size in sizes for n in (1, 2))]

    def fits(rate: float) -> float:  # up or down, and rounded before it
        ways = [(old + r * partial, leaf) for old, partial, leaf in steps for r in (rate, -rate)]
        return sum(fit(value, leaf, rounded=True) for value, leaf in ways)

    return max((rate for rate in rates if steps and 0 < rate <= 10), key=fits, default=0)


def judged(parts: Parts, notes: list[str], draft: Draft) -> tuple[Reply, int]:
    """Check the numbers of a text, each as what it is taken for; and say how many are wrong or left out."""
    learn(parts, draft)
    if passed := {*draft.passed, *draft.unread}:
        notes.append(TELL["passed"](lines=", ".join(map(str, sorted(passed)))))
    if turn_signs(parts, draft):
        notes.append(TELL["signs"]())
    known, unknown, wrong = [*parts.worked.given, *parts.listing.names], 0, 0
    printed: dict[int, dict[str, str]] = {}
    means: dict[str, str] = {}
    names = dict(zip(flattened(parts.own), labels(parts.own), strict=True)) if parts.own else {}
    for s, place in all_placed(parts, draft):
        others = [", ".join(one.flat) for one in place.others if one.flat[0][0] != "-"]
        names_of = ", ".join(place.names.flat)
        if others and names_of != s.name and s.numbers.size == 1:
            several = TELL["or"]().join(others[:3])
            notes.append(TELL["likely"](line=s.line, name=label(s.label), names=names_of, others=several))
        if place.by_value and s.numbers.size == 1:
            notes.append(TELL["by value"](line=s.line, name=label(s.label), names=place.names.item()))
        if not place.names.size:
            unknown += any(digits_in(leaf) >= TELLING_DIGITS for leaf in s.numbers.flat)
            close = get_close_matches(s.name.lower(), known, 1) if unknown <= WRONG else []
            near = TELL["near"](name=close[0]) if close else ""
            text = shorter(" ".join(leaf.text for leaf in s.numbers.flat), 40)
            notes.append(TELL["unknown"](line=s.line, name=label(s.label), text=text, near=near))
            continue
        table = printed.setdefault(s.after, {})
        every = zip(place.names.flat, s.numbers.flat, labels({s.label: s.numbers}), strict=True)
        for one, leaf, people in every:
            expect_figure((f"line {s.line}", label(s.label)), leaf.text)
            if table.get(one) == leaf.text:  # printed twice
                continue
            key = one if one.isidentifier() and one not in table else f"own_{len(means) + 1}"
            means |= {key: one} if key != one else {}
            names[key] = TELL["again"](name=people, line=s.line) if one in table else people
            table[key] = leaf.text
        wrong += 0 if s.after else s.numbers.size - place.fits
        if wrong >= WRONG:
            notes.append(TELL["enough"](count=int(wrong), line=s.line))
            break
    told = shorter(", ".join(known), 300)
    if not any(printed.values()):
        raise ValueError(TELL["nothing"](names=told))
    notes += [TELL["names"](names=told)] if unknown else []
    sheet = parts.sheet._replace(printed=dict(sorted(printed.items())), means={**parts.sheet.means, **means})
    report = check(sheet, QUICK)
    words = [verdict.word for verdict in report.verdicts]
    notes += [TELL["doubt"]()] if 2 * words.count("wrong") > len(words) >= DOUBTED else []
    right = report.right and not unknown and not draft.unread
    reply = Reply(right, tuple(notes), report, names, sheet=parts.sheet)
    return reply, words.count("wrong") + unknown
