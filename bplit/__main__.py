"""The article's transcript, then a table of passes by its crossed partials and by the right ones.

``python -m bplit`` prints both; the command ``bplit`` of the package `workings` takes numbers of your own.
"""

import sys
from collections.abc import Iterable, Sequence

from bplit.article import FIRST_PASS, PASS, RUN, crossed, given
from bplit.byhand import THETA, W, Weights, X, Y, passes
from bplit.given import checked


def transcript(x: Iterable[float], y: Iterable[float], w: Iterable[float], theta: float) -> str:
    """Write out the first pass under the article's names and to its digits.

    >>> _, text = transcript(X, Y, W, THETA).split("update_w4 = ")
    >>> print(text)
    0.999045
    0.0518956728931
    0.81064649903 0.81064649903
    """
    values = PASS.run(given(x, y, w, theta))
    lines = [f"{name} = {values[name]:.6f}" for name in FIRST_PASS]
    lost, one, two = (f"{values[name]:.12g}" for name in ("lost", "o_out_1", "o_out_2"))
    return "\n".join([*lines, lost, f"{one} {two}"])


def table(ns: Sequence[int], x: Sequence[float], y: Sequence[float], w: Sequence[float], theta: float) -> str:
    """Write out the loss and the outputs at the passes ns, by the crossed partials and by the right ones.

    >>> print(table([1000], X, Y, W, THETA))
    passes                    crossed              right
      1000  lost    0.000467508796192  0.000399983376811
            o_out_1     0.55002398472     0.550035052643
            o_out_2    0.969421952039     0.971716338198
    """
    last = max(ns)
    runs = zip(passes(last, x, y, w, theta, crossed), passes(last, x, y, w, theta), strict=True)
    at = {}
    for n, pair in enumerate(runs, 1):
        for f in pair:
            try:
                checked("w", [getattr(f, name) for name in Weights._fields], 8)
            except ValueError as error:
                raise ValueError(f"theta: {theta:g} is too large, in pass {n} {error}") from None
        if n in ns:
            at[n] = pair
    lines = [f"passes{'crossed':>27}{'right':>19}"]
    for n in ns:
        for name in ("lost", "o_out_1", "o_out_2"):
            wrong, right = (f"{getattr(f, name):.12g}" for f in at[n])
            lines.append(f"{n if name == 'lost' else '':>6}  {name:8}{wrong:>17}{right:>19}")
    return "\n".join(lines)


def both(ns: Sequence[int], x: Sequence[float], y: Sequence[float], w: Sequence[float], theta: float) -> str:
    """Write out the transcript and the table."""
    return f"{transcript(x, y, w, theta)}\n\n{table(ns, x, y, w, theta)}"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit("python -m bplit: expected nothing after it; the command bplit takes numbers: bplit --help")
    print(both([*RUN], X, Y, W, THETA))
