"""Networks as discs and edges, upright: forward goes down. The article's, and any other."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bplit.byhand import Paper, X, Y
from bplit.calculus import slope_at
from bplit.given import complete, shown
from bplit.line import Value
from workings.draw.canvas import (
    BACKWARD,
    FORWARD,
    GROUND,
    INK,
    PHONE,
    QUIET,
    SAYS,
    SIZE,
    STYLES,
    Picture,
    blank,
    picture,
)
from workings.net import Layer, Network, Worked

Paths = Sequence[Sequence[str]]  # each of names in the order of a listing
Rows = Sequence[Sequence["Unit"]]
PARTIAL = "\n∂ "  # between a weight and its partial


class Unit(NamedTuple):
    """A unit of a picture: its name, that of its output, what stands beside it and the labels above it.

    To a label leads an edge from the unit of the same number in the row before; those of biases come
    last and have none. A path takes a label if it has all the names of one of the sets beside it.
    """

    name: str
    out: str
    beside: list[str]
    labels: list[tuple[str, list[set[str]]]]


def units(worked: Worked, values: Mapping[str, float], partials: bool = False) -> list[list[Unit]]:
    """Return the units of a network's picture in rows: the inputs, the layers, the loss.

    Without values there are only names. With partials, that of a weight or bias stands below it.

    >>> from workings.net import Layer, Network
    >>> unit = units(Network([Layer([[2.0]], [1])]).worked([3], [0]), {})[1][0]
    >>> unit.name, unit.beside, [label for label, _ in unit.labels]
    ('o1', ['o_in_1', '→ o_out_1'], ['w1', '+ b1'])
    """
    by = {name: line for line, name in worked.means.items()} if partials else {}

    def given(name: str) -> str:
        text = f"{name} = {values[name]:.6g}" if values else name
        return f"{text}{PARTIAL}{values[by[name]]:.6f}" if name in by else text

    def calculated(name: str) -> str:
        return f"{values[name]:.6f}" if values else name

    rows = [[Unit(x, x, [f"{values[x]:.6g}"] if values else [], []) for x in worked.x]]
    for n, layer in enumerate(worked.layers, 1):
        last = n == len(worked.layers)
        kind = "output unit" if last else "hidden unit" if len(worked.layers) == 2 else "deep unit"
        row = []
        for k, (weights, net, out) in enumerate(zip(layer.weights, layer.nets, layer.outs, strict=True)):
            labels = [
                (given(name), [{name}, {unit.out, net}]) for name, unit in zip(weights, rows[-1], strict=True)
            ]
            if layer.biases:
                labels.append((f"+ {given(layer.biases[k])}", [{layer.biases[k], net}]))
            beside = [calculated(net), f"→ {calculated(out)}"]
            row.append(Unit(SAYS[kind].format(n=n, unit=k + 1), out, beside, labels))
        rows.append(row)
    errors = []
    for k, unit in enumerate(rows[-1]):
        target = worked.y[k : k + 1]
        uses = {unit.out, *target}
        error = next(line.name for line in worked.listing.lines if uses <= set(line.uses))
        errors.append(("".join(map(given, target)), [{error}, {unit.out, worked.loss}]))
    beside = [calculated(worked.loss)] if values else []
    return [*rows, [Unit(worked.loss, worked.loss, beside, errors)]]


# The article's network, and the two units that each weight joins.
ARTICLE = Network((Layer([[1, 1], [1, 1]]), Layer([[1, 1], [1, 1]]))).worked(X, Y)
EDGES = {
    label: (start.name, unit.name)
    for before, row in pairwise(units(ARTICLE, {})[:-1])
    for unit in row
    for start, (label, _) in zip(before, unit.labels, strict=True)
}


def network(f: Paper | None = None, d: Paper | None = None, paths: Paths = ()) -> Picture:
    """Draw the article's network with its names, or with the values f by its units and the partials d.

    Up to two paths, each a sequence of edges, are lit: the first one solid, the second one dashed. Then the
    local factors along them stand in place of the partials.

    >>> from bplit import forward, partials
    >>> "w5 = 1 joins h1 to o1, with the partial 0.029091" in network(forward(), partials(forward())).alt
    True
    >>> network(forward(), paths=[("w5", "lost1")]).alt[-92:]
    'lit is the path w5, lost1, with the local factors 0.727108 × 0.153499 × 0.260646 × 1.000000.'
    """
    values = {**(vars(f) if f else {}), **(vars(d) if d else {})}
    rows = units(ARTICLE, values, bool(d) and not paths)
    walks = walked(ARTICLE, paths)
    said = [SAYS["unit"].format(unit=unit.name, value=" ".join(unit.beside)) for row in rows for unit in row]
    for before, row in pairwise(rows[:-1]):
        for unit in row:
            for start, (label, _) in zip(before, unit.labels, strict=True):
                weight, *partial = label.split(PARTIAL)
                words = SAYS["edge"].format(weight=weight, start=start.name, end=unit.name)
                said.append(SAYS["partial"].format(weight=words, partial=partial[0]) if partial else words)
    said += [label for label, _ in rows[-1][0].labels]
    for path, walk in zip(paths, walks, strict=True):
        words = SAYS["path"].format(path=", ".join(path))
        steps = " × ".join(f"{factor(ARTICLE, values, s):.6f}" for s in pairwise(walk) if values)
        said.append(SAYS["factors"].format(path=words, factors=steps) if steps else words)
    fig = drawn(factored(ARTICLE, rows, values, walks), walks)
    given = {name: float(values[name]) for name in ARTICLE.listing.inputs if name in values}
    return picture(fig, SAYS["network"].format(parts="; ".join(said)))._replace(given=given)


def wiring(
    worked: Worked, values: Mapping[str, Value] | None = None, partials: bool = False, paths: Paths = ()
) -> Picture:
    """Draw any network of up to 6 layers of up to 8 units: its names, or the values its listing returned.

    With partials they stand by their weights and biases.
    Above a unit stand its weights, in the order of the units they come from, each where its edge ends, and
    after a + its bias; beside it stand its net input and output. Up to two paths are lit, each as
    `Listing.paths` gives it or some names along it: the first one solid, the second one dashed. With values,
    the local factors along them stand in place of the partials. Of several examples the units' values are
    those of the first.

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
    partials = partials and not paths  # the local factors of a path stand in their place
    walks = walked(worked, paths)
    rows = units(worked, values or {}, partials)
    names = [name for layer in worked.layers for row in layer.weights for name in row]
    weights = ", ".join(names) if len(names) <= 9 else f"{names[0]} … {names[-1]}"
    how = SAYS["partials" if partials else "numbers" if values else "names"]
    said = [
        SAYS["wiring"].format(sizes="-".join(map(str, sizes))),
        how.format(weights=weights, name=worked.loss, value="".join(rows[-1][0].beside)),
        *(SAYS["lit"].format(path=", ".join(path)) for path in paths),
    ]
    return picture(drawn(factored(worked, rows, values or {}, walks), walks), " ".join(said))


