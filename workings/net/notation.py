"""What everything in a worked listing is called: the article's names, those of net and out, or of z and a."""

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from bplit.given import shown
from bplit.line import KNOWN


class Notation(NamedTuple):
    """What everything is called: patterns, in which the words in braces are filled in.

    {layer} is h for the hidden layer (h1, h2, ... if there are several) and o for the output, {n} the number
    of the layer, {unit} that of the unit, {at} both, as h2 or h1_2, {edge} the unit a weight leads to and the
    one it comes from, as 21, {k} a number through all weights, all biases or the shared biases, {name} the
    name of the weight or bias.
    """

    x: str = "x{unit}"
    y: str = "y{unit}"
    weight: str = "w{k}"
    bias: str = "b{k}"
    shared: str = "b{k}"
    net: str = "{layer}_in_{unit}"
    out: str = "{layer}_out_{unit}"
    exp: str = "{layer}_exp_{unit}"
    sum: str = "{layer}_sum"
    error: str = "lost{unit}"
    loss: str = "lost"
    back: str = "{layer}_back_{unit}"
    mixed: str = "{layer}_mixed"
    delta: str = "{layer}_delta_{unit}"
    partial: str = "diff_{name}"
    velocity: str = "v_{name}"
    update: str = "update_{name}"
    rate: str = "theta"


# What the other notations call otherwise.
OTHERWISE = {
    "net_out": """
        x i{unit}        y target_{at}         net net_{at}       out out_{at}     exp exp_{at}
        sum sum_{layer}  error E_{at}          loss E             back back_{at}   mixed mixed_{layer}
        delta delta_{at} partial dE_d{name}    update new_{name}  rate rate
        """,
    "z_a": """
        weight W{n}_{edge} bias b{n}_{unit}    shared b{n}        net z{n}_{unit}  out a{n}_{unit}
        exp e{n}_{unit}    sum s{n}            error L{unit}      loss L           back da{n}_{unit}
        mixed m{n}         delta dz{n}_{unit}  partial d{name}    update new_{name} rate alpha
        """,
}
NOTATIONS = {"article": Notation()} | {
    name: Notation(**dict(re.findall(r"(\w+) (\S+)", patterns))) for name, patterns in OTHERWISE.items()
}
NUMBERINGS = ("rows", "columns")
Edge = tuple[int, int] | None  # the unit that a weight leads to, and the one it comes from
# Names that a solution in Python uses otherwise.
TAKEN = {*KNOWN, *dir(builtins), "Context", "Decimal", "rounded"}


class Namer:
    """Fills in the patterns of a notation, for a network of so many units in each layer, inputs first."""

    def __init__(self, notation: str | Notation, sizes: tuple[int, ...]) -> None:
        if not isinstance(notation, Notation):
            one_of("notation", notation, NOTATIONS)
            notation = NOTATIONS[notation]
        self.notation, self.depth, self.wide = notation, len(sizes) - 1, max(sizes) > 9

    def name(
        self, what: str, n: int = 0, unit: int = 0, example: int = 0, edge: Edge = None, **more: str | int
    ) -> str:
        """Return the name of something in layer n (0: the inputs), of an example if there are several."""
        hidden = f"h{n}" if self.depth > 2 else "h"
        layer = "o" if n == self.depth else hidden
        if edge:
            more["edge"] = ("_" if self.wide else "").join(map(str, edge))
        at = f"{layer}_{unit}" if layer[-1].isdigit() else f"{layer}{unit}"
        pattern = str(getattr(self.notation, what))
        words = {"layer": layer, "n": n, "unit": unit, "at": at, **more}
        if not re.fullmatch(rf"(\w|\{{({'|'.join(words)})\}})+", pattern, re.ASCII):
            wanted = f"letters, digits, _ and any of {', '.join(f'{{{word}}}' for word in words)}"
            raise ValueError(f"notation: {what}: expected {wanted}, got {shown(pattern)}")
        name = pattern.format(**words)
        return f"{name}_e{example}" if example else name


def distinct(names: Iterable[str]) -> None:
    """Raise a ValueError if a name is none, or stands for two things."""
    for name, times in Counter(names).items():
        if not name.isidentifier():
            raise ValueError(f"notation: expected names that begin with a letter, got {shown(name)}")
        if keyword.iskeyword(name) or name in TAKEN:
            raise ValueError(f"notation: {name} already means something else in Python or in a solution")
        if times > 1:
            raise ValueError(f"notation: {name} stands for {times} things")


def one_of(name: str, value: object, known: Iterable[str]) -> None:
    """Raise a ValueError if a name is not a known one, with the nearest of them.

    >>> one_of("numbering", "row", NUMBERINGS)
    Traceback (most recent call last):
    ValueError: numbering: expected one of rows, columns, got 'row', perhaps rows
    """
    known = tuple(known)
    if not (isinstance(value, str) and value in known):
        got = f"{shown(value)}{nearest(value, known)}"
        raise ValueError(f"{name}: expected one of {', '.join(known)}, got {got}")


def nearest(value: object, known: Iterable[str], most: int = 1) -> str:
    """Return a hint at the known name that is nearest, if one is near; or at several, and at all.

    >>> nearest("dE_dw9", ["dE_dw1", "dE_dw8", "E"], 3)
    ', perhaps dE_dw8, dE_dw1; `bplit explain FILE` shows all names'
    """
    near = get_close_matches(value.lower(), known, most) if isinstance(value, str) else []
    hint = f", perhaps {', '.join(near)}" if near else ""
    return f"{hint}; `bplit explain FILE` shows all names" if most > 1 else hint
