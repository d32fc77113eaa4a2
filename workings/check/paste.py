"""A pasted text, checked: which network it is about, which number of it each name means, and what is wrong.

>>> answer = paste("h_in_1 = 0.98, h_out_1 = 0.7271, E = 0.0591", "mine.txt")
>>> answer.right, [verdict.word for verdict in answer.report.verdicts]
(False, ['agrees', 'agrees', 'wrong'])
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from bplit.byhand import THETA, W, X, Y
from bplit.given import shorter
from bplit.reading import LENGTH
from workings.check.called import Parts, kinds
from workings.check.figures import check
from workings.check.handed import Answer, Layout, labels, layouts
from workings.check.pasted import SAID, Statement, statements
from workings.check.step import HIDDEN, OUTPUT, TRIED, rows_of
from workings.net.files import Sheet, expect_figure, label
from workings.net.matrices import Layer
from workings.net.network import Network
from workings.net.notation import NOTATIONS, nearest
from workings.net.rules import EXAMPLES, Rules
from workings.symbol import Array
from workings.words import WORDS

RULES = {"activation": "activations", "loss": "losses", "examples": "examples", "biases": "policies"}
FIGURES = 500  # more numbers nobody prints
GIVEN = ("rate", "x", "y", "weight", "bias")


class Draft(NamedTuple):
    """What a text says of its network: given numbers by kind and name, and rules; and what else is in it."""

    given: Mapping[str, dict[str, Array]]
    rules: Mapping[str, Any]
    figures: Sequence[Statement]
    passed: Sequence[int]  # lines in which nothing is known


class Read(NamedTuple):
    """A network that a text is about, what the text calls its numbers, and what is to be said of it."""

    sheet: Sheet
    people: Mapping[str, str] = {}
    notes: Sequence[str] = ()


class Place(NamedTuple):
    """What the numbers of a statement are taken for, how many of them fit, and whether only these say so."""

    names: Array
    fits: int
    by_value: bool


def paste(text: str, name: str, sheet: Sheet | None = None) -> Answer:
    """Check the numbers of a pasted text: with a network that it holds, or with that of a sheet.

    Without a sheet, and without weights in the text, it is the article's network. Raises ValueError, with
    the file's name and the line, for a text without numbers, and for what can be read in several ways.
    """
    if len(text) > LENGTH:
        raise ValueError(f"{name}: expected up to {LENGTH} characters, got more")
    try:
        draft = drafted([*statements(text)], sheet is None)
        count = sum(s.numbers.size for s in draft.figures)
        if not 0 < count <= FIGURES:
            what = f"from 1 to {FIGURES} numbers to check, as in out_h1 = 0.5933"
            raise ValueError(f"expected {what}, got {count or 'none'}")
        return judged(Read(sheet) if sheet else read_network(draft), draft)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def drafted(found: Sequence[Statement], alone: bool) -> Draft:
    """Return what a text says; if it does not stand alone, all its numbers are to be checked."""
    given: dict[str, dict[str, Array]] = {kind: {} for kind in GIVEN}
    meant = [kinds(s.name) if s.numbers.size and not (s.arrow or s.after) else set() for s in found]
    surely = {kind for kind in GIVEN if {kind} in meant}
    rules: dict[str, Any] = {}
    figures, passed = [], []
    for s, could in zip(found, meant, strict=True):
        if "net" in could and s.numbers.size == 1 and len(re.findall(r"\d", s.name)) < 2:
            could -= {"weight"}  # v1, but not v11
        kind = next(
            (k for k in GIVEN if k in could and (could == {k} or k not in surely or k == "weight")), ""
        )
        if not s.numbers.size:
            rule = ruled(s)
            rules |= rule
            passed += [s.line] if s.words and not rule else []
        elif kind and alone and s.name not in given[kind]:
            given[kind][s.name] = s.numbers
        else:
            figures.append(s)
    if not given["weight"] and alone:
        return drafted(found, False)
    return Draft(given, rules, figures, passed)


def ruled(s: Statement) -> dict[str, Any]:
    """Return what words say about the activations, the loss, or the rules of the step."""
    about, words = re.findall(r"[^\W\d_]+", s.name.lower()), s.words.lower().strip()
    key = next((key for key in RULES if {*about} & {*SAID[key].split("|")}), "")
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
        return Read(sheet, {}, [WORDS["paste"]["article"]])
    parts = []
    for kind, example in (("x", "inputs: 0.05 0.10"), ("y", "targets: 0.01 0.99")):
        numbers = list(draft.given[kind].values())
        if not numbers:
            raise ValueError(f"expected a line such as {example} beside the weights, got none")
        parts.append(numbers[0] if len(numbers) == 1 else np.concatenate([part.ravel() for part in numbers]))
    x, y = rows_of(*(part.astype(float) for part in parts))
    weights = {name: a for kind in ("weight", "bias") for name, a in draft.given[kind].items()}
    choices = options(draft, layouts("weights", weights, x.shape[1], y.shape[1]), len(x))
    values = {
        n: float(leaf)
        for key, a in weights.items()
        for n, leaf in zip(labels(key, a).flat, a.flat, strict=True)
    }
    rates = [*draft.given["rate"].values()]
    rate = float(rates[0].ravel()[0]) if rates else Rules().rate

    def build(choice: Mapping[str, Any]) -> Read:
        layers = []
        for (names, biases), activation in zip(choice["layout"], choice["activation"], strict=True):
            matrix = np.vectorize(values.get, otypes=[float])(names)
            bias = None if biases is None else np.array([values[name] for name in biases])
            layers.append(Layer(matrix, bias, activation))
        loss, mean = choice["loss"]
        network = Network(tuple(layers), loss, mean)
        rules = Rules(rate, "simultaneous", choice["biases"], choice["examples"])
        sheet = Sheet(network, x, y, rules, NOTATIONS["net_out"], "rows", "", "", {}, {})
        people: dict[str, str] = {}
        for here, (names, biases) in zip(sheet.worked().layers, choice["layout"], strict=True):
            people |= dict(zip(np.ravel(here.weights), names.flat, strict=True))
            people |= {} if biases is None else dict(zip(here.biases or (), biases, strict=False))
        return Read(sheet, people)

    return chosen(draft, choices, build)


def options(draft: Draft, shapes: Sequence[Layout], examples: int) -> dict[str, list[Any]]:
    """Return what is possible for each thing that a text may leave unsaid, the usual first."""
    rules, layers = draft.rules, len(shapes[0])
    acts = rules.get("activation", [])
    hidden = rules.get("hidden", acts[:1] or HIDDEN)
    last = rules.get("output", acts[-1:] or OUTPUT)
    every = [(*[one] * (layers - 1), end) for one, end in product(hidden, last)]
    losses = [one for one in TRIED if one[0] == rules.get("loss", one[0])]
    if rules.get("loss") == "cross_entropy":
        losses += [one for one in TRIED if one[0] == "binary_cross_entropy"]
    alone = any(bias is not None and bias.size < len(weights) for weights, bias in shapes[0])
    policies = [rules["biases"]] if "biases" in rules else ["shared" if alone else "per_unit", "frozen"]
    batch = [rules["examples"]] if "examples" in rules else EXAMPLES if examples > 1 else EXAMPLES[:1]
    return {
        "layout": [*shapes],
        "activation": [tuple(acts)] if len(acts) == layers else [*dict.fromkeys(every)],
        "loss": losses,
        "biases": policies,
        "examples": [*batch],
    }


def chosen(
    draft: Draft, choices: Mapping[str, Sequence[Any]], build: Callable[[Mapping[str, Any]], Read]
) -> Read:
    """Return the network under which most numbers fit, of all that a text leaves unsaid."""

    def fitting(choice: Mapping[str, Any], key: str) -> int:
        try:
            read = build(choice)
            parts = Parts(read.sheet)
        except ValueError:  # as of targets that a loss does not allow
            return -1
        places = [placed(parts, read.people, s, ask=False) for s in draft.figures]
        losses = [
            name for kind in ("loss", "error") for _, array in parts.arrays[kind] for name in array.flat
        ]
        return sum(p.fits for p in places if key != "loss" or all(name in losses for name in p.names.flat))

    choice = {key: values[0] for key, values in choices.items()}
    for key, values in choices.items():
        most = fitting(choice, key)  # only its own value says which loss it is: a delta may be wrong
        for value in values[1:]:
            count = fitting(choice | {key: value}, key)
            if count > most:
                most, choice = count, choice | {key: value}
    told = {**choice, "activation": ", ".join(choice["activation"]), "loss": choice["loss"][0]}
    tried = [f"{key} {told[key]}" for key, values in choices.items() if len(values) > 1 and key != "layout"]
    notes = [WORDS["paste"]["tried"].format(rules="; ".join(tried))] if tried else []
    if len(choices["layout"]) > 1:
        into = ", ".join(choice["layout"][0][0][0])
        notes.append(WORDS["paste"]["turned"].format(names=into))
    return build(choice)._replace(notes=notes)


def placed(parts: Parts, people: Mapping[str, str], s: Statement, ask: bool = True) -> Place:
    """Return what the numbers of a statement are taken for, or raise a ValueError that asks for it."""
    own = {label: name for name, label in people.items()}
    name = re.sub(r"(?<![^\W_d∂])[^\W\d]+\d*(?![^\W_])", lambda found: own.get(found[0], found[0]), s.name)
    every = [shape for array in parts.find(name, s.example) for shape in shaped(array, s.numbers)]
    weights = [array for array in every if all(one in parts.worked.updates for one in array.flat)]
    new = [np.vectorize(parts.newest, otypes=[object])(array) for array in weights]
    every = new + every if s.arrow else every + new
    best = max((parts.fitting(array, s.numbers) for array in every), default=0)
    good = [array for array in every if parts.fitting(array, s.numbers) == best]
    if every and (best or len(every) == 1 + len(new) or s.numbers.size > 1 or s.after):
        return Place(good[0], best, len(every) > 1 and good[0] is not every[0])
    fits = [] if every else parts.worth(s.numbers)
    values = [[parts.value(name) for name in array.flat] for array in fits]
    if fits and np.ptp(values, axis=0).max() <= 1e-12 * np.abs(values).max():
        return Place(fits[0], s.numbers.size, True)
    if ask:
        raise ValueError(question(parts, s, [", ".join(one.flat) for one in every or fits]))
    return Place(np.array([]), 0, False)


def shaped(array: Array, numbers: Array) -> Iterator[Array]:
    """Go through the ways to lay out an array of names as numbers are laid out, row by row or turned."""
    if array.size == numbers.size:
        one, other = (tuple(n for n in part.shape if n > 1) for part in (array, numbers))
        if one == other:
            yield array.reshape(numbers.shape)
        if one[::-1] == other and len(one) > 1:
            yield array.T.reshape(numbers.shape)


def question(parts: Parts, s: Statement, names: Sequence[str]) -> str:
    """Return what is asked about numbers that can be several things, or nothing that is known."""
    said, shape = WORDS["paste"], "×".join(map(str, s.numbers.shape))
    key = "which" if names else "unknown"
    text = (
        getattr(s.numbers.item(), "text", "") if s.numbers.size == 1 else said["several"].format(shape=shape)
    )
    known = [*parts.worked.given, *parts.lines]
    return said[key].format(
        line=s.line,
        name=label(s.name),
        text=text,
        names=said["or"].join(names[:4]),
        near=nearest(s.name, known),
        known=shorter(", ".join(known), 200),
    )


def judged(read: Read, draft: Draft) -> Answer:
    """Check the numbers of a text, each as what it is taken for."""
    said, parts, notes = WORDS["paste"], Parts(read.sheet), list(read.notes)
    printed: dict[int, dict[str, str]] = {}
    means: dict[str, str] = {}
    names: dict[str, str] = dict(read.people)
    for s in draft.figures:
        place = placed(parts, read.people, s)
        if place.by_value and place.names.size == 1:
            shown = ", ".join(place.names.flat)
            notes.append(said["by value"].format(line=s.line, name=label(s.name), names=shown))
        for one, leaf, people in zip(
            place.names.flat, s.numbers.flat, labels(s.name, s.numbers).flat, strict=True
        ):
            table = printed.setdefault(s.after, {})
            if table.get(one) == leaf.text:
                continue
            own = one not in parts.values or one in table or one.isidentifier() is False
            key = f"own_{len(means) + 1}" if own else one
            means |= {key: one} if own else {}
            expect_figure((f"line {s.line}", label(s.name)), leaf.text)
            table[key] = leaf.text
            names[key] = (
                people if one not in table or not own else said["again"].format(name=people, line=s.line)
            )
    if draft.passed:
        notes.append(said["passed"].format(lines=", ".join(map(str, dict.fromkeys(draft.passed)))))
    report = check(read.sheet._replace(printed=dict(sorted(printed.items())), means=means))
    return Answer(report.right, tuple(notes), report, names)
