"""The pictures of the book, as vector graphics that take their colours from the page around them.

Needs Matplotlib: ``pip install bplit[draw]``. Every function returns a `Picture`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from io import StringIO
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from bplit.byhand import Forward, Partials, Weights, forward, partials, sigmoid

# Every word that a picture shows or says; a translation of the book replaces these.
WORDS = {
    "target": "target {}",
    "network": "The network: two inputs, two hidden units, two outputs and the loss. {parts}.",
    "unit": "{unit}: {value}",
    "edge": "{weight} joins {start} to {end}",
    "partial": "{weight}, with the partial {partial:.6f}",
    "path": "lit is the path {path}",
    "sigmoid": "The sigmoid, an S that climbs from 0 to 1, with a tangent at each of these points: {points}.",
    "point": "net input {t:.6f}, output {out:.6f}, slope {slope:.6f}",
    "net input": "net input",
    "output": "output",
    "slope": "slope {:.6f}",
    "along": "The loss along {name}, from {low:g} to {high:g}. "
    "At {at:g} it is {lost:.6f}, and the tangent there has the slope {slope:.6f}.",
    "run": "{what} over the passes, the axis of the passes logarithmic. {points}.",
    "at": "Pass {n}: {values}",
    "pass": "pass",
    "errors": "How far a measured slope is from the derived one, over the size of the step, "
    "both axes logarithmic. {points}.",
    "error": "{name}: {first:.1e} at step {step:.0e}, least at step {best:.0e}: {least:.1e}",
    "step": "step",
    "how far": "error",
}

# Matplotlib wants colours, the page has names for them: each of these colours stands for a name, which
# docs/_static/book.css sets for light and for dark. Where there is no such page the colour itself holds.
INK, QUIET, PAPER, ONE, TWO = "#1b1b1a", "#8a8a89", "#fffffe", "#0b5cad", "#b3450f"
NAMES = {INK: "ink", QUIET: "quiet", PAPER: "paper", ONE: "one", TWO: "two"}
LINES: tuple[dict[str, Any], ...] = (
    {"color": ONE, "lw": 2.2, "ls": "-"},
    {"color": TWO, "lw": 2.2, "ls": (0, (4, 2))},
)

# Where each unit stands, and the two that each edge joins. The article names values, not units.
PLACES = {
    "x1": (26, 232),
    "x2": (26, 58),
    "h1": (158, 232),
    "h2": (158, 58),
    "o1": (296, 232),
    "o2": (296, 58),
    "lost": (390, 145),
}
EDGES = {
    "w1": ("x1", "h1"),
    "w2": ("x2", "h1"),
    "w3": ("x1", "h2"),
    "w4": ("x2", "h2"),
    "w5": ("h1", "o1"),
    "w6": ("h2", "o1"),
    "w7": ("h1", "o2"),
    "w8": ("h2", "o2"),
    "lost1": ("o1", "lost"),
    "lost2": ("o2", "lost"),
}


class Picture(NamedTuple):
    """A drawing as SVG, and what it shows in words and numbers, for readers who do not see it."""

    svg: str
    alt: str

    def _repr_html_(self) -> str:
        return f'<div class="picture" role="img" aria-label="{escape(self.alt)}">{self.svg}</div>'


def network(
    f: Forward | None = None, d: Partials | None = None, paths: Sequence[Sequence[str]] = ()
) -> Picture:
    """Draw the network with its names, or with the values f by the units and the partials d by the edges.

    Up to two paths, each a sequence of edges, are lit: the first one solid, the second one dashed.

    >>> "w5 = 1 joins h1 to o1, with the partial 0.029091" in network(forward(), partials(forward())).alt
    True
    """
    fig, ax = canvas(416, 290)
    ax.set_position((0, 0, 1, 1))
    ax.set(xlim=(0, 416), ylim=(0, 290))
    ax.axis("off")
    said = []
    for unit, place in PLACES.items():
        ax.add_patch(Circle(place, 19, fc=PAPER, ec=INK, lw=1.4, zorder=3))
        ax.text(*place, unit, ha="center", va="center", fontsize=12, color=INK, zorder=4)
        above = place[1] > PLACES["lost"][1]
        for line, text in enumerate(labels(unit, f)):
            away = 32 + 14 * line
            ax.text(
                place[0], place[1] + (away if above else -away), text, ha="center", va="center", color=INK
            )
            said.append(WORDS["unit"].format(unit=unit, value=text))
    for name, (start, end) in EDGES.items():
        style: dict[str, Any] = {"color": QUIET if paths else INK, "lw": 1.0, "ls": "-"}
        for path, lit in reversed(list(zip(paths, LINES, strict=False))):
            style = lit if name in path else style
        (x0, y0), (x1, y1) = PLACES[start], PLACES[end]
        ax.plot([x0, x1], [y0, y1], zorder=1, **style)
        if name in Weights._fields:
            weight = name if f is None else f"{name} = {getattr(f, name):.6g}"
            text, words = weight, WORDS["edge"].format(weight=weight, start=start, end=end)
            if d is not None:
                value = getattr(d, f"diff_{name}")
                text, words = f"{text}\n∂ {value:.6f}", WORDS["partial"].format(weight=words, partial=value)
            said.append(words)
            share = 0.5 if y0 == y1 else 0.3  # of the way; beside the crossing, not on it
            box = {"fc": PAPER, "ec": "none", "pad": 1.5}
            where = (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
            color = INK if style["color"] == QUIET else style["color"]
            ax.text(*where, text, ha="center", va="center", linespacing=1.3, color=color, bbox=box, zorder=2)
    said += [WORDS["path"].format(path=", ".join(path)) for path in paths]
    return picture(fig, WORDS["network"].format(parts="; ".join(dict.fromkeys(said))))


def labels(unit: str, f: Forward | None) -> list[str]:
    """Return what is written beside a unit: the names of its values or, given f, the values.

    >>> labels("o1", None), labels("o1", forward())
    (['o_in_1 → o_out_1', 'target y1'], ['1.454216 → 0.810646', 'target 0.55'])
    """
    kind, place = unit[0], unit[1:]
    if kind in "ho":
        net, out = f"{kind}_in_{place}", f"{kind}_out_{place}"
        text = f"{net} → {out}" if f is None else f"{getattr(f, net):.6f} → {getattr(f, out):.6f}"
        target = f"y{place}" if f is None else f"{getattr(f, f'y{place}'):g}"
        return [text] if kind == "h" else [text, WORDS["target"].format(target)]
    if f is None:
        return []
    return [f"{f.lost:.6f}" if unit == "lost" else f"{getattr(f, unit):g}"]


def slopes(points: Iterable[float]) -> Picture:
    """Draw the sigmoid, with a tangent at each of the net inputs in points.

    >>> slopes([0.98]).alt[-52:]
    'net input 0.980000, output 0.727108, slope 0.198422.'
    """
    points = list(points)
    if len(points) > len(LINES):
        raise ValueError(f"points: expected up to {len(LINES)} net inputs, got {len(points)}")
    fig, ax = canvas(416, 260)
    t = np.linspace(-6, 6, 121)
    ax.plot(t, [sigmoid(value) for value in t], color=INK, lw=1.8)
    said = []
    for value, style, side in zip(points, LINES, ((0.35, -0.12), (0.6, -0.03)), strict=False):
        out = sigmoid(value)
        slope = out * (1 - out)
        tangent(ax, value, out, slope, 1.6, style)
        ax.text(value + side[0], out + side[1], WORDS["slope"].format(slope), color=style["color"])
        said.append(WORDS["point"].format(t=value, out=out, slope=slope))
    ax.set(xlabel=WORDS["net input"], ylabel=WORDS["output"], xticks=range(-6, 7, 2), yticks=[0, 0.5, 1])
    return picture(fig, WORDS["sigmoid"].format(points="; ".join(said)))


def tangent(ax: Axes, x: float, y: float, slope: float, reach: float, style: dict[str, Any]) -> None:
    """Draw a point of a curve, and the line of that slope through it, so far to either side."""
    ax.plot([x - reach, x + reach], [y - slope * reach, y + slope * reach], **style)
    ax.plot(x, y, "o", color=style["color"], ms=5)


def along(name: str, w: Weights, low: float = -2, high: float = 4) -> Picture:
    """Draw the loss while the weight called name runs from low to high, with the tangent at its value in w.

    >>> along("w5", Weights()).alt
    'The loss along w5, from -2 to 4. At 1 it is 0.051896, and the tangent there has the slope 0.029091.'
    """
    if name not in Weights._fields:
        raise ValueError(f"name: expected one of {', '.join(Weights._fields)}, got {name!r}")
    fig, ax = canvas(416, 260)
    at, f = getattr(w, name), forward(w=w)
    slope = getattr(partials(f), f"diff_{name}")
    line = np.linspace(low, high, 121)
    ax.plot(line, [forward(w=w._replace(**{name: float(v)})).lost for v in line], color=INK, lw=1.8)
    tangent(ax, at, f.lost, slope, 1.2, LINES[0])
    ax.annotate(
        WORDS["slope"].format(slope),
        (at, f.lost),
        (8, -14),
        textcoords="offset points",
        color=ONE,
        va="center",
    )
    ax.set(xlabel=name, ylabel="lost")
    words = WORDS["along"].format(name=name, low=low, high=high, at=at, lost=f.lost, slope=slope)
    return picture(fig, words)


def curves(what: str, runs: Mapping[str, Sequence[float]], at: Iterable[int], log: bool = False) -> Picture:
    """Draw up to two runs over the passes, a value a pass, under their names; a point at each pass in at.

    >>> curves("lost", {"right": [0.5, 0.25]}, at=[1, 2]).alt[-47:]
    'Pass 1: right 0.500000; Pass 2: right 0.250000.'
    """
    at = list(at)
    if not runs or not all(isinstance(n, int) and 1 <= n <= len(run) for n in at for run in runs.values()):
        raise ValueError(f"at: expected passes of every run, got {at}")
    points = [
        WORDS["at"].format(n=n, values=", ".join(f"{name} {run[n - 1]:.6f}" for name, run in runs.items()))
        for n in at
    ]
    words = WORDS["run"].format(what=what, points="; ".join(points))
    longest = max(map(len, runs.values()))
    marks = {name: [n - 1 for n in at] for name in runs}
    return lines(WORDS["pass"], range(1, longest + 1), what, runs, marks, words, log)


def errors(steps: Sequence[float], runs: Mapping[str, Sequence[float]]) -> Picture:
    """Draw the errors of up to two methods over the size of the step, with a point at the least of each.

    An error of 0 has no place on a logarithmic axis; it is drawn at the smallest of the others.

    >>> errors([0.1, 0.01], {"central": [0.5, 0.0]}).alt[-61:]
    'central: 5.0e-01 at step 1e-01, least at step 1e-02: 0.0e+00.'
    """
    if not all(len(run) == len(steps) and min(run) >= 0 and max(run) > 0 for run in runs.values()):
        raise ValueError("runs: expected an error for every step, from 0 on and not all of them 0")
    least = min(value for run in runs.values() for value in run if value > 0)
    best = {name: min(range(len(run)), key=run.__getitem__) for name, run in runs.items()}
    points = [
        WORDS["error"].format(
            name=name, first=run[0], step=steps[0], least=run[best[name]], best=steps[best[name]]
        )
        for name, run in runs.items()
    ]
    shown = {name: [max(value, least) for value in run] for name, run in runs.items()}
    words = WORDS["errors"].format(points="; ".join(points))
    marks = {name: [place] for name, place in best.items()}
    return lines(WORDS["step"], steps, WORDS["how far"], shown, marks, words, True)


def lines(
    across: str,
    places: Sequence[float],
    what: str,
    runs: Mapping[str, Sequence[float]],
    at: Mapping[str, Sequence[int]],
    alt: str,
    log: bool,
) -> Picture:
    """Draw up to two runs over places on a logarithmic axis, with a point at the indices in at."""
    if len(runs) > len(LINES):
        raise ValueError(f"runs: expected up to {len(LINES)} runs, got {len(runs)}")
    fig, ax = canvas(416, 280)
    for (name, values), style in zip(runs.items(), LINES, strict=False):
        ax.plot(places[: len(values)], values, **style, label=name)
        ax.plot([places[n] for n in at[name]], [values[n] for n in at[name]], "o", color=style["color"], ms=4)
    ax.set(xlabel=across, ylabel=what, xscale="log", yscale="log" if log else "linear")
    ax.minorticks_off()
    ax.xaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.legend(frameon=False, handlelength=2.6, labelcolor=INK)
    return picture(fig, alt)


def canvas(width: int, height: int) -> tuple[Figure, Axes]:
    """Return an empty figure, width by height units, and its axes: two thin lines and no box."""
    with mpl.rc_context(
        {
            "axes.edgecolor": QUIET,
            "axes.facecolor": "none",
            "axes.labelcolor": INK,
            "figure.facecolor": "none",
            "xtick.color": INK,
            "ytick.color": INK,
        }
    ):
        fig = Figure(figsize=(width / 72, height / 72), layout="constrained")
        ax = fig.subplots()
    ax.spines[["top", "right"]].set_visible(False)
    return fig, ax


def picture(fig: Figure, alt: str) -> Picture:
    """Return the figure as a Picture: without a size, a date or a font of its own, in the page's colours.

    >>> fig, ax = canvas(100, 50)
    >>> picture(fig, "nothing").svg[:38]
    '<svg xmlns="http://www.w3.org/2000/svg'
    """
    text = StringIO()
    # Text stays text: small, searchable, in the page's type. The ids are made from the salt, and
    # two pictures on one page must not share them.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": alt}):
        fig.savefig(
            text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", text.getvalue(), flags=re.DOTALL)
    svg = re.sub(
        r'.*<svg [^>]*?viewBox="([^"]*)"[^>]*>',
        r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="\1" aria-hidden="true">',
        svg,
        flags=re.DOTALL,
    )
    # small, and without the names of Matplotlib's groups, which every picture of a page would repeat
    svg = re.sub(r">\s+<", "><", re.sub(r'<g id="[a-z]+(?:_\d+)+">|<g id="[a-z0-9_.]+">', "<g>", svg))
    svg = re.sub(r' (?:d|x|y|transform)="[^"]*"', lambda found: re.sub(r"(\.\d\d)\d+", r"\1", found[0]), svg)
    svg = svg.replace("xlink:href", "href")
    svg = re.sub(r"font: ([\d.]+px)[^;\"]*", r"font-size: \1", svg)
    svg = re.sub(r" font-family: [^;\"]*;?", "", svg)
    for color, name in NAMES.items():
        svg = svg.replace(color, f"var(--{name}, {color})")
    return Picture(svg, alt)
