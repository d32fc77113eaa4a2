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
from workings.check.called import Parts, kinds
from workings.check.figures import check
from workings.check.handed import Layout, Reply, labels, layouts, mapped_names
from workings.check.one_step import HIDDEN, OUTPUT, TRIED, rows_of
from workings.check.pasted import ABOUT, Statement, statements
from workings.net.files import Sheet, expect_figure, label
from workings.net.matrices import EXAMPLES, Layer, Rules
from workings.net.network import Network
from workings.net.notation import NOTATIONS, nearest
from workings.symbol import Array
from workings.words import WORDS

FIGURES = 500  # more numbers nobody prints
TRIED_UP_TO = 600  # examples times weights times layers: in larger networks nothing is tried
GIVEN = ("rate", "x", "y", "weight", "bias")
RULES = {"activation": "activations", "loss": "losses", "examples": "examples", "biases": "policies"}
TELL = {key: text.format for key, text in WORDS["paste"].items()}


class Draft(NamedTuple):
    """What a text says of its network: given numbers by kind and name, and rules; and what else is in it."""

    given: Mapping[str, dict[str, Array]]
    rules: Mapping[str, Any]
    figures: Sequence[Statement]
    passed: Sequence[int]  # lines in which nothing is known


class Read(NamedTuple):
    """A network that a text is about, names of the listing by the text's own, and what is to be said."""

    sheet: Sheet
    own: Mapping[str, Array] = {}
    notes: Sequence[str] = ()


class Place(NamedTuple):
    """What the numbers of a statement are taken for, how many of them fit, and whether only these say so."""

    names: Array
    fits: int = 0
    by_value: bool = False


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
        return judged(Read(sheet) if sheet else read_network(draft), draft)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def drafted(found: Sequence[Statement], alone: bool) -> Draft:
    """Return what a text says; if it does not stand alone, all its numbers are to be checked."""
    given: dict[str, dict[str, Array]] = {kind: {} for kind in GIVEN}
    meant = [kinds(s.name) if s.numbers.size and not (s.arrow or s.after) else set() for s in found]
    rules: dict[str, Any] = {}
    figures, passed = [], []
    for s, could in zip(found, meant, strict=True):
        if "net" in could and s.numbers.size == 1 and len(re.findall(r"\d", s.name)) < 2:
            could -= {"weight"}  # v1 is none, and v11 is
        # y is an output where a target is called otherwise
        sure = (k for k in GIVEN if k in could and (could == {k} or k == "weight" or {k} not in meant))
        kind = next(sure, "")
        if not s.numbers.size:
            rule = ruled(s)
            rules |= rule
            passed += [s.line] if s.words and not rule else []
        elif kind and alone and s.name not in given[kind]:
            given[kind][s.name] = s.numbers
        else:
            figures.append(s)
    return Draft(given, rules, figures, passed) if given["weight"] or not alone else drafted(found, False)


def ruled(s: Statement) -> dict[str, Any]:
    """Return what words say about the activations, the loss, or the rules of the step."""
    about, words = re.findall(r"[^\W\d_]+", s.name.lower()), s.words.lower().strip()
    key = next((key for key in RULES if {*about} & {*ABOUT[key].split("|")}), "")
    patterns = WORDS[RULES[key]] if key else {}
    if key == "activation":
        every = re.findall("|".join(patterns.values()), words)
        acts = [next(k for k, pattern in patterns.items() if re.fullmatch(pattern, one)) for one in every]
        where = next((layer for layer in ("hidden", "output") if layer in about), key)
        return {where: acts} if acts else {}
    found = next((k for k, pattern in patterns.items() if words == k or re.search(pattern, words)), "")
    return {key: found} if found else {}


