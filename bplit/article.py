"""What the article printed, string by string, and the partials of its listing.

The article is a Chinese tutorial on the web: "The BP neural network's calculation explained: compute it once
by hand and understand backpropagation, with the Python calculation". Its first pass is right. Its listing
crosses two pairs of wires, which equal weights hide: its figures for later passes are those of `crossed`.
"""

import re
from collections.abc import Iterable

from bplit.byhand import THETA, Paper, W, Weights, X, Y, forward, partials, update
from bplit.given import checked, rate
from bplit.listing import Listing

PASS: Listing  # the first pass as one listing
# The first pass, in the order in which the article prints it.
FIRST_PASS = dict(
    re.findall(
        r"(\w+) = (\S+)",
        """
        h_in_1 = 0.980000     h_in_2 = 0.980000     h_out_1 = 0.727108    h_out_2 = 0.727108
        o_in_1 = 1.454216     o_in_2 = 1.454216     o_out_1 = 0.810646    o_out_2 = 0.810646
        lost = 0.051896
        diff_w5 = 0.029091    diff_w6 = 0.029091    diff_w7 = -0.021134   diff_w8 = -0.021134
        diff_w1 = 0.000217    diff_w2 = 0.001911    diff_w3 = 0.000217    diff_w4 = 0.001911
        update_w5 = 0.985455  update_w6 = 0.985455  update_w7 = 1.010567  update_w8 = 1.010567
        update_w1 = 0.999891  update_w2 = 0.999045  update_w3 = 0.999891  update_w4 = 0.999045
        """,
    )
)

# What it says of a run, with the 12 digits of Python 2's print: of pass 10 and 100 no outputs.
RUN = {
    1: {"lost": "0.0518956728931", "o_out_1": "0.81064649903", "o_out_2": "0.81064649903"},
    10: {"lost": "0.0409254668911"},
    100: {"lost": "0.00504936047507"},
    1000: {"lost": "0.000467508796192", "o_out_1": "0.55002398472", "o_out_2": "0.969421952039"},
}


def __getattr__(name: str) -> Listing:
    """Return PASS, which is read only if it is asked for."""
    if name != "PASS":
        raise AttributeError(name)
    globals()[name] = first = Listing.of(forward, partials, update)
    return first


def given(
    x: Iterable[float] = X, y: Iterable[float] = Y, w: Iterable[float] = W, theta: float = THETA
) -> dict[str, float]:
    """Return what `PASS` is given, by name: two inputs, two targets, eight weights, the rate.

    >>> from bplit.article import PASS
    >>> values = PASS.run(given())
    >>> all(f"{values[name]:.6f}" == printed for name, printed in FIRST_PASS.items())
    True
    """
    names = ("x1", "x2", "y1", "y2", *Weights._fields, "theta")
    numbers = (*checked("x", x, 2), *checked("y", y, 2), *checked("w", w, 8), rate("theta", theta))
    return dict(zip(names, numbers, strict=True))


def crossed(f: Paper) -> Paper:
    """Calculate the partials as the article's listing does: with two pairs of crossed wires.

    >>> from bplit.byhand import passes
    >>> crossed(forward()) == partials(forward())
    True
    >>> for n in 10, 100, 1000:
    ...     *_, f = passes(n, rule=crossed)
    ...     print(f"{n:4} {f.lost:.12g}")
      10 0.0409254668911
     100 0.00504936047507
    1000 0.000467508796192
    >>> print(f"{f.o_out_1:.12g} {f.o_out_2:.12g}")
    0.55002398472 0.969421952039
    """
    x1, x2, y1, y2 = f.x1, f.x2, f.y1, f.y2
    w5, w6, w7, w8 = f.w5, f.w6, f.w7, f.w8
    h_out_1, h_out_2, o_out_1, o_out_2 = f.h_out_1, f.h_out_2, f.o_out_1, f.o_out_2

    o_delta_1 = (o_out_1 - y1) * o_out_1 * (1 - o_out_1)
    o_delta_2 = (o_out_2 - y2) * o_out_2 * (1 - o_out_2)
    diff_w5 = o_delta_1 * h_out_1
    diff_w6 = o_delta_1 * h_out_2
    diff_w7 = o_delta_2 * h_out_2  # crossed: w7 carries h_out_1
    diff_w8 = o_delta_2 * h_out_1  # crossed: w8 carries h_out_2
    h_delta_1 = (o_delta_1 * w5 + o_delta_2 * w7) * h_out_1 * (1 - h_out_1)
    # crossed: w6 leads to output 1, and w8 to output 2
    h_delta_2 = (o_delta_2 * w6 + o_delta_1 * w8) * h_out_2 * (1 - h_out_2)
    diff_w1 = h_delta_1 * x1
    diff_w2 = h_delta_1 * x2
    diff_w3 = h_delta_2 * x1
    diff_w4 = h_delta_2 * x2

    return Paper(**locals())
