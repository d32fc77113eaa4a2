"""A number of a script, as its expression and its worth: 1 / (1 + exp(-t)) is read as sigmoid(t)."""

import ast
import math
import operator
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

from bplit.given import LIMIT, shown
from bplit.line import KNOWN
from bplit.reading import EXPONENT
from workings.symbol import Symbol, expression

WHOLE = 2**53  # from here on a float has no ones
PART_NAME = "part()"  # what a part of a long expression is called
SPLIT_AT = 100  # an expression with more parts than these gets a name of its own
TRIED_BY = 2e-4  # by which a weight is moved where the slope is tried, and not learned
PARTS_PER_STEP = 10  # a long expression counts as more than one operation
WRITTEN = """Add + add, Sub - sub, Mult * mul, Div / truediv, Pow ** pow, Mod % mod, FloorDiv // floordiv,
BitAnd & and_, BitOr | or_, BitXor ^ xor, LShift << lshift, RShift >> rshift""".split(",")
CALCULATE: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    getattr(ast, kind): (sign, getattr(operator, word)) for kind, sign, word in map(str.split, WRITTEN)
}
NEUTRAL = {"Add": 0, "Sub": 0, "Mult": 1, "Div": 1, "Pow": 1}  # what changes nothing on the right
BITS = {ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift}
RECORD: ContextVar[Any] = ContextVar("RECORD")  # of the script that is followed


class TooLargeError(ValueError):
    """What is raised where there is too much of something."""


class Count(int):
    """A whole number that counts, as the rounds of a loop or the size of an axis: it gets no line."""


@dataclass(frozen=True)
class Module:
    """A module that a script imports."""

    name: str


class Unread(Module):
    """A module that is not read, or what it gives: all that it gives is not read either."""


class Number(Symbol):
    """An expression for a number: its text, value and size, what made it, and its row."""

    __slots__ = ("how", "row", "size", "text", "value")

    def __init__(self, node: ast.expr, text: str, value: float, size: int = 1, how: Any = ()) -> None:
        super().__init__(node)
        self.text, self.value, self.size, self.how, self.row = text, value, size, how, 0

    def __neg__(self) -> "Number":
        if self.how[:1] == ("neg",) and not is_name(self):
            return self.how[1]  # type: ignore[no-any-return]
        node = ast.UnaryOp(ast.USub(), self.node)
        return made(node, f"-{self.text}", -self.value, self.size, ("neg", self))

    def combined(self, kind: type[ast.operator], one: Any, other: Any) -> Any:
        """Return two numbers in an operation; 0 and 1 are left out where they change nothing."""
        plain = worth(one), worth(other)
        left = None if isinstance(one, Number) else one
        right = None if isinstance(other, Number) else other
        both = left is right is None
        if not math.isfinite((left or 0) + (right or 0)):
            return calculate(kind, *plain)
        word = kind.__name__
        if right == NEUTRAL.get(word, ""):
            return one
        if left == NEUTRAL.get(word, "") and word in ("Add", "Mult"):
            return other
        match word:
            case "Sub" if left == 0:
                return -other
            case "Mult" | "Div" if left == 0 or (right == 0 and kind is ast.Mult):
                return 0.0
            case "Mult" if both and other.how[:1] == ("step",) and other.how[1].text == one.text:
                return elementary("relu", one)
            case "Mult" if both and one.how[:1] == ("step",) and one.how[1].text == other.text:
                return elementary("relu", other)
            case "Div" if right is None and (inner := squashed(one, other)) is not None:
                return elementary("sigmoid", inner)
            case "Pow" if right == -1:
                return 1 / one
            case "Pow" if left == math.e:
                return elementary("exp", other)
            case "Pow" if both and not float(plain[1]).is_integer():
                raise ValueError("expected a number as exponent")
            case "Pow" if both:
                return self.combined(kind, one, plain[1])
            case "BitAnd" if {*plain} <= {0, 1}:  # as of gates
                return self.combined(ast.Mult, one, other)
            case _ if word not in NEUTRAL or (word == "Pow" and right is None):  # as in 0.9 ** n
                return calculate(kind, *plain)
        size = (one.size if left is None else 1) + (other.size if right is None else 1)
        sign, node = CALCULATE[kind][0], ast.BinOp(node_by(one), kind(), node_by(other))
        text = f"({text_by(one)} {sign} {text_by(other)})"
        return made(node, text, float(calculate(kind, *plain)), size, (sign, one, other))


