"""The article's network, calculated by hand: one plain function a stage.

Two inputs, two hidden units, two outputs, eight weights, no biases, the sigmoid on both layers. The names
are the article's, the numbers plain floats; what is handed in is checked elsewhere. A whole pass is three
calls; the first two return a paper with what they read and what they calculated:

>>> f = forward()
>>> d = partials(f)
>>> new = update(f, d)
>>> print(f"{f.lost:.6f} {d.diff_w5:.6f} {new.w5:.6f}")
0.051896 0.029091 0.985455
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import exp
from types import SimpleNamespace
from typing import NamedTuple


class Weights(NamedTuple):
    """The eight weights, all 1 at the start. ``Weights(w5=1.1)`` changes one of them.

    >>> Weights(w5=1.1).w5, Weights(w5=1.1).w6
    (1.1, 1.0)
    """

    w1: float = 1.0  # w1 to w4 lead into the hidden layer
    w2: float = 1.0
    w3: float = 1.0
    w4: float = 1.0
    w5: float = 1.0  # w5 to w8 into the output layer
    w6: float = 1.0
    w7: float = 1.0
    w8: float = 1.0


X = (0.1, 0.88)  # the article's inputs x1, x2
Y = (0.55, 1.0)  # its targets y1, y2
W = Weights()  # its weights at the start
THETA = 0.5  # its learning rate
Paper = SimpleNamespace  # what stands on the paper, by name: f.lost, d.diff_w5


def sigmoid(t: float) -> float:
    """Squash a net input into 0 to 1: 1 / (1 + e**-t), so that no float overflows.

    >>> print(f"{sigmoid(0.98):.6f}")
    0.727108
    >>> sigmoid(0), sigmoid(1e308), sigmoid(-1e308)
    (0.5, 1.0, 0.0)
    """
    return 1 / (1 + exp(-t)) if t >= 0 else exp(t) / (1 + exp(t))


def forward(x: Iterable[float] = X, y: Iterable[float] = Y, w: Iterable[float] = W) -> Paper:
    """Calculate the loss from two inputs x, two targets y and eight weights w.

    A net input is a sum of weight times activation, an output is the sigmoid of a net input,
    and the loss is half the sum of the squared errors.

    >>> f = forward()
    >>> print(f"{f.h_in_1:.6f} {f.h_out_1:.6f} {f.o_in_1:.6f} {f.o_out_1:.6f}")
    0.980000 0.727108 1.454216 0.810646
    >>> print(f"{f.lost:.6f} = {f.lost1:.6f} + {f.lost2:.6f}")
    0.051896 = 0.033968 + 0.017927
    """
    x1, x2 = x
    y1, y2 = y
    w1, w2, w3, w4, w5, w6, w7, w8 = w

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
    return Paper(**locals())


def partials(f: Paper) -> Paper:
    """Calculate the partial of the loss by every weight, from a forward pass f.

    A delta is the partial by a net input: of an output unit (output - target) times its slope,
    of a hidden unit the sum of the deltas it feeds times the weights between, times its slope.
    A weight's partial is the delta of the unit it leads into times the activation it carries.

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
    return Paper(**locals())


def update(f: Paper, d: Paper, theta: float = THETA) -> Weights:
    """Take a step downhill: each weight minus theta times its partial, all from the old weights.

    >>> f = forward()
    >>> new = update(f, partials(f))
    >>> print(f"{new.w5:.6f} {new.w6:.6f} {new.w7:.6f} {new.w8:.6f}")
    0.985455 0.985455 1.010567 1.010567
    """
    update_w5 = f.w5 - theta * d.diff_w5
    update_w6 = f.w6 - theta * d.diff_w6
    update_w7 = f.w7 - theta * d.diff_w7
    update_w8 = f.w8 - theta * d.diff_w8
    update_w1 = f.w1 - theta * d.diff_w1
    update_w2 = f.w2 - theta * d.diff_w2
    update_w3 = f.w3 - theta * d.diff_w3
    update_w4 = f.w4 - theta * d.diff_w4
    return Weights(update_w1, update_w2, update_w3, update_w4, update_w5, update_w6, update_w7, update_w8)


def passes(
    n: int,
    x: Sequence[float] = X,
    y: Sequence[float] = Y,
    w: Sequence[float] = W,
    theta: float = THETA,
    rule: Callable[[Paper], Paper] = partials,
) -> Iterator[Paper]:
    """Run n passes and yield each before its update, so the last of n comes after n - 1 updates.

    So counts the article. rule calculates the partials; its own is `bplit.article.crossed`.

    >>> for n in 1, 10, 100, 1000:
    ...     *_, f = passes(n)
    ...     print(f"{n:4} {f.lost:.12g} {f.o_out_1:.12g} {f.o_out_2:.12g}")
       1 0.0518956728931 0.81064649903 0.81064649903
      10 0.0409317918877 0.77940280733 0.829008959988
     100 0.00465138805325 0.570181897683 0.905684215995
    1000 0.000399983376811 0.550035052643 0.971716338198
    """
    for _ in range(n):
        f = forward(x, y, w)
        yield f
        w = update(f, rule(f), theta)
