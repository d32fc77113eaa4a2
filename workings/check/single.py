"""Single precision: what a program may print that calculates with numbers of 24 binary digits."""

from collections.abc import Mapping

import numpy as np

from bplit.line import Line, Value, evaluated
from workings.check.report import Figure
from workings.check.worlds import Lines

STEP = 2.0**-23  # from one number of single precision to the next, of a number
PROGRAMS = 48  # so many programs, which round in other places, are calculated side by side
WIDE, CLOSELY = 2.0, 1.5  # a program may be so many times farther off than these; from what it has printed
MOST_LINES = 30_000  # of so many lines in all: nobody prints more passes of single precision
REACH = [share * 10.0**-k for k in range(1, 7) for share in (1, 2)]  # of numerical derivatives: h and 2h
MANY_STEPS = 100_000  # a quotient of more steps of the loss is nothing special


class Single:
    """The values of a calculation in single precision: of many programs that round in other places."""

    def __init__(self, lines: Lines) -> None:
        self.lines, self.random = lines, np.random.default_rng(0)
        self.passes: list[dict[str, Value]] = []

    def off(self, value: Value) -> Value:
        """Return numbers as a program has them that rounds."""
        return value * (1 + STEP * self.random.uniform(-0.5, 0.5, PROGRAMS))

    def rounded_line(self, line: Line, values: Mapping[str, Value]) -> Value:
        """Return what programs make of a line."""
        return self.off(evaluated(line.expression, {name: self.off(values[name]) for name in line.uses}))

    def at(self, n: int) -> dict[str, Value]:
        """Return the values of a pass."""
        with np.errstate(all="ignore"):
            while len(self.passes) <= n:
                values: dict[str, Value] = dict(self.lines.given)
                if self.passes:
                    values = self.passes[-1] | {
                        w: self.passes[-1][new] for w, new in self.lines.updates.items()
                    }
                for name, line in self.lines.lines.items():
                    values[name] = self.rounded_line(line, values)
                self.passes.append(values)
        return self.passes[n]

    def near(self, figure: Figure, exact: Mapping[str, float], told: Mapping[str, float]) -> bool:
        """Say whether a figure is what single precision makes of its line, from what is printed above it."""
        line = self.lines.lines.get(figure.line)
        if line is None or figure.at * len(self.lines.lines) > MOST_LINES:
            return False
        value, values, times = exact[figure.line], self.at(figure.at)[figure.line], WIDE
        if told:
            with np.errstate(all="ignore"):  # the numbers behind the digits
                behind = {name: float(np.float32(number)) for name, number in told.items()}
                value = evaluated(line.expression, {**exact, **behind})
                values, times = self.rounded_line(line, self.at(figure.at) | behind), CLOSELY
        return bool(abs(figure.value - value) <= times * np.max(np.abs(values - value)) + figure.unit / 2)

    def difference(self, figure: Figure, exact: float, loss: float) -> bool:
        """Say whether a partial is a difference of two losses of single precision, divided by a step."""
        step = float(np.spacing(np.float32(abs(loss))))
        for h in REACH:
            count = abs(figure.value) * h / step
            whole = 0.5 < count < MANY_STEPS and abs(count - round(count)) <= STEP * count
            if whole and abs(figure.value - exact) <= 4 * step / h:
                return True
        return False
