"""Which network a pasted text is about: what it leaves open is what most of its numbers fit."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from bplit.byhand import THETA, W, X, Y
from workings.check.biases import OF_EXAMPLE, biases_in, ones_in, signs_of
from workings.check.called import Parts
from workings.check.handed import SEARCHED, Layout, flattened, labels, layouts, sheet_with
from workings.check.one_step import HIDDEN, OUTPUT, TRIED, rows_of
from workings.check.pasted import Draft
from workings.check.placing import all_placed, learn, placed, read_first, turn_signs
from workings.check.quantities import fit
from workings.net.files import label
from workings.net.matrices import BIASES, Layer, Rules
from workings.net.network import Network
from workings.symbol import Array
from workings.words import WORDS

FIGURES = 300  # more numbers nobody prints
TELLING_FIGURES = 50  # so many say what is tried
LAYER = 2  # so many numbers more have to fit for each layer more
STEP_AFTER = ("batch_mean", "online", "batch_sum")  # what a step is taken after, the likeliest first
OF_BIASES = r"(?<![^\W_])b\d"  # in names
TELL = {key: text.format for key, text in WORDS["paste"].items()}
# What tells first of all: a loss by its own value, since a delta may be wrong; by that only squares are told.
OWN = {"loss": ("loss", "error"), "examples": ("loss",), "activation": ("net", "out")}
SQUARES = ("half_sse", "sse", "half_mse", "mse")


class Reading(NamedTuple):
    """A way to read given numbers: the layers of weights, the sign of biases, a row for each example."""

    layers: Layout
    sign: int
    x: Array
    y: Array


def network_of(draft: Draft) -> tuple[Parts, list[str]]:
    """Return the network that a text holds, or the article's if it holds none, and what was taken for it."""
    arrays = draft.given["weight"] | draft.given["bias"]
    called = [name for name in biases_in(draft.given) if name in draft.given["weight"] and not draft.layout]
    arrays |= {name: arrays.pop(name) for name in called}
    if not arrays:
        return article_of(draft), [TELL["article"]()]
    values = flattened(arrays).astype(float)
    could = ways_to_read(draft, arrays)
    count = len(could[0].x)
    if values.size * count > SEARCHED:
        what = f"expected up to {SEARCHED} weights and biases, times examples"
        raise ValueError(f"weights: {what}, got {values.size} times {count}")
    said = next((float(part.flat[0]) for part in draft.given["rate"].values()), Rules().rate)
    momentum = next((float(part.flat[0]) for part in draft.given["momentum"].values()), 0.0)

    def built(
        way: Reading,
        activation: Sequence[str],
        loss: tuple[str, bool],
        examples: str,
        rate: float = said,
        biases: str = "",
    ) -> Parts:
        made = [
            Layer(values[weights], None if bias is None else way.sign * values[bias], act)
            for (weights, bias), act in zip(way.layers, activation, strict=True)
        ]
        alone = any(bias is not None and bias.size < len(weights) for weights, bias in way.layers)
        policy = biases or draft.rules.get("biases", "shared" if alone else "per_unit")
        rules = Rules(rate, momentum=momentum, biases=policy, examples=examples)
        sheet = sheet_with(Network(tuple(made), *loss), way.x, way.y, rules, "net_out")
        parts = Parts(sheet, arrays, way.layers, draft.units)
        if way.sign < 0:
            parts.turn_biases()
        return parts

    every = [(*chosen_of(draft, built, some), some) for some in choices_of(draft.rules, could)]
    # a layer more has to explain some numbers more
    chosen, _, choices = max(every, key=lambda one: one[1] - LAYER * len(one[0]["way"].layers))
    texts = {"activation": ", ".join(chosen["activation"]), "loss": chosen["loss"][0]}
    texts |= {"examples": chosen["examples"]}
    way = chosen["way"]
    usual = {draft.rules.get("likely"), STEP_AFTER[0]}
    unsaid = [key for key in texts if len(choices[key]) > 1 and texts[key] not in usual]
    tried = [f"{key} {texts[key]}" for key in unsaid]
    tried += [f"rate {chosen['rate']}"] if "rate" in chosen else []
    if any(bias is not None for _, bias in way.layers):
        chosen["biases"] = updated_with(partial(built, **chosen), draft)
    found = built(**chosen)
    notes = [TELL["read as"](sizes="-".join(map(str, found.sheet.network.sizes)))]
    notes += [TELL["tried"](rules="; ".join(tried))] if tried else []
    notes += [TELL["thresholds"]()] if way.sign < 0 else []
    if len({str(one.layers) for one in choices["way"]}) > 1:
        names = np.array(labels(arrays))[way.layers[0][0][0]]
        notes.append(TELL["turned"](names=", ".join(names)))
    return found, notes


