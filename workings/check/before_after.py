"""The numbers of a network before and after a step, and how exactly those after it are known."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from workings.check import handed
from workings.net.files import label
from workings.symbol import Array

IN_DOUBLE, IN_SINGLE = 2.0**-40, 1e-5  # what floats, and single ones, do to a change


class Given(NamedTuple):
    """The numbers of a network, before and after a step, and how far those after may be off.

    ``printed`` has the texts of those after; ``unit`` is half the worth of their last digit, ``noise`` the
    share of a change that floats may take, and ``rounded`` says whether those before have as many decimals.
    """

    names: Sequence[str]
    before: Array
    after: Array
    printed: Sequence[str]
    unit: Array
    noise: float
    rounded: bool

    def right(self, after: Array, slack: float = 1) -> Array:
        """Say of each calculated number whether it is the one that is given."""
        change = np.abs(self.after - self.before).max()
        return np.abs(after - self.after) <= slack * self.unit + self.noise * change + 2.0**-50


def numbers_of(before: Mapping[str, Array], after: Mapping[str, Array]) -> Given:
    """Return all numbers, or raise a ValueError if those after the step are others than those before."""
    for name in {**before, **after}:
        old, new = (str(part[name].shape) if name in part else "none" for part in (before, after))
        if old != new:
            raise ValueError(f"after: {label(name)}: expected numbers of shape {old}, as before, got {new}")
    leaves = handed.flattened({key: after[key] for key in before})
    first, values = handed.flattened(before).astype(float), leaves.astype(float)
    texts = [getattr(leaf, "text", repr(float(leaf))) for leaf in leaves]
    digits = [*map(Decimal, texts)]
    last = min(int(number.as_tuple().exponent) for number in digits)
    most = max(len(number.as_tuple().digits) for number in digits)
    single = most > 9 and bool(np.all(values.astype(np.float32) == values))
    # a float has lost the zeros at its end: the others say how many decimals, or digits, there are
    ends = [max(last, number.adjusted() - most + 1) for number in digits]
    if not single:
        texts = [str(n.quantize(Decimal(1).scaleb(end))) for n, end in zip(digits, ends, strict=True)]
    unit = np.abs(values) * 2.0**-22 if single else 10.0 ** np.array(ends) / 2
    rounded, fewer = (np.array_equal(first, first.round(max(0, n))) for n in (-last, -last - 1))
    noise = IN_SINGLE if single else IN_DOUBLE
    return Given(handed.labels(before), first, values, texts, unit, noise, rounded and not fewer)
