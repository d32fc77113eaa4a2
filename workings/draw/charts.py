"""Curves: a loss along one of its inputs, and runs over their passes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from bplit.given import LIMIT, shown
from bplit.listing import Listing
from workings.draw.canvas import FIRST, INK, SAYS, STYLES, Picture, blank, picture


def tangent(ax: Axes, x: float, y: float, slope: float, reach: float, style: dict[str, Any]) -> None:
    """Draw a point of a curve, and the line of that slope through it, so far to either side."""
    ax.plot([x - reach, x + reach], [y - slope * reach, y + slope * reach], **style)
    ax.plot(x, y, "o", color=style["color"], ms=5)


def varied(
    listing: Listing, given: Mapping[str, float], of: str, over: Mapping[str, tuple[float, float]]
) -> Picture:
    """Draw a name of a listing while one input runs from low to high, with the tangent where it is given.

    >>> from bplit.article import PASS, given
    >>> varied(PASS, given(), "lost", {"w5": (-2, 4)}).alt
    'lost along w5, from -2 to 4. At 1 it is 0.051896, and the tangent there has the slope 0.029091.'
    """
    values = listing.run(given)
    if any(map(np.ndim, values.values())):
        raise ValueError("given: expected one number for each input, got arrays")
    if of not in listing.names:
        raise ValueError(f"of: expected a name that a line assigns, got {shown(of)}")
    try:
        ((name, (low, high)),) = over.items()
        fine = name in listing.inputs and -LIMIT <= low <= values[name] <= high <= LIMIT and low < high
    except (AttributeError, TypeError, ValueError):  # no pair of numbers by a name
        fine = False
    if not fine:
        what = "expected one of the inputs, with a number up to the given one and one from it on"
        raise ValueError(f"over: {what}, got {shown(over)}")
    at, value, slope = values[name], values[of], listing.sweep(values, of).partials[name]
    line = np.linspace(low, high, 121)
    fig, ax = blank(416, 260)
    ax.plot(line, np.broadcast_to(listing.run({**given, name: line})[of], line.shape), color=INK, lw=1.8)
    tangent(ax, at, value, slope, 0.2 * (high - low), STYLES[0])
    # on the side with more room, and below a rising tangent there or above a falling one
    side, ha = (1, "left") if at < low + 0.6 * (high - low) else (-1, "right")
    away = (8 * side, 14 * side * (1 if slope < 0 else -1))
    style: dict[str, Any] = {"textcoords": "offset points", "color": FIRST, "ha": ha, "va": "center"}
    ax.annotate(SAYS["slope"].format(slope), (at, value), away, **style)
    ax.set(xlabel=name, ylabel=of)
    words = SAYS["along"].format(of=of, name=name, low=low, high=high, at=at, value=value, slope=slope)
    return picture(fig, words)


def curves(what: str, runs: Mapping[str, Sequence[float]], at: Iterable[int], log: bool = False) -> Picture:
    """Draw up to two runs over the passes, a value a pass, under their names; a point at each pass in at.

    >>> curves("lost", {"right": [0.5, 0.25]}, at=[1, 2]).alt[-47:]
    'Pass 1: right 0.500000; Pass 2: right 0.250000.'
    """
    at = list(at)
    if len(runs) > len(STYLES):
        raise ValueError(f"runs: expected up to {len(STYLES)} runs, got {len(runs)}")
    if not runs or not all(isinstance(n, int) and 1 <= n <= len(run) for n in at for run in runs.values()):
        raise ValueError(f"at: expected passes of every run, got {at}")
    points = [
        SAYS["at"].format(n=n, values=", ".join(f"{name} {run[n - 1]:.6f}" for name, run in runs.items()))
        for n in at
    ]
    fig, ax = blank(416, 280)
    for (name, run), style in zip(runs.items(), STYLES, strict=False):
        ax.plot(range(1, len(run) + 1), run, **style, label=name)
        ax.plot(at, [run[n - 1] for n in at], "o", color=style["color"], ms=4)
    logarithmic(ax, SAYS["pass"], what, log)
    return picture(fig, SAYS["run"].format(what=what, points="; ".join(points)))


def logarithmic(ax: Axes, across: str, what: str, both: bool = True) -> None:
    """Name the axes and make the lower one logarithmic, or both; of several lines the names are shown."""
    ax.set(xlabel=across, ylabel=what, xscale="log", yscale="log" if both else "linear")
    ax.minorticks_off()
    ax.xaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_major_formatter("{x:g}")
    if len(ax.get_legend_handles_labels()[0]) > 1:
        ax.legend(frameon=False, handlelength=2.6, labelcolor=INK)
