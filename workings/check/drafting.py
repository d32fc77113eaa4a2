r"""What a pasted text says of its network: which of its numbers are given, and what is said of the rules.

A number before the first that is calculated is given: v1 is a weight there, and d1 a target.

>>> from workings.check.pasted import statements
>>> draft = drafted([*statements("x1 = 0.3, d1 = 0.7, w1 = 0.5, v1 = 0.2\nh1 = 0.54\nd1 = -0.01")], True)
>>> [*draft.given["y"]], [*draft.given["weight"]], [one.name for one in draft.figures]
(['d1'], ['w1', 'v1'], ['h1', 'd1'])
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from workings.check.called import ROLES, kinds
from workings.check.pasted import ABOUT, Typed
from workings.symbol import Array
from workings.words import WORDS

GIVEN = ("rate", "x", "y", "weight", "bias")
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


def drafted(found: Sequence[Typed], alone: bool) -> Draft:
    """Return what a text says; if it does not stand alone, all its numbers are to be checked."""
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
        renewed = any(RENEWED.sub("", s.name).strip(" _") in given[one] for one in GIVEN) and RENEWED.search(
            s.name
        )
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
        every = re.findall("|".join(patterns.values()), words)
        acts = [next(k for k, pattern in patterns.items() if re.fullmatch(pattern, one)) for one in every]
        where = next((layer for layer in ("hidden", "output") if layer in about), key)
        return {where: acts} if acts else {}
    found = next((k for k, pattern in patterns.items() if words == k or re.search(pattern, words)), "")
    return {key: found} if found else {}
