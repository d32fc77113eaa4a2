"""Curves: a loss along one of its inputs, and runs over their passes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from bplit.given import LIMIT, shown
from bplit.listing import Listing
from workings.draw.canvas import BACKWARD, FORWARD, GROUND, INK, PHONE, SAYS, STYLES, Picture, blank, picture


def tangent(ax: Axes, x: float, y: float, slope: float, reach: float, style: dict[str, Any]) -> None:
    """Draw a point of a curve, and the line of that slope through it, so far to either side."""
    ax.plot([x - reach, x + reach], [y - slope * reach, y + slope * reach], **style)
    ax.plot(x, y, "o", color=style["color"], ms=5)


BESIDE: dict[str, Any] = {"textcoords": "offset points", "va": "center"}  # of a text, so far from a point
Over = Mapping[str, tuple[float, float]]  # of an input, from which number to which it runs


def varied(
    listing: Listing, given: Mapping[str, float], of: str, over: Over, to: float | None = None
) -> Picture:
    """Draw a name of a listing while one input runs from low to high, with the tangent where it is given.

    With to, the step along the input to that number is shown. Of several inputs, each is run by itself; their
    curves have one scale, and names at their ends.

    >>> from bplit.article import PASS, given
    >>> varied(PASS, given(), "lost", {"w5": (-2, 4)}).alt
    'lost along w5, from −2 to 4. At 1 it is 0.051896, and the tangent there has the slope 0.029091.'
    >>> varied(PASS, given(), "lost", {"w5": (0.9, 1.1)}, to=0.985455).alt[-56:]
    'The step leads to w5 = 0.985455, where lost is 0.051472.'
    """
    values = drawable(listing, given, of, over)
    name, (low, high) = next(iter(over.items()))
    if to is not None and not (len(over) == 1 and isinstance(to, float | int) and low <= to <= high):
        raise ValueError(f"to: expected a number that the one input passes, got {shown(to)}")
    partials = listing.sweep(values, of).partials
    fig, ax = blank(PHONE, 230)
    said, ends = [], {}
    for name, (low, high) in over.items():
        line = np.linspace(low, high, 121)
        curve = np.broadcast_to(listing.run({**given, name: line})[of], line.shape)
        ax.plot(line, curve, color=FORWARD, lw=1.8)
        at, value, slope = values[name], values[of], partials[name]
        tangent(ax, at, value, slope, (0.2 if len(over) == 1 else 0.1) * (high - low), STYLES[0])
        ends[name] = (high, float(curve[-1]))
        said.append(
            SAYS["along"].format(of=of, name=name, low=low, high=high, at=at, value=value, slope=slope)
        )
    ax.set(xlabel=name if len(over) == 1 else "", ylabel=of)
    ax.locator_params(axis="x", nbins=6)
    style = BESIDE | {"color": BACKWARD}
    if len(over) > 1:
        named(ax, ends)
    elif to is None:
        # on the side with more room, and below a rising tangent there or above a falling one
        side, ha = (1, "left") if at < low + 0.6 * (high - low) else (-1, "right")
        away = (8 * side, 16 * side * (1 if slope < 0 else -1))
        ax.annotate(SAYS["slope"].format(slope), (at, value), away, ha=ha, **style, in_layout=False)
    if to is not None:
        reached = float(listing.run({**given, name: to})[of])
        arrow = {"arrowstyle": "->", "color": BACKWARD, "lw": 1.4}
        ax.annotate("", (to, value), (at, value), arrowprops=arrow)
        ax.plot([to, to], [value, reached], color=BACKWARD, lw=1, ls=":")
        ax.plot(to, reached, "o", color=BACKWARD, mfc=GROUND, ms=6)
        side, ha = (1, "left") if to > at else (-1, "right")  # before the arrow: downhill, the curve is below
        ax.annotate(SAYS["step"].format(to - at), (to, value), (8 * side, 0), ha=ha, **style)
        said.append(SAYS["reached"].format(name=name, to=to, of=of, value=reached))
    return picture(fig, " ".join(said))


def drawable(listing: Listing, given: Mapping[str, float], of: str, over: Over) -> Mapping[str, float]:
    """Return the values of a listing if a name of it can be drawn over these inputs."""
    values = listing.run(given)
    if any(map(np.ndim, values.values())):
        raise ValueError("given: expected one number for each input, got arrays")
    if of not in listing.names:
        raise ValueError(f"of: expected a name that a line assigns, got {shown(of)}")
    try:
        fine = bool(over) and all(
            name in listing.inputs and -LIMIT <= low <= values[name] <= high <= LIMIT and low < high
            for name, (low, high) in over.items()
        )
    except (AttributeError, TypeError, ValueError):  # no pair of numbers by a name
        fine = False
    if not fine:
        what = "expected inputs, each with a number up to the given one and one from it on"
        raise ValueError(f"over: {what}, got {shown(over)}")
    return values


def named(ax: Axes, ends: Mapping[str, tuple[float, float]]) -> None:
    """Write the names of curves where they end: one below the other, those of equal curves in one line."""
    groups: dict[tuple[float, float], list[str]] = {}
    for name, (x, y) in ends.items():
        groups.setdefault((x, round(y, 9)), []).append(name)
    low, high = ax.get_ylim()
    level = -np.inf
    for (x, y), names in sorted(groups.items(), key=lambda group: group[0][1]):
        level = max(y, level + 0.075 * (high - low))
        ax.annotate(", ".join(names), (x, level), (5, 0), color=FORWARD, **BESIDE)


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
    fig, ax = blank(PHONE, 240)
    for (name, run), style in zip(runs.items(), STYLES, strict=False):
        ax.plot(range(1, len(run) + 1), run, **{**style, "color": FORWARD}, label=name)
        ax.plot(at, [run[n - 1] for n in at], "o", color=FORWARD, ms=4)
    logarithmic(ax, SAYS["pass"], what, log)
    return picture(fig, SAYS["run, both" if log else "run"].format(what=what, points="; ".join(points)))


def logarithmic(ax: Axes, across: str, what: str, both: bool = True) -> None:
    """Name the axes and make the lower one logarithmic, or both; of several lines the names are shown."""
    ax.set(xlabel=across, ylabel=what, xscale="log", yscale="log" if both else "linear")
    ax.minorticks_off()
    ax.xaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_major_formatter("{x:g}")
    if len(ax.get_legend_handles_labels()[0]) > 1:
        ax.legend(frameon=False, handlelength=2.6, labelcolor=INK)