def article_of(draft: Draft) -> Parts:
    """Return the article's network, or raise a ValueError if the numbers of a text are not of it."""
    network = Network(tuple(Layer(part) for part in np.reshape(W, (2, 2, 2))))
    parts = Parts(sheet_with(network, X, Y, Rules(THETA), "article"))
    places = [placed(parts, s, ask=False) for s in draft.figures]
    none = len(places) > 1 and not any(place.fits for place in places)
    for s, place in zip(draft.figures, places, strict=True):
        other = {*place.names.flat} <= parts.worked.given.keys() and place.fits < s.numbers.size
        if none or other:
            raise ValueError(TELL["other network"](name=label(s.label), line=s.line))
    return parts


def ways_to_read(draft: Draft, arrays: Mapping[str, Array]) -> list[Reading]:
    """Return the ways to read the numbers that a text gives, or raise a ValueError."""
    found = []
    ones, biases = ones_in(draft.given), biases_in(draft.given)
    for kind, line in (("x", "inputs: 0.05 0.10"), ("y", "targets: 0.01 0.99")):
        each: dict[str, dict[str, Array]] = {}
        for name, numbers in draft.given[kind].items():
            if name in ones:
                continue
            each.setdefault(name.partition(OF_EXAMPLE)[2], {})[name] = numbers
        if len(each) > 1:
            each.pop("", None)
        if not each:
            raise ValueError(f"expected a line such as {line} beside the weights, got none")
        lists = {name: part for some in each.values() for name, part in some.items() if part.size > 1}
        each = {"": lists} if kind == "y" and len(lists) == len(each) == 1 else each  # class 2, t = [0, 1]
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
    # an input that is always 1 is what biases are multiplied by
    always = (np.atleast_2d(found[0]) == 1).all(axis=0)
    others = [np.atleast_2d(found[0])[:, ~always], found[1]]
    units = sorted({size for part in arrays.values() for size in part.shape if size > 1})
    classes_said = np.ravel(found[1])[:, None]  # perhaps numbers of classes
    classes = [
        [found[0], (classes_said == np.arange(n)) * 1.0] for n in units if {*classes_said.flat} <= {*range(n)}
    ]
    inputs_alone = [others] if always.any() and not always.all() else []
    for rows in (found, columns, again, *inputs_alone, *classes):
        try:
            x, y = rows_of(*rows)
            inside = not biases and (bool(ones) or rows is others)
            sizes = x.shape[1], y.shape[1]
            every = [draft.layout] if draft.layout else layouts("weights", arrays, *sizes, biases, inside)
            turned = len(x) == x.shape[1] > 1  # columns may be examples
            sides = [(x, y), *([(x.T, y.T if len(y) == y.shape[1] else y)] if turned else ())]
            return [
                Reading(one, sign, *side) for one in every for sign in signs_of(draft.given) for side in sides
            ]
        except ValueError as error:
            errors.append(error)
    raise errors[0]


