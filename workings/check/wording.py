"""The words in what people call the numbers of a network: h1_out, w5+, dE/dw5, net1, W1."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

from workings.words import WORDS

LONGEST, MOST = 40, 6  # no name has more letters, or words
ROLES: dict[str, list[str]] = {}  # of each word
for role, words in WORDS["called"].items():
    for word in words.split():
        ROLES.setdefault(word, []).append(role)
WORD = "|".join(map(re.escape, sorted(ROLES, key=len, reverse=True)))
NEW_WORDS = "|".join(map(re.escape, sorted(WORDS["called"]["new"].split(), key=len, reverse=True)))
AFTER_WORDS = "|".join(WORDS["pasted words"]["after"].split())
CHANGE_WORDS = "|".join(WORDS["called"]["change"].split())
WHAT = ("x", "y", "weight", "bias", "net", "out", "delta", "error", "loss", "rate", "momentum")
OF_UNITS = ("net", "out", "delta", "error")
UNIT_NAME = r"(?<!\w)(?:[^\W\d_一-鿿]{1,2}\d*|\d+)(?!\w)"  # in a longer name
TURNED_NEW = rf"(?i)(?<![^\W_])(?:{NEW_WORDS}|after)(?![^\W_])"
OF_PARTIALS = r"(?i)[∂d]\w*/[∂d](?=\w)|grad\w*|∇|partial\w*|градиент\w*|梯度"
GRADIENT = r"(?:(?i:grad(?:ient)?)|diff|partial|nabla|[d∂∇]|g(?=_?[wWbB]\d*$))[_.(]*(.+?)\)?"
GRADIENT += r"|(.+?)(?:[._]grad(?:ient)?|的?梯度)"


@lru_cache(10_000)
def words_of(name: str) -> tuple[list[str], list[int]]:
    """Return the words and the numbers in a name, neither if it has words that nobody knows.

    >>> words_of("out_h1"), words_of("W1[0,1]"), words_of("houtput2"), words_of("something")
    ((['out', 'h'], [1]), (['w'], [1, 1, 2]), (['h', 'output'], [2]), ([], []))
    """
    counted = re.sub(r"(?<=[\[,])\s*(\d{1,3})(?=[,\]])", lambda n: f" {int(n[1]) + 1} ", name.lower())
    counted = re.sub(r"\b[dl]['’]", "", re.sub(r"[\s_^]+hat\b", "hat", counted))
    found: list[str] = []
    pieces = re.findall(r"\d+|[^\W\d_]+|[+'′*⁺]", counted)
    for piece in pieces:
        if not piece.isdecimal():
            piece = piece if piece in ROLES or len(piece) < 4 else piece.removesuffix("s")
            parts = [piece] if piece in ROLES else re.findall(WORD, piece[: LONGEST + 1])
            letters = len(parts) > 2 and max(map(len, parts)) == 1  # die is no d, i, e
            if "".join(parts) != piece or len({*parts}) < len(parts) or letters:
                return [], []
            found += parts
    return found, [int(piece[:MOST]) for piece in pieces if piece.isdecimal()]


def readings(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Go through what words can mean: a kind of number, hidden, last or no layer, what it turns into."""
    for roles in dict.fromkeys(product(*(ROLES[word] for word in words))) if len(words) <= MOST else ():
        what = {role for role in roles if role in WHAT}
        # a net input is no input, and an error signal no error
        what -= {"x"} if "net" in what else {"error"} if "signal" in words else set()
        layer = [role for role in roles if role in ("hidden", "last")]
        if len(what) <= 1 and len(layer) <= 1 and (what or layer):
            turn = next((role for role in roles if role in ("new", "change")), "")
            yield (what or {"out"}).pop(), (layer or [""])[0], turn


def shorter_names(name: str) -> list[str]:
    """Return a name, and what it is if its last word, or those before it, are only talk."""
    before, _, last = name.rpartition(" ")
    of_last = [] if re.match(OF_PARTIALS, name) else [last]
    then = re.match(rf"(?i)(.+?) (?:{AFTER_WORDS}) ", name)  # loss after the step
    of_new = [f"new {then[1]}", then[1]] if then else []
    return [name, *of_new, before, *of_last] if before else [name]


def kinds(name: str) -> set[str]:
    """Return what given numbers a name can stand for: b1 for a bias, w5+ for none."""
    layers = {"weight": ("hidden", "last"), "bias": ("hidden", "last"), "y": ("last",)}
    every = [*readings(words_of(name)[0])]
    first, *others = re.findall(r"[^\W\d_]+", name.lower()) or [""]
    said = [ROLES.get(word, []) for word in (first, *(other for other in others if len(other) > 1))]
    given = [roles[0] for roles in said if roles in (["weight"], ["bias"])]  # w_x1 h1: between units
    if not every and given and not any({"net", "delta", "error"} & {*roles} for roles in said):
        return {"bias"} if "bias" in given else {"weight"}
    for part in shorter_names(name)[1:]:
        every = every or [*readings(words_of(part)[0])]
    return {what for what, layer, turn in every if not turn and (not layer or layer in layers.get(what, ()))}


def is_of_several(heading: str) -> bool:
    """Say whether a heading has words for several kinds of given numbers: weights, biases and inputs."""
    every = (ROLES.get(word, []) for word in re.findall(r"[^\W\d_]{3,}", heading.lower()))
    said = {roles[0] for roles in every if roles in (["weight"], ["bias"], ["x"], ["y"])}
    return len(said) > 1 and not re.search(TURNED_NEW, heading)


@lru_cache(10_000)
def kinds_of_unit(name: str) -> list[tuple[str, str, str]]:
    """Return what a name with a unit at one end can mean: of what kind, turned into what, whose."""
    name = re.sub(r"(?<=[a-zα-ωд])(?=[A-Z])|(?<=[δΔ])(?=[a-z])", " ", name)
    name = re.sub(r"(?<![^\W\d_])([^\W\d_]{1,2})_(?=\d)", r"\1", name)
    pieces = re.findall(r"[^\W\d_]{3,}|[^\W\d_]+\d*|\d+", name)
    found: list[tuple[str, str, str]] = []
    for *before, unit in (pieces, pieces[::-1])[: len(pieces)]:
        said = [piece for piece in before if words_of(piece)[0]]
        words = any(len(piece) > 2 for piece in said)  # beside words a is none
        said = [piece for piece in said if not (words and piece in "aeiouy")]
        known = words_of(" ".join(said))[0]
        every = readings(known) if before else (("out", "", ""), ("net", "", ""))
        first = unit == pieces[0] and before and unit.islower() and unit in ROLES
        counted = unit.isdecimal() and any(map(str.isdecimal, before))
        loss = not before and unit in ("E", "L", "J")
        if re.fullmatch(UNIT_NAME, unit) and not (first or counted or loss):
            # the input of a unit is its net input
            found += [("net" if what == "x" else what, turn, unit) for what, _, turn in every]
    return found


def quotients(name: str) -> list[tuple[str, str]]:
    """Return of what, or of nothing that is said, and by what a name as dE/dw5 or dw5 can be a partial."""
    found = re.fullmatch(GRADIENT, name)
    pairs = [("", found[1] or found[2])] if found else []
    if name[:1] in ("d", "∂") and len(name) <= LONGEST:
        splits = re.finditer("[/_]?[d∂]", name[1:])
        pairs += [(name[1 : split.start() + 1].strip("_"), name[split.end() + 1 :]) for split in splits]
    return pairs
