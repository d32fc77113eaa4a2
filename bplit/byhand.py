"""The article's network, calculated by hand: one plain function a stage.

Two inputs, two hidden units, two outputs, eight weights, no biases, the sigmoid on both
layers. The names are the article's. All numbers are plain floats without units; only
the standard library is used.

A whole pass is three calls, each one reading what the one before it wrote:

>>> f = forward()
>>> d = partials(f)
>>> new = update(f, d)
>>> print(f"{f.lost:.6f} {d.diff_w5:.6f} {new.w5:.6f}")
0.051896 0.029091 0.985455
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from math import exp, inf, nan
from numbers import Integral, Real
from typing import Any, NamedTuple


class Weights(NamedTuple):
    """The eight weights, all 1 at the start. ``Weights(w5=1.1)`` changes one of them.

    w1 to w4 lead into the hidden layer, w5 to w8 into the output layer.

    >>> Weights(w5=1.1).w5, Weights(w5=1.1).w6
    (1.1, 1.0)
    """

    w1: float = 1.0
    w2: float = 1.0
    w3: float = 1.0
    w4: float = 1.0
    w5: float = 1.0
    w6: float = 1.0
    w7: float = 1.0
    w8: float = 1.0


X = (0.1, 0.88)  # the article's inputs x1, x2
Y = (0.55, 1.0)  # its targets y1, y2
W = Weights()  # its weights at the start
THETA = 0.5  # its learning rate

# The largest number that may be given. A pass multiplies no more than four of them,
# so nothing overflows.
LIMIT = 1e50


class Forward(NamedTuple):
    """What stands on the paper after a forward pass: what was given, then the results."""

    x1: float
    x2: float
    y1: float
    y2: float
    w1: float
    w2: float
    w3: float
    w4: float
    w5: float
    w6: float
    w7: float
    w8: float
    h_in_1: float
    h_in_2: float
    h_out_1: float
    h_out_2: float
    o_in_1: float
    o_in_2: float
    o_out_1: float
    o_out_2: float
    lost1: float
    lost2: float
    lost: float


class Partials(NamedTuple):
    """The partial of the loss by each net input (delta) and by each weight (diff)."""

    o_delta_1: float
    o_delta_2: float
    diff_w5: float
    diff_w6: float
    diff_w7: float
    diff_w8: float
    h_delta_1: float
    h_delta_2: float
    diff_w1: float
    diff_w2: float
    diff_w3: float
    diff_w4: float


def sigmoid(t: float) -> float:
    """Squash a net input into the interval from 0 to 1: 1 / (1 + e**-t).

    For a negative t both halves of the fraction are multiplied by e**t first, so that
    no exponent is positive and no float overflows.

    >>> print(f"{sigmoid(0.98):.6f}")
    0.727108
    >>> sigmoid(0), sigmoid(1e308), sigmoid(-1e308)
    (0.5, 1.0, 0.0)
    """
    if t >= 0:
        return 1 / (1 + exp(-t))
    return exp(t) / (1 + exp(t))


def forward(x: Iterable[float] = X, y: Iterable[float] = Y, w: Iterable[float] = W) -> Forward:
    """Calculate the loss from two inputs x, two targets y and eight weights w.

    A net input is a sum of weight times activation, an output is the sigmoid of a net
    input, and the loss is half the sum of the squared errors.

    Raises ValueError if x, y or w has the wrong length or holds anything but numbers
    within LIMIT.

    >>> f = forward()
    >>> print(f"{f.h_in_1:.6f} {f.h_in_2:.6f} {f.h_out_1:.6f} {f.h_out_2:.6f}")
    0.980000 0.980000 0.727108 0.727108
    >>> print(f"{f.o_in_1:.6f} {f.o_in_2:.6f} {f.o_out_1:.6f} {f.o_out_2:.6f}")
    1.454216 1.454216 0.810646 0.810646
    >>> print(f"{f.lost:.6f} = {f.lost1:.6f} + {f.lost2:.6f}")
    0.051896 = 0.033968 + 0.017927
    >>> print(f"{f.lost:.12g} {f.o_out_1:.12g} {f.o_out_2:.12g}")
    0.0518956728931 0.81064649903 0.81064649903
    """
    x1, x2 = checked("x", x, 2)
    y1, y2 = checked("y", y, 2)
    w1, w2, w3, w4, w5, w6, w7, w8 = checked("w", w, 8)

    h_in_1 = w1 * x1 + w2 * x2
    h_in_2 = w3 * x1 + w4 * x2
    h_out_1 = sigmoid(h_in_1)
    h_out_2 = sigmoid(h_in_2)
    o_in_1 = w5 * h_out_1 + w6 * h_out_2
    o_in_2 = w7 * h_out_1 + w8 * h_out_2
    o_out_1 = sigmoid(o_in_1)
    o_out_2 = sigmoid(o_in_2)
    lost1 = (y1 - o_out_1) ** 2 / 2
    lost2 = (y2 - o_out_2) ** 2 / 2
    lost = lost1 + lost2

    given = (x1, x2, y1, y2, w1, w2, w3, w4, w5, w6, w7, w8)
    hidden = (h_in_1, h_in_2, h_out_1, h_out_2)
    output = (o_in_1, o_in_2, o_out_1, o_out_2)
    return Forward(*given, *hidden, *output, lost1, lost2, lost)


def partials(f: Forward) -> Partials:
    """Calculate the partial of the loss by every weight, from a forward pass f.

    A delta is the partial by a unit's net input. An output unit's is (output - target)
    times the slope of its sigmoid. A hidden unit's is the sum, over the outputs it
    feeds, of their delta times the weight in between, times the slope of its own
    sigmoid. A weight's partial is the delta of the unit it leads into times the
    activation it carries.

    >>> d = partials(forward())
    >>> print(f"{d.diff_w5:.6f} {d.diff_w6:.6f} {d.diff_w7:.6f} {d.diff_w8:.6f}")
    0.029091 0.029091 -0.021134 -0.021134
    >>> print(f"{d.diff_w1:.6f} {d.diff_w2:.6f} {d.diff_w3:.6f} {d.diff_w4:.6f}")
    0.000217 0.001911 0.000217 0.001911
    """
    x1, x2, y1, y2 = f.x1, f.x2, f.y1, f.y2
    w5, w6, w7, w8 = f.w5, f.w6, f.w7, f.w8
    h_out_1, h_out_2, o_out_1, o_out_2 = f.h_out_1, f.h_out_2, f.o_out_1, f.o_out_2

    o_delta_1 = (o_out_1 - y1) * o_out_1 * (1 - o_out_1)
    o_delta_2 = (o_out_2 - y2) * o_out_2 * (1 - o_out_2)
    diff_w5 = o_delta_1 * h_out_1
    diff_w6 = o_delta_1 * h_out_2
    diff_w7 = o_delta_2 * h_out_1
    diff_w8 = o_delta_2 * h_out_2
    h_delta_1 = (o_delta_1 * w5 + o_delta_2 * w7) * h_out_1 * (1 - h_out_1)
    h_delta_2 = (o_delta_1 * w6 + o_delta_2 * w8) * h_out_2 * (1 - h_out_2)
    diff_w1 = h_delta_1 * x1
    diff_w2 = h_delta_1 * x2
    diff_w3 = h_delta_2 * x1
    diff_w4 = h_delta_2 * x2

    output = (o_delta_1, o_delta_2, diff_w5, diff_w6, diff_w7, diff_w8)
    hidden = (h_delta_1, h_delta_2, diff_w1, diff_w2, diff_w3, diff_w4)
    return Partials(*output, *hidden)


def update(f: Forward, d: Partials, theta: float = THETA) -> Weights:
    """Take a step downhill: each weight of the pass f minus theta times its partial in d.

    All eight are calculated from the old weights (simultaneous update). theta is the
    learning rate.

    Raises ValueError if theta is not a number above 0 and within LIMIT.

    >>> f = forward()
    >>> new = update(f, partials(f))
    >>> print(f"{new.w5:.6f} {new.w6:.6f} {new.w7:.6f} {new.w8:.6f}")
    0.985455 0.985455 1.010567 1.010567
    >>> print(f"{new.w1:.6f} {new.w2:.6f} {new.w3:.6f} {new.w4:.6f}")
    0.999891 0.999045 0.999891 0.999045
    """
    theta = rate("theta", theta)

    update_w5 = f.w5 - theta * d.diff_w5
    update_w6 = f.w6 - theta * d.diff_w6
    update_w7 = f.w7 - theta * d.diff_w7
    update_w8 = f.w8 - theta * d.diff_w8
    update_w1 = f.w1 - theta * d.diff_w1
    update_w2 = f.w2 - theta * d.diff_w2
    update_w3 = f.w3 - theta * d.diff_w3
    update_w4 = f.w4 - theta * d.diff_w4

    hidden = (update_w1, update_w2, update_w3, update_w4)
    output = (update_w5, update_w6, update_w7, update_w8)
    return Weights(*hidden, *output)


def passes(
    n: int,
    x: Iterable[float] = X,
    y: Iterable[float] = Y,
    w: Iterable[float] = W,
    theta: float = THETA,
    rule: Callable[[Forward], Partials] = partials,
) -> Iterator[Forward]:
    """Run n passes and yield the forward values of each, before that pass's update.

    So the last of n comes after n - 1 updates: that is how the article counts. rule
    calculates the partials of a pass; ``bplit.article.crossed`` is the article's own.

    Raises ValueError at the call if n is not a whole number from 0 on, or as `forward`
    and `update` do; and during the run if theta is so large that a weight leaves LIMIT.

    >>> for n in 1, 10, 100, 1000:
    ...     *_, f = passes(n)
    ...     print(f"{n:4} {f.lost:.12g} {f.o_out_1:.12g} {f.o_out_2:.12g}")
       1 0.0518956728931 0.81064649903 0.81064649903
      10 0.0409317918877 0.77940280733 0.829008959988
     100 0.00465138805325 0.570181897683 0.905684215995
    1000 0.000399983376811 0.550035052643 0.971716338198
    """
    n = whole("n", n, 0)
    theta = rate("theta", theta)
    first = forward(x, y, w)

    def run(f: Forward) -> Iterator[Forward]:
        for number in count(2):
            yield f
            new = update(f, rule(f), theta)
            try:
                f = forward(f[:2], f[2:4], new)
            except ValueError as error:
                raise ValueError(f"theta: {theta:g} is too large, in pass {number} {error}") from None

    return (f for _, f in zip(range(n), run(first), strict=False))


def checked(name: str, values: Iterable[float], size: int) -> tuple[float, ...]:
    """Return values as floats, or raise a ValueError that names the argument.

    >>> checked("x", [1, 0.88], 2)
    (1.0, 0.88)
    >>> checked("w", [1, 1, 1], 8)
    Traceback (most recent call last):
    ValueError: w: expected 8 numbers, got 3
    >>> checked("x", [0.1, float("nan")], 2)
    Traceback (most recent call last):
    ValueError: x: expected 2 numbers from -1e+50 to 1e+50, number 2 is nan
    """
    given: tuple[Any, ...]
    try:
        given = tuple(values)
    except TypeError:
        given = (values,)
    if len(given) != size:
        raise ValueError(f"{name}: expected {size} numbers, got {len(given)}")
    # What a pass hands to the next is floats already; a sum tells at once that none is out of bounds.
    if set(map(type, given)) == {float} and sum(map(abs, given)) <= LIMIT:
        return given
    floats = tuple(map(real, given))
    for place, value in enumerate(floats, 1):
        if not -LIMIT <= value <= LIMIT:
            raise ValueError(
                f"{name}: expected {size} numbers from -{LIMIT:g} to {LIMIT:g}, "
                f"number {place} is {shown(given[place - 1])}"
            )
    return floats


def real(value: object) -> float:
    """Return a real number as a float; nan if it is none, inf if it is too large.

    >>> real(1), real("1"), real(10**400)
    (1.0, nan, inf)
    """
    # float stands before Real because it is the quick and common answer
    if not isinstance(value, (float, Real)):
        return nan
    try:
        return float(value)
    except OverflowError:
        return inf
    except (TypeError, ValueError):  # as NumPy's time spans, which count as numbers
        return nan


def shown(value: object) -> str:
    """Return value as a message shows it: on one line, and not at any length.

    >>> shown("0.5"), shown("9" * 99)[-5:], shown(10**5000)
    ("'0.5'", '99...', 'a number of too many digits')
    """
    try:
        text = repr(value).replace("\n", " ")
    except ValueError:  # Python writes out no whole number of more than 4300 digits
        return "a number of too many digits"
    except RecursionError:
        return "lists in lists"
    return text if len(text) <= 60 else f"{text[:57]}..."


def rate(name: str, value: float) -> float:
    """Return a learning rate as a float, or raise a ValueError that names the argument.

    >>> rate("theta", 0)
    Traceback (most recent call last):
    ValueError: theta: expected a number above 0 and up to 1e+50, got 0
    """
    theta = real(value)
    if not 0 < theta <= LIMIT:
        raise ValueError(f"{name}: expected a number above 0 and up to {LIMIT:g}, got {shown(value)}")
    return theta


def whole(name: str, value: int, least: int) -> int:
    """Return a whole number from least on, or raise a ValueError that names the argument.

    >>> whole("n", -1, 0)
    Traceback (most recent call last):
    ValueError: n: expected a whole number from 0 on, got -1
    """
    if not (isinstance(value, Integral) and value >= least):
        raise ValueError(f"{name}: expected a whole number from {least} on, got {shown(value)}")
    return int(value)
