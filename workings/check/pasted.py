"""What a pasted text says: which numbers are given, under which rules, and which are to be checked."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from workings.check.biases import OF_EXAMPLE, is_unity
from workings.check.cleaned import ABOUT
from workings.check.handed import Layout
from workings.check.typed import OF_OLD, RULES, Typed, about
from workings.check.wording import NEW_WORDS, OF_PARTIALS, ROLES, TURNED_NEW, kinds, words_of
from workings.net.numerals import Numeral
from workings.symbol import Array
from workings.words import WORDS

GIVEN = ("rate", "x", "y", "weight", "bias", "momentum")
OTHERS = r"leaky[- _]?relu|\b(?:[cgs]?elu|prelu|swish|silu|mish|softplus)\b"  # no network here has them
# What names mean before the first calculated number.
FIRST_WORDS = {word: kind for kind, words in WORDS["given first"].items() for word in words.split()}
STEPPED = rf"(?i)(?<![^\W_])(?:grad\w*|nabla|after|{NEW_WORDS})(?![^\W_])|[∂∇]|(?<![ytd])[+'′*⁺]$"
STEPPED += rf"|{OF_PARTIALS.removeprefix('(?i)')}|d\w*/d|(?<!\w)d[lej]?_?d?w"
LEADS = r"(?i)(?:from|von|de|da|desde|od|to|nach|vers|para|hacia|do) [^\W\d]{1,2}\d*\b"  # from x1
TWO_UNITS = r"[^\W\d_]\d+[_ ]?[^\W\d_]\d*|[^\W\d_]_?[A-Z]|w_?[A-Z]\w"  # x1h1, aP, wAB
LONGEST_RULE = 500  # letters of what is said of the network
MANY_DECIMALS = 99  # no number has so many decimals
UNREAD = r"[^*+/^()=]*\d\.\d\d[^*+/^()=]*"  # words with a number, and no calculation
# y(1-y), y - t, W^T d: what it is its value says
EXPRESSION = r"^e\^|[(*^]\d ?-|[^\W\d]\w* ?[-*] ?[^\W\d]|\d ?- ?[^\W\d]|[\d)^]T[ *@]+[^\W\d]"
EXPRESSION += rf"|^exp\(| (?i:{ABOUT['all']})$"
PARTED = r"[,;]|\b(?:and|und|et|y|e|и)\b|[和与]"  # between parts of a sentence
WEAK = r"[^\W\dwxbctθβγηαε]_?\d*"  # a name that may mean anything


class Draft(NamedTuple):
    """What a text says of its network: given numbers by kind and name, and rules; and what else is in it."""

    given: Mapping[str, dict[str, Array]]
    rules: Mapping[str, Any]
    figures: Sequence[Typed]
    passed: Sequence[int]  # lines in which nothing is known
    unread: Sequence[int]  # those of them that have a number
    layout: Layout = ()  # the layers of the weights, where it is known
    units: Mapping[str, tuple[int, int, str]] = {}  # layer, place and kind of what is known by its name


def activations_in(words: str) -> list[str]:
    """Return the activations that words name, but not those that are calculated with, as tanh(z)."""
    patterns = WORDS["activations"]
    every = re.findall(rf"(?:{'|'.join([OTHERS, *patterns.values()])})(?!\w*\([^\W\d]\w?\W)", words)
    return [next((k for k, p in patterns.items() if re.fullmatch(p, one)), one) for one in every]


def ruled(name: str, words: str) -> dict[str, Any]:
    """Return what words say, of what is named or in a sentence: activations, the loss, the rules of the step.

    A loss that only a sentence speaks of is the likely one.

    >>> ruled("a", "tanh hidden layer, softmax output, cross-entropy"), ruled("loss", "half the squares")
    ({'hidden': ['tanh'], 'output': ['softmax'], 'likely': 'cross_entropy'}, {'loss': 'half_sse'})
    """
    half = r"(?:half|halb\w*|½|1/2|demi|mitad|medio|metade|mezzo|половин\w*)"
    words = re.sub(rf"(?i)\b(?:{ABOUT['without']})\W+(?:\w+\W+){{0,2}}?{half}", "", words)
    name, text, said = name.lower(), f"{name} {words}".lower(), dict[str, Any]()
    every = activations_in(text)
    for part in re.split(PARTED, text):
        acts, where = activations_in(part), [layer for layer in ("hidden", "output") if about(layer, part)]
        if len(acts) == len(where) == 1:
            said["output" if acts == ["softmax"] else where[0]] = acts
    if (others := [act for act in every if act not in said.get("output", every)]) and "hidden" not in said:
        said["hidden"] = [others[0]]
    if every and not said:
        layers = "activation" if len(every) > 1 or about("everywhere|activation", text) else "hidden"
        said["output" if {*every} == {"softmax"} else layers] = every[:1] if len({*every}) == 1 else every
    for key, table in [*RULES.items()][1:]:
        what = text if key == "loss" else words.lower()  # MSE = 1/n Σ (t - o)^2: of what is seldom said
        known = [k for k, pattern in WORDS[table].items() if words == k or re.search(pattern, what)]
        if known and (about(key, name) or (key == "loss" and not about("examples|biases", name))):
            said[key if about(key, name) and known[0] != "mse" else "likely"] = known[0]
    if about("biases", text) and about("left", text):
        said["biases"] = "frozen"
    return said


class Drafting:
    """Sorts what a text says, one after the other: a number before the first calculated one is given."""

    def __init__(self, found: Sequence[Typed], alone: bool) -> None:
        self.given: dict[str, dict[str, Array]] = {kind: {} for kind in GIVEN}
        self.meant = [kinds(s.name) if s.numbers.size and not (s.arrow or s.after) else set() for s in found]
        self.usual, self.alone = usual_places(found), alone
        self.rules: dict[str, Any] = {}
        self.figures: list[Typed] = []
        self.again: list[Typed] = []  # given numbers that are said again
        self.passed: list[int] = []
        self.unread: list[int] = []
        self.texts, self.line = set[str](), 0  # of all numbers that were read, and where the last stood
        self.first, self.closed = True, set[str]()  # nothing that is calculated was found yet

    def take(self, s: Typed, could: set[str]) -> None:
        """Take what stands in a line; it could be so many kinds of given numbers."""
        self.texts |= {leaf.text.lstrip("+-") for leaf in s.numbers.flat}
        self.line = s.line if s.numbers.size else self.line
        if not s.numbers.size:
            self.rule(s)
        elif not s.name:
            exact = any(decimals(leaf) > 1 for leaf in s.numbers.flat)
            (self.unread if exact else self.passed).append(s.line)
        elif (s.example > 1 or s.after) and any(s.name in self.given[kind] for kind in ("weight", "bias")):
            self.figures.append(s)  # as an example finds it, after the step of the one before
        elif self.is_said(s, OF_OLD.sub("", s.name)) or (OF_OLD.search(s.name) and self.is_inside(s)):
            self.again.append(s)
        else:
            none = re.search(EXPRESSION, s.name) or (s.name == "v" and not any(s.numbers.flat))  # at rest
            kind, name = ("", "") if none else self.kind_of(s, could)
            if is_unity(s.name, s.numbers):
                kind, name = "x", s.name
            if kind and self.alone and name not in self.given[kind]:
                self.given[kind][name] = s.numbers
            elif not (about("old", s.name.lower()) and self.is_said(s, name)):
                self.figures.append(s)

    def is_said(self, s: Typed, name: str) -> bool:
        """Say whether these numbers are given by a name already, or by that of their example."""
        names = name, f"{name}{OF_EXAMPLE}{s.example}"
        some = [table[one] for table in self.given.values() for one in names if one in table]
        return any(np.array_equal(one, s.numbers) for one in some)

    def is_inside(self, s: Typed) -> bool:
        """Say whether a number is in a list or a matrix of weights that is given, or was given at first."""
        single = "weight" in self.closed
        every = [some for some in self.given["weight"].values() if single or some.ndim]
        return not s.numbers.ndim and any(s.numbers in np.atleast_1d(some) for some in every)

    def rule(self, s: Typed) -> None:
        """Take what words say of the rules."""
        name = s.name or s.under
        if found := re.search(r"(?<![\w.])(0?\.\d+) ?\*? ?v\b", s.words):  # v = 0.9 v + gradient
            self.given["momentum"].setdefault("momentum", np.array(Numeral(found[1]), dtype=object))
        rule = (
            ruled(name, s.words[:LONGEST_RULE]) if self.first or about("|".join(RULES), name.lower()) else {}
        )
        hidden = self.rules.get("hidden")
        if hidden and rule.get("hidden", hidden) != hidden:  # a second one is that of the output
            acts = [part for part in re.split(PARTED, s.words.lower()) if activations_in(part)]
            if not any(about("hidden", part) for part in acts):
                rule["output"] = rule.pop("hidden")
        self.rules = self.rules | rule if self.first else rule | self.rules
        self.passed += [s.line] if s.name and s.words and not rule else []
        # what is said behind a number may say one again
        again = s.line == self.line and {*re.findall(r"\d+\.\d\d+", s.words)} <= self.texts
        self.unread += [s.line] if re.fullmatch(UNREAD, s.words) and not (again or rule) else []

    def is_stepped(self, s: Typed) -> bool:
        """Say whether a number is calculated, by its name, by its line, or by its decimals."""
        # w5 new is what a step makes of w5
        if about("old", s.name.lower()):
            return False
        old = re.sub(TURNED_NEW, "", s.name).strip(" _")
        renewed = re.search(TURNED_NEW, s.full) and any(old in some for some in self.given.values())
        if re.fullmatch(WEAK, s.name) and self.given["weight"]:
            others = [decimals(leaf) for some in self.given["weight"].values() for leaf in some.flat]
            renewed = renewed or max(others) < self.usual <= decimals(s.numbers.flat[0])
        return bool(renewed or re.search(STEPPED, s.full) or s.derived)

    def kind_of(self, s: Typed, could: set[str]) -> tuple[str, str]:
        """Return what given number this is, or nothing, and the name that it is kept by."""
        stepped, weak = self.is_stepped(s), re.fullmatch(WEAK, s.name)
        name, before = s.name, f"{s.name}{OF_EXAMPLE}{s.example - 1}"
        kind = next((one for one in ("x", "y") if before in self.given[one]), "")  # as in the example before
        for by_name in (not weak, weak):
            if not (kind or stepped) and self.first and by_name:
                kind = given_first(s, self.given)
            if not (kind or stepped) and (self.first or not {"weight", "bias"} <= self.closed):
                kind = given_under(s)
                name = s.full if kind else name
        if self.first and not kind and self.given["weight"]:
            self.first, self.closed = False, {"bias", *(one for one in GIVEN if self.given[one])}
        kind = kind or ("" if stepped else given_later(could, self.meant, self.closed))
        plain = max(decimals(leaf) for leaf in s.numbers.flat) < self.usual < MANY_DECIMALS
        sure = could in ({"bias"}, {"weight"}, {"y"}) and not re.fullmatch(TWO_UNITS, name)
        if plain and sure and not (kind or stepped):
            kind = next(iter(could))  # of a layer below the numbers of the one before
        if " " in s.name and not (kind or stepped) and about("old", s.name.lower()):
            name = s.name.split()[-1]
            kind = given_first(s._replace(name=name), self.given)
        # of a name in words the last one is its own
        last = name.split()[-1]
        name = last if last.lower() not in ROLES and kind in kinds(last) else name
        name = s.full if kind and s.under and name.lower() in ROLES and name == s.name else name
        if kind in ("x", "y") and s.example:
            name = f"{s.name}{OF_EXAMPLE}{s.example}"
        bare = OF_OLD.sub("", name).strip()
        name = bare if kind and bare and bare not in self.given[kind] else name
        if kind == "bias" and not about("old", s.name.lower()) and name in self.given[kind]:
            kind, name = (kind, f"{name} {len(self.given[kind]) + 1}") if self.first else ("", name)
        return kind, name


def of_examples(found: Sequence[Typed]) -> Sequence[Typed]:
    r"""Return what a text says, each with its example: where other inputs are given, another one begins.

    >>> from workings.check.typed import statements
    >>> found = of_examples([*statements("w = 0.1\nx = 0.3, y = 0.5\nx = 0.4, y = 0.6")])
    >>> [(s.name, s.example) for s in found]
    [('w', 0), ('x', 1), ('y', 1), ('x', 2), ('y', 2)]
    """
    every, example, inputs = list[Typed](), 0, dict[str, Array]()
    for s in found:
        if kinds(s.name) == {"x"} and s.numbers.size and not s.derived:
            again = s.name in inputs and not np.array_equal(inputs[s.name], s.numbers)
            example, inputs = (example + 1, {}) if again or not example else (example, inputs)
            inputs[s.name] = s.numbers
        arrow = s.arrow and not {"x", "y"} & kinds(s.name)
        every.append(s._replace(example=example, after=0, arrow=arrow))
    return every if example > 1 and not any(s.example for s in found) else found


def drafted(found: Sequence[Typed], alone: bool) -> Draft:
    r"""Return what a text says; if it does not stand alone, all its numbers are to be checked.

    A number before the first that is calculated is given: v1 is a weight there, and d1 a target.

    >>> from workings.check.typed import statements
    >>> draft = drafted([*statements("x1 = 0.3, d1 = 0.7, v1 = 0.2\nh1 = 0.54\nd1 = -0.01")], True)
    >>> [*draft.given["y"]], [*draft.given["weight"]], [one.name for one in draft.figures]
    (['d1'], ['v1'], ['h1', 'd1'])
    """
    drafting = Drafting(found, alone)
    for s, could in zip(found, drafting.meant, strict=True):
        drafting.take(s, could)
    if any(s.arrow for s in found) and all(drafting.given[k] for k in "xy") and not drafting.given["weight"]:
        return drafted([s._replace(arrow=False) for s in found], alone)  # w1 -> 0.2 is what it is
    for kind in ("weight", "bias"):
        drafting.given[kind] = in_columns(drafting.given[kind])
    figures = drafting.figures or drafting.again
    if not drafting.given["y"]:  # what is said of outputs above all that is calculated is what they should be
        start = next((s.line for s in figures if s.derived), 0)
        said = [(s, words_of(s.name.rpartition(" ")[2])[0]) for s in figures if s.line < start]
        above = [s for s, words in said if any("last" in ROLES[word] for word in words)]
        drafting.given["y"] = {s.name: s.numbers for s in above}
        figures = [s for s in figures if not any(s is one for one in above)]
    return Draft(drafting.given, drafting.rules, figures, drafting.passed, drafting.unread)


def in_columns(given: dict[str, Array]) -> dict[str, Array]:
    """Return numbers that are said in columns, those of a column one after the other.

    >>> [*in_columns(dict.fromkeys(["W1 1", "W2 1", "v 1", "W1 2", "W2 2", "v 2"]))]
    ['W1 1', 'W1 2', 'W2 1', 'W2 2', 'v 1', 'v 2']
    >>> [*in_columns(dict.fromkeys(["w1", "w3", "w2", "w4"]))]
    ['w1', 'w2', 'w3', 'w4']
    """
    ends = {name: re.fullmatch(r"(.*?)[ _]?(\d+)", name) for name in given}
    columns: dict[str, dict[int, str]] = {}
    for name, end in ends.items():
        columns.setdefault(end[1] if end else name, {})[int(end[2]) if end else 0] = name
    units = [sorted(column) for column in columns.values()]
    if any(one != [*range(1, len(units[0]) + 1)] for one in units):
        return given
    return {name: given[name] for column in columns.values() for _, name in sorted(column.items())}


def decimals(leaf: Numeral) -> int:
    """Return how many decimals a number has."""
    return len(leaf.text.partition(".")[2])


def usual_places(found: Sequence[Typed]) -> int:
    """Return how many decimals most numbers have that are calculated, by their decimals."""
    counted = Counter(decimals(leaf) for s in found for leaf in s.numbers.flat)
    return max((places for places in counted if places > 2), key=counted.__getitem__, default=MANY_DECIMALS)


def given_under(s: Typed) -> str:
    """Return what given number a name means by what it stands under, or by a word in it, or nothing."""
    above = re.findall(r"[^\W\d_]+", s.under.lower())
    above = [word for word in above if len(word) > 2 or len(above) == 1]  # "by" is no bias
    words = [*above, *re.findall(r"[^\W\d_]{2,}", s.name.lower())]
    if any(ROLES.get(word, [""])[0] in ("net", "delta", "error") for word in words):
        return ""
    said = {FIRST_WORDS.get(word, "") for word in above}
    said |= {role for word in words for role in ROLES.get(word, ()) if ROLES[word] == [role]}
    return next((kind for kind in ("bias", "weight", "x", "y", "rate") if kind in said), "")


def given_first(s: Typed, given: Mapping[str, Mapping[str, Array]]) -> str:
    """Return what given number a name means that stands before all that is calculated, or nothing."""
    if " " in s.name and len(could := kinds(s.name)) == 1:
        return "".join(could & {*GIVEN})
    if any(ROLES.get(word, [""])[0] == "net" for word in re.findall(r"[^\W\d_]{3,}", s.name.lower())):
        return ""  # entrada neta
    digits, stem = len(re.findall(r"\d", s.name)), re.sub(r"[\W\d_].*", "", s.name).lower()
    if stem not in FIRST_WORDS and 0 < s.name.count(" ") < 4 and {*GIVEN}.isdisjoint(ROLES.get(stem, ())):
        last = re.sub("^[dl]['’]", "", s.name.rpartition(" ")[2])  # l'exercice 4
        stem = re.sub(r"[\W\d_].*", "", last).lower()
    roles = ROLES.get(stem, ["weight"] if len(stem) == 1 and digits else [])
    if stem == "y" and any(not name.lower().startswith("y") for name in given["y"]):
        return ""  # an output, where a target is called otherwise
    if re.fullmatch(r"[aho]\W*0\W*", s.name):
        return "x"
    if re.fullmatch(TWO_UNITS, s.name) or re.match(LEADS, s.name):
        return "bias" if s.name[0] == "b" and given["weight"] and not s.under else "weight"
    if s.arrow or s.after or any(s.name in given[kind] for kind in GIVEN if kind != "bias"):
        return ""
    if stem in FIRST_WORDS:
        # beside targets that are called otherwise, or so already, and weights it is no target
        others = any(name == s.name or name[0].lower() != "d" for name in given["y"])
        again = stem == "d" and others and given["weight"]
        return ("bias" if s.numbers.ndim == 1 else "") if again else FIRST_WORDS[stem]
    if stem == "c":  # a target stands before the weights
        return "bias" if given["weight"] else "y"
    if {"net", "out"} & {*roles} and len(stem) == 1 and digits > 1:
        return "" if any(name.lower().startswith("w") for name in given["weight"]) else "weight"
    return next((kind for kind in ("x", "y", "weight", "bias", "rate") if kind in roles), "")


def given_later(could: set[str], meant: Sequence[set[str]], closed: set[str]) -> str:
    """Return what given number a name means by itself, or nothing."""
    # y is an output where a target is called otherwise
    sure = (k for k in GIVEN if k in could and (could == {k} or k == "weight" or {k} not in meant))
    kind = next(sure, "")
    return "" if kind in closed or ("weight" in closed and could != {kind}) else kind