def walked(worked: Worked, paths: Paths) -> list[tuple[str, ...]]:
    """Return for each path the first way through the listing to the loss that passes all of its names."""
    if len(paths) > len(STYLES):
        raise ValueError(f"paths: expected up to {len(STYLES)}, got {len(paths)}")
    labels = [label for row in units(worked, {}) for unit in row for label in unit.labels]
    passed = {text: ways[-1] for text, ways in labels}  # of a weight on the way: where its edge leads
    found = []
    for first, *others in paths:
        wanted = set[str]().union(*(passed.get(name, {name}) for name in others))
        ways = worked.listing.paths(first, worked.loss)
        walk = next((way for way in ways if wanted <= {*way}), None)
        if walk is None:
            got = ", ".join((first, *others))
            raise ValueError(f"paths: expected names along a path to {worked.loss}, got {got}")
        found.append(walk)
    return found


def along(walk: Sequence[str], way: set[str]) -> Sequence[str]:
    """Return the part of a walk that a label or a unit stands for; none if it does not pass there."""
    if not way <= {*walk}:
        return ()
    places = sorted(map(walk.index, way))
    return walk[places[0] : max(places[-1], places[0] + 1) + 1]


def factor(worked: Worked, values: Mapping[str, Any], part: Sequence[str]) -> float:
    """Return the product of the local partials along a part of a walk."""
    return float(prod(slope_at(worked.listing.line(end), name, values) for name, end in pairwise(part)))


def factored(worked: Worked, rows: Rows, values: Mapping[str, Any], walks: Paths) -> Rows:
    """Return the rows with the local factors of the walks, below their labels and beside their units."""
    nets = {out: net for layer in worked.layers for net, out in zip(layer.nets, layer.outs, strict=True)}

    def below(*ways: set[str]) -> list[str]:
        parts = [part for way in ways for walk in walks if (part := along(walk, way))] if values else []
        return [f"× {factor(worked, values, parts[0]):.6f}"] if parts else []

    def changed(unit: Unit) -> Unit:
        labels = [
            ("\n".join(filter(None, [text, *below(*reversed(ways))])), ways) for text, ways in unit.labels
        ]
        own = below({nets[unit.out], unit.out}) if unit.out in nets else []
        return unit._replace(beside=[*unit.beside, *own], labels=labels)

    return [[changed(unit) for unit in row] for row in rows]


LINE, RADIUS, AIR = 16.0, 17.0, 8.0  # a line of text, a disc, and what is free between two texts


class Spot(NamedTuple):
    """Where a unit stands: its disc, the ends of its edges, its labels and the box around them."""

    unit: Unit
    disc: tuple[float, float]
    ends: list[tuple[float, float]]
    labels: list[tuple[float, float]]
    box: tuple[float, float, float, float]  # left, top, width, height


