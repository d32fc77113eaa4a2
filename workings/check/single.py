"""Single precision: what a program may print that calculates with numbers of 24 binary digits.

How far such a number may be from the exact one is calculated along with it: every operation adds half a step
of its result to what its parts are off by.

>>> from bplit.listing import Listing
>>> node = Listing.read("d = out - y").lines[0].expression
>>> value, error = spread(node, {"out": 0.8388911, "y": 1.0}, {"out": 3e-8, "y": 0.0})
>>> print(f"{value:.7f} {error:.0e}")
-0.1611089 4e-08
"""

import ast
from collections.abc import Mapping

import numpy as np

from bplit.line import Value, evaluated
from workings.check.report import Figure
from workings.check.worlds import Lines

HALF_STEP = 2.0**-24  # of a number: so much single precision may be off
FEW_PASSES = 30  # in more the errors add up to too much
MANY_PASSES = 2000  # nobody prints more passes of single precision
STEPS = [share * 10.0**-k for k in range(1, 7) for share in (1, 2)]  # of numerical derivatives: h and 2h
MANY_STEPS = 100_000  # a quotient of more steps of the loss is nothing special


def spread(
    node: ast.expr, values: Mapping[str, Value], errors: Mapping[str, float]
) -> tuple[float, float]:
    """Return the value of an expression, and how far single precision may be from it."""
    match node:
        case ast.Name(id=name):
            return values[name], errors[name]
        case ast.Constant():
            return float(evaluated(node, {})), 0.0
        case ast.UnaryOp(operand=operand):
            value, error = spread(operand, values, errors)
            return -value, error
        case ast.Call(func=function, args=[argument]):
            inner, error = spread(argument, values, errors)
            call = ast.Call(function, [ast.Name("t")], [])
            ends = [float(evaluated(call, {"t": inner + off})) for off in (0.0, error, -error)]
            error = max(abs(end - ends[0]) for end in ends)
            return ends[0], error + 2 * HALF_STEP * abs(ends[0])
        case ast.BinOp(left=left, op=op, right=right):
            (a, da), (b, db) = (spread(part, values, errors) for part in (left, right))
            whole = ast.BinOp(ast.Name("a"), op, ast.Name("b"))
            value = float(evaluated(whole, {"a": a, "b": b}))
            ends = [float(evaluated(whole, {"a": a + p * da, "b": b + q * db})) for p in (1, -1) for q in (1, -1)]
            return value, max(abs(end - value) for end in ends) + HALF_STEP * abs(value)
    raise TypeError(ast.dump(node))


class Single:
    """The values of the first passes, and how far single precision may be from each."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        values = {name: float(value) for name, value in lines.given.items()}
        with np.errstate(all="ignore"):
            errors = {name: abs(float(np.float32(value)) - value) for name, value in values.items()}
        self.passes = [self.one_pass(values, errors)]

    def one_pass(
        self, values: dict[str, float], errors: dict[str, float]
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Return values and errors of a pass that begins with these."""
        with np.errstate(all="ignore"):
            for name, line in self.lines.lines.items():
                values[name], errors[name] = spread(line.expression, values, errors)
        return values, errors

    def at(self, n: int) -> tuple[dict[str, float], dict[str, float]]:
        """Return values and errors of a pass."""
        while len(self.passes) <= n:
            values, errors = (part | {w: part[new] for w, new in self.lines.updates.items()} for part in self.passes[-1])
            self.passes.append(self.one_pass(values, errors))
        return self.passes[n]

    def near(self, figure: Figure, told: Mapping[str, float]) -> bool:
        """Say whether a figure is what single precision makes of its line, and of what is printed above it."""
        if not figure.single or figure.at > MANY_PASSES or figure.line not in self.lines.lines:
            return False
        if figure.at > FEW_PASSES:
            number = self.calculated(figure.at)[figure.line].item()
            return abs(figure.value - number) < 1.5 * np.spacing(np.float32(abs(number))) + figure.unit / 2
        values, errors = self.at(figure.at)
        if told:
            with np.errstate(all="ignore"):  # the numbers behind the digits
                behind = {name: float(np.float32(value)) for name, value in told.items()}
                line = self.lines.lines[figure.line]
                value, error = spread(line.expression, values | behind, errors | dict.fromkeys(told, 0.0))
        else:
            value, error = values[figure.line], errors[figure.line]
        return abs(figure.value - value) <= error + figure.unit / 2

    def calculated(self, n: int) -> dict[str, Value]:
        """Return the values of a later pass, calculated in single precision, each an array of one number."""
        values = {name: np.array([value], "float32") for name, value in self.lines.given.items()}
        with np.errstate(all="ignore"):
            for at in range(n + 1):
                values |= {w: values[new] for w, new in self.lines.updates.items() if at}
                for name, line in self.lines.lines.items():
                    values[name] = np.asarray(evaluated(line.expression, values), "float32")
        return values

    def difference(self, figure: Figure, loss: str) -> bool:
        """Say whether a partial is a difference of two losses of single precision, divided by a step."""
        if not figure.single or figure.at > FEW_PASSES:
            return False
        values, _ = self.at(figure.at)
        with np.errstate(all="ignore"):
            step = float(np.spacing(np.float32(abs(values[loss]))))
        for h in STEPS:
            count = abs(figure.value) * h / step
            whole = abs(count - round(count)) <= 1e-6 * count
            if whole and 1 <= round(count) <= MANY_STEPS and abs(figure.value - values[figure.line]) <= 4 * step / h:
                return True
        return False