def read_network(draft: Draft) -> Read:
    """Return the network that a text holds, or the article's if it holds none."""
    if not draft.given["weight"]:
        network = Network(tuple(Layer(part) for part in np.reshape(W, (2, 2, 2))))
        sheet = Sheet(network, X, Y, Rules(THETA), NOTATIONS["article"], "rows", "", "", {}, {})
        return Read(sheet, {}, [TELL["article"]()])
    parts = []
    for kind, example in (("x", "inputs: 0.05 0.10"), ("y", "targets: 0.01 0.99")):
        numbers = list(draft.given[kind].values())
        if not numbers:
            raise ValueError(f"expected a line such as {example} beside the weights, got none")
        parts.append(numbers[0] if len(numbers) == 1 else np.concatenate([part.ravel() for part in numbers]))
    x, y = rows_of(*(part.astype(float) for part in parts))
    weights = draft.given["weight"] | draft.given["bias"]
    values = {
        name: float(leaf)
        for key, array in weights.items()
        for name, leaf in zip(labels(key, array).flat, array.flat, strict=True)
    }
    rate = next((float(part.flat[0]) for part in draft.given["rate"].values()), Rules().rate)

    def build(choice: Mapping[str, Any]) -> Read:
        numbers = np.frompyfunc(values.get, 1, 1)
        layers = [
            Layer(
                numbers(names).astype(float), None if biases is None else numbers(biases).astype(float), act
            )
            for (names, biases), act in zip(choice["layout"], choice["activation"], strict=True)
        ]
        rules = Rules(rate, "simultaneous", choice["biases"], choice["examples"])
        network = Network(tuple(layers), *choice["loss"])
        sheet = Sheet(network, x, y, rules, NOTATIONS["net_out"], "rows", "", "", {}, {})
        called: dict[str, str] = {}
        for here, (names, biases) in zip(sheet.worked().layers, choice["layout"], strict=True):
            called |= dict(zip(names.flat, np.ravel(here.weights), strict=True))
            called |= {} if biases is None else dict(zip(biases, here.biases or (), strict=False))
        own = {key: mapped_names(called.__getitem__, labels(key, array)) for key, array in weights.items()}
        return Read(sheet, own)

    shapes = layouts("weights", weights, x.shape[1], y.shape[1])
    choices = options(draft, shapes, len(x))
    if len(x) * len(values) * len(shapes[0]) > TRIED_UP_TO:
        choices = {key: every[:1] for key, every in choices.items()}
    return likeliest(draft, choices, build)


def options(draft: Draft, shapes: Sequence[Layout], examples: int) -> dict[str, Sequence[Any]]:
    """Return what is possible for each thing that a text may leave unsaid, the usual first."""
    rules, acts = draft.rules, draft.rules.get("activation", [])
    layers = len(acts) if len(acts) in map(len, shapes) and len(acts) > 1 else len(shapes[0])
    ends = product(rules.get("hidden", acts[:1] or HIDDEN), rules.get("output", acts[-1:] or OUTPUT))
    losses = [one for one in TRIED if one[0] == rules.get("loss", one[0])]
    if rules.get("loss") == "cross_entropy":
        losses += [one for one in TRIED if one[0] == "binary_cross_entropy"]
    alone = any(bias is not None and bias.size < len(weights) for weights, bias in shapes[0])
    every = [tuple(acts)] if len(acts) == layers else [(*[one] * (layers - 1), end) for one, end in ends]
    return {
        "layout": [shape for shape in shapes if len(shape) == layers],
        "activation": list(dict.fromkeys(every)),
        "loss": losses,
        "biases": [rules["biases"]] if "biases" in rules else ["shared" if alone else "per_unit", "frozen"],
        "examples": [rules["examples"]] if "examples" in rules else EXAMPLES[: 3 if examples > 1 else 1],
    }


def likeliest(
    draft: Draft, choices: Mapping[str, Sequence[Any]], build: Callable[[Mapping[str, Any]], Read]
) -> Read:
    """Return the network under which most numbers fit, of all that a text leaves unsaid."""

    def fitting(choice: Mapping[str, Any], key: str) -> int:
        try:
            read = build(choice)
            parts = Parts(read.sheet, read.own)
        except ValueError:  # as of targets that a loss does not allow
            return -1
        places = [placed(parts, s, ask=False) for s in draft.figures]
        # only its own value says which loss it is: a delta may be wrong
        losses = {
            name for kind in ("loss", "error") for _, array in parts.arrays[kind] for name in array.flat
        }
        return sum(place.fits for place in places if key != "loss" or {*place.names.flat} <= losses)

    choice = {key: values[0] for key, values in choices.items()}
    for key, values in choices.items():
        if len(values) > 1:
            fits = [fitting(choice | {key: value}, key) for value in values]
            choice[key] = values[fits.index(max(fits))]
    told = {**choice, "activation": ", ".join(choice["activation"]), "loss": choice["loss"][0]}
    tried = [f"{key} {told[key]}" for key, values in choices.items() if len(values) > 1 and key != "layout"]
    tried += [] if draft.given["rate"] else [f"rate {Rules().rate}"]
    notes = [TELL["tried"](rules="; ".join(tried))] if tried else []
    notes += (
        [TELL["turned"](names=", ".join(choice["layout"][0][0][0]))] if len(choices["layout"]) > 1 else []
    )
    return build(choice)._replace(notes=notes)