def arranged(rows: Rows) -> tuple[float, float, list[list[Spot]]]:
    """Return the width and the height of a picture, and where its units stand, row below row.

    The weights of a unit stand side by side if all have room on a phone, and one below the other if not.
    """
    edges = [0, *map(len, rows)]
    slots = [max((wide(text) for unit in row for text, _ in unit.labels), default=0.0) for row in rows]
    own = [max(2 * RADIUS + AIR + wide("\n".join(unit.beside)) for unit in row) for row in rows]
    across = max(n * slot * len(row) for n, slot, row in zip(edges, slots, rows, strict=False)) <= PHONE
    spans = [slot * (n if across else 1) for n, slot in zip(edges, slots, strict=False)]
    width = max(len(row) * max(span, least) for row, span, least in zip(rows, spans, own, strict=True))
    places: list[list[Spot]] = []
    top = AIR
    for row, n, span in zip(rows, edges, spans, strict=False):
        bands = [high(row, slice(n))] * (min(n, 1) if across else n)
        bands += [bias] if (bias := high(row, slice(n, None))) else []
        levels = [top + AIR / 2 + sum(bands[:k]) + band / 2 for k, band in enumerate(bands)]
        box = sum(bands) + AIR if any(bands) else 0.0
        deep = 8 + max(2 * RADIUS, *(LINE * len(unit.beside) for unit in row))
        places.append([])
        for k, unit in enumerate(row):
            x = width * (k + 0.5) / len(row)
            round_at = x - wide("\n".join(unit.beside)) / 2
            ends = [(x + span * ((i + 0.5) / n - 0.5) if box else round_at, top) for i in range(n)]
            labels = [(ends[i][0], levels[0]) if across else (x, levels[i]) for i in range(n) if box]
            labels += [(x, levels[-1])] if bias else []
            disc = (round_at, top + box + deep / 2)
            places[-1].append(Spot(unit, disc, ends, labels, (x - span / 2 + 2, top, span - 4, box)))
        top += box + deep + max(44.0, 0.1 * width)
    return width, places[-1][0].disc[1] + RADIUS + AIR, places


def high(row: Sequence[Unit], part: slice) -> float:
    """Return how high the highest of some labels of a row is."""
    texts = (text for unit in row for text, _ in unit.labels[part] if text)
    return LINE * max((1 + text.count("\n") for text in texts), default=0)


def drawn(rows: Rows, walks: Paths) -> Figure:
    """Return the picture of rows of units, with the edges between them."""
    width, height, places = arranged(rows)
    fig, ax = plane(width, height)
    for before, row in pairwise([[], *places]):
        for place in row:
            connect(ax, before, place, walks)
    return fig


def connect(ax: Axes, before: Sequence[Spot], place: Spot, walks: Paths) -> None:
    """Draw a unit, what stands beside and above it, and the edges that lead to it."""
    unit, (x, y) = place.unit, place.disc
    disc(ax, (x, y), RADIUS, unit.name)
    write(ax, (x + RADIUS + 4, y), "\n".join(unit.beside), FORWARD, "left")
    left, top, width, height = place.box
    if height:
        ax.add_patch(Rectangle((left, top), width, height, fc=GROUND, ec=QUIET, lw=0.8))
    styles = [lit(walks, ways) for _, ways in unit.labels]
    for start, end, style in zip(before, place.ends, styles, strict=False):
        ax.plot(*zip((start.disc[0], start.disc[1] + RADIUS), end, strict=True), **style)
    for (text, _), where, style in zip(unit.labels, place.labels, styles, strict=False):
        write(ax, where, text, INK if style["color"] == QUIET else style["color"], "center")


def write(ax: Axes, place: tuple[float, float], text: str, color: str, ha: str) -> None:
    """Write lines of text around a height; what is carried back, a partial or a factor, has its own ink."""
    x, y = place
    lines = text.split("\n")
    for n, line in enumerate(lines):
        ink = BACKWARD if line[:1] in ("∂", "×") else color
        level = y + LINE * (n - (len(lines) - 1) / 2)
        ax.text(x, level, line, ha=ha, va="center", fontsize=SIZE, color=ink)


def wide(text: str) -> float:
    """Return about how wide the widest line of a text is, and the gap to the next text."""
    return 0.54 * SIZE * max(map(len, text.split("\n"))) + AIR if text else 0.0


def plane(width: float, height: float) -> tuple[Figure, Axes]:
    """Return an empty figure whose axes, which are not drawn, are its own units, from the top down."""
    fig, ax = blank(width, height)
    ax.set_position((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(height, 0))
    ax.axis("off")
    return fig, ax


def disc(ax: Axes, place: tuple[float, float], radius: float, name: str) -> None:
    """Draw a unit: a circle with its name in it, in smaller type if it is long."""
    ax.plot(*place, "o", ms=2 * radius, mfc=GROUND, mec=INK, mew=1.4, zorder=3)
    size = min(SIZE, 3.3 * radius / len(name))
    ax.text(*place, name, ha="center", va="center", fontsize=size, color=INK, zorder=4)


def lit(walks: Paths, ways: Iterable[set[str]]) -> dict[str, Any]:
    """Return the style of an edge: that of the first walk that has all the names of one of its ways."""
    for walk, style in zip(walks, STYLES, strict=False):
        if any(way <= {*walk} for way in ways):
            return style
    return {"color": QUIET, "lw": 1.0, "ls": "-"}
