"""Networks as discs and edges: the article's, and any other."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from bplit.byhand import Paper, X, Y
from bplit.given import complete, shown
from bplit.line import Value
from workings.draw.canvas import GROUND, INK, QUIET, SAYS, STYLES, Picture, blank, picture
from workings.net import Layer, Network, Worked

Paths = Sequence[Sequence[str]]  # each of names in the order of a listing


class Unit(NamedTuple):
    """A unit of a picture: its name, that of its output, the lines above it and the labels left of it.

    To a label leads an edge from the unit of the same number in the column before; those of biases come
    last and have none. A path takes a label if it has all the names of one of the sets beside it.
    """

    name: str
    out: str
    above: list[str]
    labels: list[tuple[str, list[set[str]]]]


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
            column.append(Unit(SAYS[kind].format(n=n, unit=k + 1), out, above, labels))
        columns.append(column)
    errors = []
    for k, unit in enumerate(columns[-1]):
        uses = {unit.out, *worked.y[k : k + 1]}
        error = next(line.name for line in worked.listing.lines if uses <= set(line.uses))
        errors.append(("", [{error}, {unit.out, worked.loss}]))
    above = [calculated(worked.loss)] if values else []
    return [*columns, [Unit(worked.loss, worked.loss, above, errors)]]


# The article's network: its units, where each of them stands, and the two that each weight joins.
ARTICLE = Network((Layer([[1, 1], [1, 1]]), Layer([[1, 1], [1, 1]]))).worked(X, Y)
ACROSS = {"x": 26, "h": 158, "o": 296}
PLACES = {f"{layer}{n}": (x, y) for layer, x in ACROSS.items() for n, y in ((1, 232), (2, 58))}
PLACES["lost"] = (390, 145)
EDGES = {
    label: (start.name, unit.name)
    for before, column in pairwise(units(ARTICLE, {}, ""))
    for unit in column
    for start, (label, _) in zip(before, unit.labels, strict=True)
    if label
}


def network(f: Paper | None = None, d: Paper | None = None, paths: Paths = ()) -> Picture:
    """Draw the article's network with its names, or with the values f by its units and the partials d.

    Up to two paths, each a sequence of edges, are lit: the first one solid, the second one dashed.

    >>> from bplit import forward, partials
    >>> "w5 = 1 joins h1 to o1, with the partial 0.029091" in network(forward(), partials(forward())).alt
    True
    """
    values = {**(vars(f) if f else {}), **(vars(d) if d else {})}
    columns = units(ARTICLE, values, "\n∂ " if d else "")
    fig, ax = plane(416, 290)
    said = []
    for unit in (unit for column in columns for unit in column):
        x, y = PLACES[unit.name]
        disc(ax, (x, y), 19, unit.name)
        for n, text in enumerate(reversed(unit.above)):
            shows = SAYS["target"].format(text.split(" = ")[-1]) if n else text
            away = (32 + 14 * n) * (1 if y > PLACES["lost"][1] else -1)
            ax.text(x, y + away, shows, ha="center", va="center", color=INK)
            said.append(SAYS["unit"].format(unit=unit.name, value=shows))
    for before, column in pairwise(columns):
        for unit, (n, start) in product(column, enumerate(before)):
            label, ways = unit.labels[n]
            (x0, y0), (x1, y1) = PLACES[start.name], PLACES[unit.name]
            style = lit(paths, *ways)
            ax.plot([x0, x1], [y0, y1], zorder=1, **style)
            if not label:
                continue
            weight, *partial = label.split("\n∂ ")
            words = SAYS["edge"].format(weight=weight, start=start.name, end=unit.name)
            said.append(SAYS["partial"].format(weight=words, partial=partial[0]) if partial else words)
            share = 0.5 if y0 == y1 else 0.3  # of the way; beside the crossing, not on it
            box = {"fc": GROUND, "ec": "none", "pad": 1.5}
            where = (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
            color = INK if style["color"] == QUIET else style["color"]
            ax.text(*where, label, ha="center", va="center", linespacing=1.3, color=color, bbox=box, zorder=2)
    said += [SAYS["path"].format(path=", ".join(path)) for path in paths]
    return picture(fig, SAYS["network"].format(parts="; ".join(dict.fromkeys(said))))


RADIUS, LINE = 17, 12  # of a disc, and from a line of text to the next, in the picture of any network


class Spot(NamedTuple):
    """Where a unit stands: its centre, and the left end and the height of its labels or its disc."""

    unit: Unit
    x: float
    y: float
    left: float
    tall: float


def wiring(
    worked: Worked, values: Mapping[str, Value] | None = None, partials: bool = False, paths: Paths = ()
) -> Picture:
    """Draw any network of up to 6 layers of up to 8 units: its names, or the values its listing returned.

    With partials they stand by their weights and biases.
    Left of a unit stand its weights, in the order of the units they come from, each where its edge ends,
    and after a + its bias. Above it stand its net input and output. Up to two paths are lit, each as
    `Listing.paths` gives it or a sequence of weights: the first one solid, the second one dashed. Of several
    examples the units' values are those of the first.

    >>> wiring(ARTICLE, ARTICLE.listing.run(ARTICLE.given), partials=True).svg.count(">∂ 0.029091<")
    2
    """
    sizes = [len(worked.x), *(len(layer.outs) for layer in worked.layers)]
    known = (*worked.listing.inputs, *worked.listing.names)
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
    pitch = 26 if below and partials else 14
    width, height, spots = arranged(columns, pitch)
    fig, ax = plane(width, height)
    for before, column in pairwise([[], *spots]):
        for spot in column:
            connect(ax, before, spot, pitch, paths if below else paths or [[]])  # many edges are quiet ones
    names = [name for layer in worked.layers for row in layer.weights for name in row]
    weights = ", ".join(names) if len(names) <= 9 else f"{names[0]} … {names[-1]}"
    how = SAYS["partials" if partials else "numbers" if values else "names"]
    said = [
        SAYS["wiring"].format(sizes="-".join(map(str, sizes))),
        how.format(weights=weights, name=worked.loss, value="".join(columns[-1][0].above)),
        *(SAYS["lit"].format(path=", ".join(path)) for path in paths),
    ]
    return picture(fig, " ".join(said))


def arranged(columns: Sequence[Sequence[Unit]], pitch: float) -> tuple[float, float, list[list[Spot]]]:
    """Return the width and the height of a picture, and where its units stand: column beside column.

    The pitch is that of the labels. The loss, in the last column, stands left of what is above it.
    """
    head = LINE * max(len(unit.above) for column in columns for unit in column)
    height = max(
        len(column) * (max(2 * RADIUS, pitch * len(column[0].labels)) + head + 1.5 * LINE)
        for column in columns
    )
    gap = min(max(36.0, 0.12 * height), 130.0)
    spots, left = [], LINE / 2
    for column in columns:
        span = wide(label for unit in column for label, _ in unit.labels)
        above = wide(text for unit in column for text in unit.above)
        width = max(span + LINE * (span > 0) + 2 * RADIUS, above)
        x = left + (RADIUS if column is columns[-1] else width - RADIUS)
        tall = pitch * len(column[0].labels) if span else 2 * RADIUS
        middles = (height * (1 - (k + 0.5) / len(column)) - head / 2 for k in range(len(column)))
        spots.append([Spot(unit, x, y, left, tall) for unit, y in zip(column, middles, strict=True)])
        left += width + gap
    return left - gap + LINE / 2, height, spots


def connect(ax: Axes, before: Sequence[Spot], spot: Spot, pitch: float, paths: Paths) -> None:
    """Draw a unit, what stands above and left of it, and the edges that lead to it."""
    unit, x, y, left, tall = spot
    disc(ax, (x, y), RADIUS, unit.name)
    boxed = any(label for label, _ in unit.labels)
    if boxed:
        ax.add_patch(Rectangle((left, y - tall / 2), x - RADIUS - left, tall, fc="none", ec=QUIET, lw=0.8))
    for n, text in enumerate(reversed(unit.above)):
        level = y + max(RADIUS, tall / 2) + LINE * (n + 0.6)
        # away from the edges, which come to the loss and leave all the others
        where = (x - RADIUS, "left") if not boxed and before else (x + RADIUS, "right")
        ax.text(where[0], level, text, ha=where[1], va="center", color=INK)
    for n, (label, ways) in enumerate(unit.labels):
        style = lit(paths, *ways)
        end = (left, y + tall / 2 - pitch * (n + 0.5)) if boxed else (x - RADIUS, y)
        if n < len(before):
            start = (before[n].x + RADIUS, before[n].y)
            ax.plot(*zip(start, end, strict=True), zorder=1, **style)
        color = INK if style["color"] == QUIET else style["color"]
        ax.text(left + 5, end[1], label, va="center", linespacing=1.2, color=color)


def wide(texts: Iterable[str]) -> float:
    """Return about how wide the widest line of some texts is, with room for an unusually wide type."""
    return max((6.2 * len(line) for text in texts for line in text.split("\n")), default=0.0)


def plane(width: float, height: float) -> tuple[Figure, Axes]:
    """Return an empty figure whose axes, which are not drawn, are its own units."""
    fig, ax = blank(width, height)
    ax.set_position((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    return fig, ax


def disc(ax: Axes, place: tuple[float, float], radius: float, name: str) -> None:
    """Draw a unit: a circle with its name in it, in smaller type if it is long."""
    ax.add_patch(Circle(place, radius, fc=GROUND, ec=INK, lw=1.4, zorder=3))
    size = min(12, 2.9 * radius / len(name))
    ax.text(*place, name, ha="center", va="center", fontsize=size, color=INK, zorder=4)


def lit(paths: Paths, *ways: set[str]) -> dict[str, Any]:
    """Return the style of an edge: that of the first path that has all the names of one of its ways."""
    if len(paths) > len(STYLES):
        raise ValueError(f"paths: expected up to {len(STYLES)}, got {len(paths)}")
    for path, style in zip(paths, STYLES, strict=False):
        if any(way <= set(path) for way in ways):
            return style
    return {"color": QUIET if paths else INK, "lw": 1.0, "ls": "-"}