def placed(parts: Parts, s: Statement, ask: bool = True) -> Place:
    """Return what the numbers of a statement are taken for, or raise a ValueError that asks for it."""
    every = [
        shape for array in parts.find(s.name, s.numbers.size, s.example) for shape in shaped(array, s.numbers)
    ]
    if s.after and every:  # of another pass, so values say nothing
        return Place(every[0])
    weights = [array for array in every if all(one in parts.worked.updates for one in array.flat)]
    new = [mapped_names(parts.worked.updates.__getitem__, array) for array in weights]
    every = new + every if s.arrow else every + new
    fits = [parts.fitting(array, s.numbers) for array in every]
    best = max(fits, default=0)
    # an error can be a loss, a difference or a delta: its value says which
    by_value = ask and not best and (not every or re.search("err|step|change", s.name.lower()))
    same = parts.worth(s.numbers) if by_value else []
    values = [[parts.value(one) for one in array.flat] for array in same]
    if same and np.ptp(values, axis=0).max() <= 1e-12 * np.abs(values).max():
        return Place(same[0], s.numbers.size, True)
    if every and not same and (best or len(every) == 1 + len(new) or s.numbers.size > 1):
        place = fits.index(best)
        return Place(every[place], best, place > 0)
    if ask and (every or same):
        names = TELL["or"]().join(", ".join(array.flat) for array in (every or same)[:4])
        raise ValueError(
            TELL["which"](line=s.line, name=label(s.name), text=shown_numbers(s.numbers), names=names)
        )
    return Place(np.array([]))


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


def judged(read: Read, draft: Draft) -> Reply:
    """Check the numbers of a text, each as what it is taken for."""
    parts, notes = parts_of(read, draft)
    known, left_out = [*parts.worked.given, *parts.worked.listing.names], False
    printed: dict[int, dict[str, str]] = {}
    means: dict[str, str] = {}
    names = {
        name: own
        for key, array in read.own.items()
        for own, name in zip(labels(key, array).flat, array.flat, strict=True)
    }
    for s in draft.figures:
        place = placed(parts, s)
        if place.by_value and s.numbers.size == 1:
            notes.append(TELL["by value"](line=s.line, name=label(s.name), names=place.names.item()))
        if not place.names.size:
            left_out = True
            near = nearest(s.name, known)
            notes.append(
                TELL["unknown"](line=s.line, name=label(s.name), text=shown_numbers(s.numbers), near=near)
            )
            continue
        table = printed.setdefault(s.after, {})
        every = zip(place.names.flat, s.numbers.flat, labels(s.name, s.numbers).flat, strict=True)
        for one, leaf, people in every:
            expect_figure((f"line {s.line}", label(s.name)), leaf.text)
            if table.get(one) == leaf.text:  # printed twice
                continue
            key = one if one.isidentifier() and one not in table else f"own_{len(means) + 1}"
            means |= {key: one} if key != one else {}
            names[key] = TELL["again"](name=people, line=s.line) if one in table else people
            table[key] = leaf.text
    told = shorter(", ".join(known), 300)
    if not any(printed.values()):
        raise ValueError(TELL["nothing"](names=told))
    notes += [TELL["names"](names=told)] if left_out else []
    sheet = read.sheet._replace(printed=dict(sorted(printed.items())), means={**read.sheet.means, **means})
    report = check(sheet)
    return Reply(report.right and not left_out, tuple(notes), report, names)


def parts_of(read: Read, draft: Draft) -> tuple[Parts, list[str]]:
    """Return the parts of a network, with the sign that the text's deltas have, and what is to be said."""
    parts, notes = Parts(read.sheet, read.own), list(read.notes)
    if draft.passed:
        notes.append(TELL["passed"](lines=", ".join(map(str, dict.fromkeys(draft.passed)))))
    signs = [
        leaf * parts.value(name)
        for s in draft.figures
        for name, leaf in zip(placed(parts, s, ask=False).names.flat, s.numbers.flat, strict=False)
        if name in parts.deltas
    ]
    if len(signs) > 1 and max(signs) < 0:
        parts, notes = Parts(read.sheet, read.own, turned=True), [*notes, TELL["signs"]()]
    return parts, notes