def choices_of(said: Mapping[str, Any], could: Sequence[Reading]) -> list[dict[str, list[Any]]]:
    """Return what is to be tried, for each count of layers."""
    acts = said.get("activation", [])
    usual = [one for one in TRIED if one[0] != "mae"]  # it would take any error for a loss
    losses = [one for one in TRIED if one[0] == said["loss"]] if "loss" in said else usual
    if said.get("loss") == "cross_entropy":  # which of the two is seldom said
        losses += [one for one in TRIED if one[0] == "binary_cross_entropy"]
    depths = [*dict.fromkeys(len(way.layers) for way in could)]
    every: list[dict[str, list[Any]]] = []
    for layers in [len(acts)] if 1 < len(acts) in depths else depths:
        last = acts[-1:] or dict.fromkeys([*said.get("hidden", ()), *OUTPUT])
        ends = product(said.get("hidden", acts[:1] or HIDDEN), said.get("output", last))
        every_act = len(acts) == layers and not {"hidden", "output"} & said.keys()
        some = [tuple(acts)] if every_act else [(*[one] * (layers - 1), end) for one, end in ends]
        ways = [way for way in could if len(way.layers) == layers]
        examples = [said["examples"]] if "examples" in said else [*STEP_AFTER][: len(could[0].x) ** 2]
        acts_tried = [*dict.fromkeys(some)]
        every.append({"way": ways, "activation": acts_tried, "loss": losses, "examples": examples})
    return every


def chosen_of(
    draft: Draft, built: Callable[..., Parts], choices: Mapping[str, list[Any]]
) -> tuple[dict[str, Any], float]:
    """Return what most numbers of a text fit, one choice after the other, and how many these are."""

    def trial(key: str, value: Any) -> Parts | None:
        with suppress(ValueError):  # as of targets that a loss does not allow
            return built(**chosen | {key: value})
        return None

    few = draft._replace(figures=draft.figures[:TELLING_FIGURES])

    def fitting(key: str, value: Any) -> float:
        parts = trial(key, value)
        if not parts:
            return -1
        learn(parts, few)
        places = [placed(parts, s, ask=False) for s in few.figures]
        own = {name for kind in OWN.get(key, ()) for _, array in parts.arrays[kind] for name in array.flat}
        fits = sum(place.fits for place in places if {*place.names.flat} <= own)
        more = key != "loss" or ("likely" not in draft.rules and {usual, value[0]} <= {*SQUARES})
        return FIGURES * fits + more * sum(place.fits for place in places)

    chosen = {key: some[0] for key, some in choices.items()}
    chosen["loss"] = next((one for one in choices["loss"] if trial("loss", one)), chosen["loss"])
    for key, some in choices.items():
        usual = "cross_entropy" if chosen["activation"][-1] == "softmax" else SQUARES[0]
        usual = draft.rules.get("likely", usual)  # what is said is only given up for an error of its own
        if len(some) > 1:
            some = sorted(some, key=lambda value: key == "loss" and value[0] != usual)
            chosen[key] = max(some, key=lambda value: fitting(key, value))
    if not draft.given["rate"] and (rate := stepped_with(built(**chosen), draft)):
        chosen["rate"] = rate
    return chosen, fitting("way", chosen["way"])


def updated_with(built: Callable[..., Parts], draft: Draft) -> str:
    """Return how biases are updated, which is often not said, or misread: as most numbers fit.

    In later passes a mistake has changed them all: these only decide between ways that the first leaves open.
    """
    fits = dict[str, tuple[float, float]]()
    for policy in dict.fromkeys([built().sheet.rules.biases, *BIASES]):  # as it is said first
        with suppress(ValueError):  # as of units with biases of their own
            parts = built(biases=policy)
            learn(parts, draft)
            turn_signs(parts, draft)
            places = all_placed(parts, draft)
            firsts = sum(place.fits for s, place in places if not s.after)
            fits[policy] = firsts, sum(place.fits for _, place in places)
            unfit = [(s, place) for s, place in places if place.fits < s.numbers.size]
            if not any(s.after or re.search(OF_BIASES, " ".join(place.names.flat)) for s, place in unfit):
                break
    return max(fits, key=fits.__getitem__)


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