def made(node: ast.expr, text: str, value: float, size: int, how: tuple[Any, ...]) -> Number:
    """Return a new number that is one part larger than its parts; a long one by a name of its own."""
    number, record = Number(node, text, value, size + 1, how), RECORD.get()
    record.spend(1 + size // PARTS_PER_STEP)
    return record.line(PART_NAME, (), number) if size >= SPLIT_AT else number


def is_name(value: Any) -> bool:
    """Say whether a value is a number with a name of the listing."""
    return isinstance(value, Number) and isinstance(value.node, ast.Name)


def worth(value: Any) -> float:
    """Return what a number is worth."""
    if isinstance(value, Number):
        return value.value
    if isinstance(value, int | float):
        return value
    raise ValueError(f"expected a number, got {kind_of(value)}")


def kind_of(value: Any) -> str:
    """Return what a value is called where another one was expected."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, Module):
        return f"what {value.name} gives, which is not read: write a few numbers out"
    kinds = {str: "a text", list: "a list", tuple: "a tuple", dict: "a dict", type(None): "nothing"}
    return kinds.get(type(value), "a number" if isinstance(value, Number | int | float) else "an object")


def text_by(value: Any) -> str:
    """Return a number as a text in which like expressions are alike."""
    return value.text if isinstance(value, Number) else repr(float(value))


def node_by(value: Any) -> ast.expr:
    """Return a number as an expression of a listing, in which a constant has no sign."""
    if isinstance(value, Number):
        return value.node
    if not abs(value) <= LIMIT:
        raise ValueError(f"expected numbers up to {LIMIT:g}, got {shown(value)}")
    node = expression(abs(value))
    return node if value >= 0 else ast.UnaryOp(ast.USub(), node)


def stays(old: Any, new: Any) -> bool:
    """Say whether a number takes its own place, or one a tiny step beside it: where a slope is only tried."""
    if not (is_name(old) and isinstance(new, Number)):
        return False
    match new.how:
        case ("+" | "-", Number() as one, by) if not is_name(new):
            step = by.how[2] if isinstance(by, Number) and by.how[:2] == ("*", 2) else by
            return stays(old, one) and not getattr(step, "how", ()) and 0 < abs(worth(step)) <= TRIED_BY
    return new is old or new.how == ("=", old) or (is_name(new) and new.how is old.how != ())


def operate(kind: type[ast.operator], one: Any, other: Any) -> Any:
    """Return what an operation on two numbers gives."""
    numbers = [part for part in (one, other) if isinstance(part, Number)]
    return numbers[0].combined(kind, one, other) if numbers else calculate(kind, one, other)


def calculate(kind: type[ast.operator], one: Any, other: Any) -> Any:
    """Return what an operation on two plain numbers gives, within the bounds."""
    if kind in (ast.Pow, ast.LShift) and not abs(worth(other)) <= EXPONENT:
        raise ValueError(f"expected a number from -{EXPONENT} to {EXPONENT} as exponent")
    try:
        found = CALCULATE[kind][1](*map(whole_by if kind in BITS else worth, (one, other)))
    except ZeroDivisionError:
        raise ValueError("division by zero") from None
    except OverflowError:
        return math.inf
    if isinstance(found, int):
        whole = isinstance(one, Count) and isinstance(other, int)
        return float(found) if abs(found) >= WHOLE else Count(found) if whole else found
    return math.nan if isinstance(found, complex) else found


def elementary(name: str, t: Any) -> Any:
    """Return a known function of a number."""
    with np.errstate(all="ignore"):
        value = float(KNOWN[name].value(np.float64(worth(t))))
    if not isinstance(t, Number):
        return value
    return made(ast.Call(ast.Name(name), [t.node], []), f"{name}({t.text})", value, t.size, (name, t))


def squashed(one: Any, other: Number) -> Any:
    """Return t if one / other is 1 / (1 + exp(-t)) or exp(t) / (1 + exp(t))."""
    match other.how:
        case ("+", 1, Number(how=("exp", inner))) | ("+", Number(how=("exp", inner)), 1):
            if isinstance(one, Number):
                return inner if one.text == f"exp({inner.text})" else None
            return -inner if one == 1 else None
    return None


def gate(one: Any, other: Any, shut: bool = False) -> Any:
    """Return 1 if a number is above another one, otherwise 0, or if shut the other way round."""
    plain = not (isinstance(one, Number) or isinstance(other, Number))
    if plain or not math.isfinite(worth(one) + worth(other)):
        return (worth(one) > worth(other)) is not shut
    opened = elementary("step", one - other)
    if shut:
        closed = 1 - opened
        closed.how = ("shut", opened)
    return closed if shut else opened


def is_gate(value: Any) -> bool:
    """Say whether a number says which of two ways a calculation goes."""
    return isinstance(value, Number) and value.how[:1] in (("step",), ("shut",))


def chosen(test: Any, yes: Any, no: Any) -> Any:
    """Return one number where a gate is open, and another one where it is closed."""
    if not is_gate(test):
        return yes if worth(test) else no
    if test.how[0] == "shut":
        return chosen(test.how[1], no, yes)
    if text_by(yes) == text_by(no):
        return yes
    if not isinstance(no, Number) and no == 0:
        return yes * test
    if not isinstance(yes, Number) and yes == 0 and text_by(-no) == test.how[1].text:
        return elementary("relu", no)
    return yes * test + no * (1 - test)


def higher(one: Any, other: Any) -> Any:
    """Return the larger one of two numbers."""
    if isinstance(one, Number):
        return elementary("relu", one - other) + other
    return higher(other, one) if isinstance(other, Number) else max(worth(one), worth(other))


def whole_by(value: Any) -> int:
    """Return a number that counts or points to a place, or raise a ValueError if it is no whole one."""
    number = worth(value)
    if not abs(number) <= WHOLE or number != int(number):
        raise ValueError(f"expected a whole number, got {shown(number)}")
    return number if isinstance(number, bool) else int(number)
