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
from matplotlib.patches import Circle, Rectangle
from matplotlib.ticker import MaxNLocator

from bplit.byhand import Paper, Weights, sigmoid
from bplit.given import LIMIT, complete, shown
from bplit.line import Value
from bplit.listing import Listing
from workings.net.writer import Worked

# Every word that a picture shows or says; a translation of the book replaces these.
WORDS = {
    "target": "target {}",
    "network": "The network: two inputs, two hidden units, two outputs and the loss. {parts}.",
    "unit": "{unit}: {value}",
    "edge": "{weight} joins {start} to {end}",
    "partial": "{weight}, with the partial {partial:.6f}",
    "path": "lit is the path {path}",
    "wiring": "A network of {sizes} units, from the inputs to the outputs.",
    "names": "At its edges stand the names of the weights: {weights}.",
    "numbers": "By its units stand their values, at its edges the weights: {weights}. {name} is {value}.",
    "partials": "By its units stand their values, at its edges the weights, {weights}, and their partials. "
    "{name} is {value}.",
    "lit": "Lit is the path {path}.",
    "hidden unit": "h{unit}",
    "deep unit": "h{n}_{unit}",
    "output unit": "o{unit}",
    "sigmoid": "The sigmoid, an S that climbs from 0 to 1, with a tangent at each of these points: {points}.",
    "point": "net input {t:.6f}, output {out:.6f}, slope {slope:.6f}",
    "net input": "net input",
    "output": "output",
    "slope": "slope {:.6f}",
    "along": "{of} along {name}, from {low:g} to {high:g}. "
    "At {at:g} it is {value:.6f}, and the tangent there has the slope {slope:.6f}.",
    "heat": "A map of {of}. At the point, {at}, it is {value:.6f}; on the map it is least, "
    "{least[1]:.6f}, at {least[0]}, and largest, {most[1]:.6f}, at {most[0]}.",
    "trail": " A line leads from {start} to {end}.",
    "spread": "How many of {count} runs end at which {what}, its axis logarithmic. "
    "They end from {low:.6g} to {high:.6g}, half of them up to {middle:.6g}.{marks}",
    "mark": " Marked is {name} at {value:.6g}.",
    "runs": "runs",
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


def network(f: Paper | None = None, d: Paper | None = None, paths: Sequence[Sequence[str]] = ()) -> Picture:
    """Draw the network with its names, or with the values f by the units and the partials d by the edges.

    Up to two paths, each a sequence of edges, are lit: the first one solid, the second one dashed.

    >>> from bplit import forward, partials
    >>> "w5 = 1 joins h1 to o1, with the partial 0.029091" in network(forward(), partials(forward())).alt
    True
    """
    fig, ax = plane(416, 290)
    said = []
    for unit, place in PLACES.items():
        disc(ax, place, 19, unit)
        above = place[1] > PLACES["lost"][1]
        for line, text in enumerate(labels(unit, f)):
            away = 32 + 14 * line
            ax.text(
                place[0], place[1] + (away if above else -away), text, ha="center", va="center", color=INK
            )
            said.append(WORDS["unit"].format(unit=unit, value=text))
    for name, (start, end) in EDGES.items():
        style = lit(paths, {name})
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


def labels(unit: str, f: Paper | None) -> list[str]:
    """Return what is written beside a unit: the names of its values or, given f, the values.

    >>> from bplit import forward
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


def lit(paths: Sequence[Sequence[str]], *ways: set[str]) -> dict[str, Any]:
    """Return the style of an edge: that of the first path that has all the names of one of its ways.

    >>> lit([["w1", "w5"]], {"w5"})["lw"], lit([["w1", "w5"]], {"w6"})["lw"]
    (2.2, 1.0)
    """
    if len(paths) > len(LINES):
        raise ValueError(f"paths: expected up to {len(LINES)}, got {len(paths)}")
    for path, style in zip(paths, LINES, strict=False):
        if any(way <= set(path) for way in ways):
            return style
    return {"color": QUIET if paths else INK, "lw": 1.0, "ls": "-"}


class Unit(NamedTuple):
    """A unit of a picture: its name, that of its output, the lines above it and the labels left of it.

    To a label leads an edge from the unit of the same number in the column before; those of biases come
    last and have none. A path takes a label if it has all the names of one of the sets beside it.
    """

    name: str
    out: str
    above: list[str]
    labels: list[tuple[str, list[set[str]]]]


def wiring(
    worked: Worked,
    values: Mapping[str, Value] | None = None,
    partials: bool = False,
    paths: Sequence[Sequence[str]] = (),
) -> Picture:
    """Draw any network of up to 6 layers of up to 8 units: its names, or the values its listing returned.

    With partials they stand by their weights and biases.
    Left of a unit stand its weights, in the order of the units they come from, each where its edge ends,
    and after a + its bias. Above it stand its net input and output. Up to two paths are lit, each as
    `Listing.paths` gives it or a sequence of weights: the first one solid, the second one dashed. Of several
    examples the units' values are those of the first.

    >>> from workings.net import Layer, Network
    >>> article = Network([Layer([[1, 1], [1, 1]]), Layer([[1, 1], [1, 1]])]).worked([0.1, 0.88], [0.55, 1])
    >>> wiring(article, article.listing.run(article.given), partials=True).svg.count(">∂ 0.029091<")
    2
    """
    known = (*worked.listing.inputs, *worked.listing.names)
    sizes = [len(worked.x), *(len(layer.outs) for layer in worked.layers)]
    if len(sizes) > 7 or max(sizes) > 8:
        got = "-".join(map(str, sizes))
        raise ValueError(f"worked: expected a network of up to 6 layers of up to 8 units, got {got}")
    for name in (name for path in paths for name in path):
        if name not in known:
            raise ValueError(f"paths: expected names of the listing, got {shown(name)}")
    if values is not None:
        complete("values", known, values)
    elif partials:
        raise ValueError("partials: expected values to go with them, got None")
    if any(map(np.ndim, (values or {}).values())):
        raise ValueError("values: expected the numbers of one network, got arrays of many")
    # in a small network a partial stands below its weight: so it is narrow enough for a phone
    below = max(sizes) <= 3
    columns = units(worked, values or {}, "" if not partials else "\n∂ " if below else "\N{EM SPACE}∂ ")
    radius, line, pitch = 17, 12, 26 if below and partials else 14
    head = line * max(len(unit.above) for column in columns for unit in column)
    height = max(
        len(column) * (max(2 * radius, pitch * len(column[0].labels)) + head + 1.5 * line)
        for column in columns
    )
    gap = min(max(36.0, 0.12 * height), 130.0)
    spans = [wide(label for unit in column for label, _ in unit.labels) for column in columns]
    widths = [
        max(span + line * (span > 0) + 2 * radius, wide(text for unit in column for text in unit.above))
        for column, span in zip(columns, spans, strict=True)
    ]
    fig, ax = plane(sum(widths) + gap * len(sizes) + line, height)
    left = line / 2
    ends: list[tuple[float, float]] = []
    for column, span, width in zip(columns, spans, widths, strict=True):
        last = column is columns[-1]
        x = left + (radius if last else width - radius)
        starts, ends = ends, []
        for k, unit in enumerate(column):
            y = height * (1 - (k + 0.5) / len(column)) - head / 2
            disc(ax, (x, y), radius, unit.name)
            ends.append((x + radius, y))
            tall = pitch * len(unit.labels) if span else 2 * radius
            if span:
                box = Rectangle((left, y - tall / 2), width - 2 * radius, tall, fc="none", ec=QUIET, lw=0.8)
                ax.add_patch(box)
            for n, text in enumerate(reversed(unit.above)):
                level = y + max(radius, tall / 2) + line * (n + 0.6)
                # away from the edges, which come to the loss and leave all the others
                where = (x - radius, "left") if last else (x + radius, "right")
                ax.text(where[0], level, text, ha=where[1], va="center", color=INK)
            for n, (label, ways) in enumerate(unit.labels):
                style = lit(paths if below else paths or [[]], *ways)  # many edges are quiet ones
                end = (left, y + tall / 2 - pitch * (n + 0.5)) if span else (x - radius, y)
                if n < len(starts):
                    ax.plot(*zip(starts[n], end, strict=True), zorder=1, **style)
                color = INK if style["color"] == QUIET else style["color"]
                ax.text(left + 5, end[1], label, va="center", linespacing=1.2, color=color)
        left += width + gap
    names = [name for layer in worked.layers for row in layer.weights for name in row]
    weights = ", ".join(names) if len(names) <= 9 else f"{names[0]} … {names[-1]}"
    loss = "".join(columns[-1][0].above)
    said = [
        WORDS["wiring"].format(sizes="-".join(map(str, sizes))),
        WORDS["partials" if partials else "numbers" if values else "names"].format(
            weights=weights, name=worked.loss, value=loss
        ),
        *(WORDS["lit"].format(path=", ".join(path)) for path in paths),
    ]
    return picture(fig, " ".join(said))


def units(worked: Worked, values: Mapping[str, float], apart: str) -> list[list[Unit]]:
    """Return the units of a network's picture in columns: the inputs, the layers, the loss.

    Without values there are only names. If apart is not empty, it stands between a weight and its partial.

    >>> from workings.net import Layer, Network
    >>> unit = units(Network([Layer([[2.0]], [1])]).worked([3], [0]), {}, "")[1][0]
    >>> unit.name, unit.above, [label for label, _ in unit.labels]
    ('o1', ['y1', 'o_in_1 → o_out_1'], ['w1', '+ b1'])
    """
    by = {name: line for line, name in worked.means.items()} if apart else {}

    def given(name: str) -> str:
        text = f"{name} = {values[name]:.6g}" if values else name
        return f"{text}{apart}{values[by[name]]:.6f}" if name in by else text

    def calculated(name: str) -> str:
        return f"{values[name]:.6f}" if values else name

    columns = [[Unit(x, x, [f"{values[x]:.6g}"] if values else [], []) for x in worked.x]]
    for n, layer in enumerate(worked.layers, 1):
        last = n == len(worked.layers)
        kind = "output unit" if last else "hidden unit" if len(worked.layers) == 2 else "deep unit"
        column = []
        for k, (row, net, out) in enumerate(zip(layer.weights, layer.nets, layer.outs, strict=True)):
            above = [given(y) for y in worked.y[k : k + 1] if last] + [
                f"{calculated(net)} → {calculated(out)}"
            ]
            labels = [
                (given(name), [{name}, {unit.out, net}]) for name, unit in zip(row, columns[-1], strict=True)
            ]
            if layer.biases:
                labels.append((f"+ {given(layer.biases[k])}", [{layer.biases[k], net}]))
            column.append(Unit(WORDS[kind].format(n=n, unit=k + 1), out, above, labels))
        columns.append(column)
    errors = []
    for k, unit in enumerate(columns[-1]):
        uses = {unit.out, *worked.y[k : k + 1]}
        error = next(line.name for line in worked.listing.lines if uses <= set(line.uses))
        errors.append(("", [{error}, {unit.out, worked.loss}]))
    above = [calculated(worked.loss)] if values else []
    return [*columns, [Unit(worked.loss, worked.loss, above, errors)]]


def wide(texts: Iterable[str]) -> float:
    """Return about how wide the widest line of some texts is, with room for an unusually wide type.

    >>> wide(["w1 = 1", "w2 = 0.5"]) > wide(["w1 = 1"]) > wide([]) == 0
    True
    """
    return max((6.2 * len(line) for text in texts for line in text.split("\n")), default=0.0)


def plane(width: float, height: float) -> tuple[Figure, Axes]:
    """Return an empty figure whose axes, which are not drawn, are its own units."""
    fig, ax = canvas(width, height)
    ax.set_position((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    return fig, ax


def disc(ax: Axes, place: tuple[float, float], radius: float, name: str) -> None:
    """Draw a unit: a circle with its name in it, in smaller type if it is long."""
    ax.add_patch(Circle(place, radius, fc=PAPER, ec=INK, lw=1.4, zorder=3))
    size = min(12, 2.9 * radius / len(name))
    ax.text(*place, name, ha="center", va="center", fontsize=size, color=INK, zorder=4)


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


def along(
    listing: Listing, given: Mapping[str, float], of: str, over: Mapping[str, tuple[float, float]]
) -> Picture:
    """Draw a name of a listing while one input runs from low to high, with the tangent where it is given.

    >>> from bplit.article import PASS, given
    >>> along(PASS, given(), "lost", {"w5": (-2, 4)}).alt
    'lost along w5, from -2 to 4. At 1 it is 0.051896, and the tangent there has the slope 0.029091.'
    """
    values, (line,), curve = ranged(listing, given, of, over, (121,))
    ((name, (low, high)),) = over.items()
    at, value, slope = values[name], values[of], listing.sweep(values, of).partials[name]
    fig, ax = canvas(416, 260)
    ax.plot(line, curve, color=INK, lw=1.8)
    tangent(ax, at, value, slope, 0.2 * (high - low), LINES[0])
    # on the side with more room, and below a rising tangent there or above a falling one
    side = 1 if at < low + 0.6 * (high - low) else -1
    ax.annotate(
        WORDS["slope"].format(slope),
        (at, value),
        (8 * side, 14 * side * (1 if slope < 0 else -1)),
        textcoords="offset points",
        color=ONE,
        ha="left" if side > 0 else "right",
        va="center",
    )
    ax.set(xlabel=name, ylabel=of)
    words = WORDS["along"].format(of=of, name=name, low=low, high=high, at=at, value=value, slope=slope)
    return picture(fig, words)


def heat(
    listing: Listing,
    given: Mapping[str, float],
    of: str,
    over: Mapping[str, tuple[float, float]],
    trail: Sequence[tuple[float, float]] = (),
    log: bool = False,
) -> Picture:
    """Draw a name of a listing over two inputs, each from low to high, as a map: the more colour, the larger.

    A point stands where the inputs are given, and a line leads along the trail, as the passes of a run. The
    contours are as far apart as numbers are, or with log as their logarithms.

    >>> from bplit.article import PASS, given
    >>> heat(PASS, given(), "lost", {"w5": (-4, 4), "w7": (-4, 4)}).alt[61:100]
    'on the map it is least, 0.000424, at w5'
    """
    values, (across, up), table = ranged(listing, given, of, over, (41, 41))
    if not all(len(place) == 2 and np.all(np.isfinite(place)) for place in trail):
        raise ValueError(f"trail: expected pairs of finite numbers, got {shown(trail)}")
    one, two = over
    fig, ax = canvas(416, 340)
    low, high = table.min(), table.max()
    if log and not low > 0:
        raise ValueError(f"log: expected {of} to be above 0 on the whole map, got {low:g}")
    levels = np.array(MaxNLocator(10).tick_values(*np.log10([low, high]) if log else (low, high)))
    levels = 10**levels if log else levels
    for level in levels[1:-1]:  # one upon the other: no seams, and half the outlines
        ax.contourf(across, up, table, [level, levels[-1]], colors=[ONE], alpha=0.07)
    ax.clabel(ax.contour(across, up, table, levels, colors=INK, linewidths=0.6), levels[::2], fmt="%.3g")
    for x, y in [zip(*trail, strict=True)] if trail else []:
        ax.plot(x, y, color=TWO, lw=2.2)
    ax.plot(values[one], values[two], "o", color=TWO, mec=PAPER, ms=8)
    ax.set(xlabel=one, ylabel=two, xlim=over[one], ylim=over[two])

    def place(x: float, y: float) -> str:
        return f"{one} = {x:.6g}, {two} = {y:.6g}"

    found = [np.unravel_index(find(table), table.shape) for find in (np.argmin, np.argmax)]
    least, most = ((place(across[column], up[row]), table[row, column]) for row, column in found)
    words = WORDS["heat"].format(
        of=of, at=place(values[one], values[two]), value=values[of], least=least, most=most
    )
    words += WORDS["trail"].format(start=place(*trail[0]), end=place(*trail[-1])) if trail else ""
    return picture(fig, words)


def ranged(
    listing: Listing,
    given: Mapping[str, float],
    of: str,
    over: Mapping[str, tuple[float, float]],
    counts: tuple[int, ...],
) -> tuple[dict[str, float], list[Value], Value]:
    """Return the values at given, the numbers that each input runs through, and the value of a name there.

    >>> listing = Listing.read("c = a * b")
    >>> ranged(listing, {"a": 1, "b": 3}, "c", {"a": (0, 2)}, (3,))[2].tolist()
    [0.0, 3.0, 6.0]
    """
    values = listing.run(given)
    if any(map(np.ndim, values.values())):
        raise ValueError("given: expected one number for each input, got arrays")
    if of not in listing.names:
        raise ValueError(f"of: expected a name that a line assigns, got {shown(of)}")
    try:
        fine = len(over) == len(counts) and all(
            name in listing.inputs and -LIMIT <= low <= values[name] <= high <= LIMIT and low < high
            for name, (low, high) in over.items()
        )
    except (AttributeError, TypeError, ValueError):  # no pairs of numbers by name
        fine = False
    if not fine:
        raise ValueError(
            f"over: expected {len(counts)} of the inputs, each with a number up to the given one and one "
            f"from it on, got {shown(over)}"
        )
    axes = [np.linspace(*ends, count) for ends, count in zip(over.values(), counts, strict=True)]
    grid = np.meshgrid(*axes)
    table = listing.run({**given, **dict(zip(over, grid, strict=True))})[of]
    return values, axes, np.broadcast_to(table, grid[0].shape)


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
    return lines(WORDS["pass"], range(1, longest + 1), what, runs, marks, words, log, {})


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
    drawn = {name: [max(value, least) for value in run] for name, run in runs.items()}
    words = WORDS["errors"].format(points="; ".join(points))
    marks = {name: [place] for name, place in best.items()}
    return lines(WORDS["step"], steps, WORDS["how far"], drawn, marks, words, True, {})


def spread(what: str, ends: Sequence[float], marks: Mapping[str, float]) -> Picture:
    """Draw how many runs end at which value, on a logarithmic axis, with a line at each of the marks.

    >>> spread("lost", [0.1, 0.2, 0.4], {"all ones": 0.3}).alt[-62:]
    '0.1 to 0.4, half of them up to 0.2. Marked is all ones at 0.3.'
    """
    runs, every = np.asarray(ends, float), np.array([*ends, *marks.values()], float)
    if not len(runs) or not np.all((every > 0) & (every < np.inf)):
        raise ValueError(f"ends: expected finite numbers above 0, as the marks are, got {shown(ends)}")
    edges = np.geomspace(every.min() / 1.1, every.max() * 1.1, 61)
    steps = np.repeat(np.histogram(runs, edges)[0], 2).tolist()
    words = WORDS["spread"].format(
        what=what,
        count=len(runs),
        low=runs.min(),
        high=runs.max(),
        middle=np.quantile(runs, 0.5, method="lower"),
        marks="".join(WORDS["mark"].format(name=name, value=value) for name, value in marks.items()),
    )
    places = np.repeat(edges, 2)[1:-1].tolist()
    return lines(
        what, places, WORDS["runs"], {WORDS["runs"]: steps}, {WORDS["runs"]: ()}, words, False, marks
    )


def lines(
    across: str,
    places: Sequence[float],
    what: str,
    runs: Mapping[str, Sequence[float]],
    at: Mapping[str, Sequence[int]],
    alt: str,
    log: bool,
    marks: Mapping[str, float],
) -> Picture:
    """Draw up to two runs over places on a logarithmic axis: points at the indices in at, lines at marks."""
    if len(runs) > len(LINES):
        raise ValueError(f"runs: expected up to {len(LINES)} runs, got {len(runs)}")
    fig, ax = canvas(416, 280)
    for (name, values), style in zip(runs.items(), LINES, strict=False):
        ax.plot(places[: len(values)], values, **style, label=name)
        ax.plot([places[n] for n in at[name]], [values[n] for n in at[name]], "o", color=style["color"], ms=4)
    for n, (name, value) in enumerate(marks.items()):
        ax.axvline(value, color=INK, lw=1, ls=":")
        where = ax.get_xaxis_transform()
        ax.text(value, 1.02 + 0.06 * n, name, color=INK, ha="center", transform=where)
    ax.set(xlabel=across, ylabel=what, xscale="log", yscale="log" if log else "linear")
    ax.minorticks_off()
    ax.xaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_major_formatter("{x:g}")
    if len(runs) > 1:
        ax.legend(frameon=False, handlelength=2.6, labelcolor=INK)
    return picture(fig, alt)


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
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
    salt = " ".join([alt, *(part.get_text() for part in fig.axes[0].texts)])
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt}):
        fig.savefig(
            text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", text.getvalue(), flags=re.DOTALL)
    svg = re.sub(
        r'\A.*<svg [^>]*?viewBox="(0 0 ([\d.]+) [^"]*)"[^>]*>',
        r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="\1" style="--width: \2" aria-hidden="true">',
        svg,
        flags=re.DOTALL,
    )
    # small, and without the names of Matplotlib's groups, which every picture of a page would repeat
    svg = re.sub(r">\s+<", "><", re.sub(r'<g id="[a-z]+(?:_\d+)+">|<g id="[a-z0-9_.]+">', "<g>", svg))
    svg = re.sub(r' (?:d|x|y|transform)="[^"]*"', lambda found: re.sub(r"(\.\d\d)\d+", r"\1", found[0]), svg)
    svg = re.sub(r'(?<= d=")[^"CQ]*', lambda found: found[0].replace("\nL", ""), svg)  # as it is after an M
    svg = svg.replace("xlink:href", "href")
    svg = re.sub(r"font: ([\d.]+px)[^;\"]*", r"font-size: \1", svg)
    svg = re.sub(r" font-family: [^;\"]*;?", "", svg)
    for color, name in NAMES.items():
        svg = svg.replace(color, f"var(--{name}, {color})")
    return Picture(svg, alt)
