"""Roles: what each name of a worked listing is, which names are alike, and what may be mixed up with what.

>>> from workings.net import TEMPLATE, parsed
>>> roles = Roles(parsed(TEMPLATE, "network.toml").worked())
>>> roles.role("delta_h1").what, roles.alike("w5"), roles.maps["updated"]["w5"]
('delta', ['w6', 'w7'], 'new_w5')
"""

import ast
from collections.abc import Iterator
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from bplit.line import names
from workings.net.writer import Worked


class Role(NamedTuple):
    """What a name is: of which kind, in which layer (from 1), where in it, of which example.

    Its place is that of its unit, from 0, and of a weight that of its column too.
    """

    what: str
    layer: int = 0
    place: tuple[int, ...] = (0,)
    example: str = ""

    @property
    def group(self) -> tuple[object, ...]:
        """What it has in common with the names that it may be taken for."""
        return ("bias",) if self.what == "bias" else (self.what, self.layer, self.example)


class Roles:
    """The names of a worked listing by what they are."""

    def __init__(self, worked: Worked) -> None:
        self.worked, self.layers = worked, worked.layers
        found = sorted({stage.example for stage in worked.stages} - {0})
        self.examples = [f"_e{example}" for example in found] or [""]
        self.partials: dict[str, str] = {}  # the partial by each weight and bias
        self.origin: dict[str, str] = {}  # of an updated weight the weight
        self.rate = ""
        # what stands for what: a net input for its output, a new weight for the old one, a column for a row
        self.maps: dict[str, dict[str, str]] = {"net": {}, "updated": {}, "turned": {}}
        self.known: dict[str, Role] = {}
        self.add("x", 0, worked.x)
        self.add("y", len(self.layers), worked.y)
        for n, layer in enumerate(self.layers, 1):
            rows = layer.weights
            for what, group in (("net", layer.nets), ("out", layer.outs), ("delta", layer.deltas)):
                self.add(what, n, group)
            for e in self.examples:
                pairs = zip(layer.outs, layer.nets, strict=True)
                self.maps["net"] |= {self.of(out, e): self.of(net, e) for out, net in pairs}
            square = len(rows) == len(rows[0])
            for i, row in enumerate(rows):
                self.known |= {weight: Role("weight", n, (i, j)) for j, weight in enumerate(row)}
                self.maps["turned"] |= {w: rows[j][i] for j, w in enumerate(row) if square and i != j}
            self.known |= {bias: Role("bias", n, (k,)) for k, bias in enumerate(layer.biases or ())}
        stages = {name: stage.kind for stage in worked.stages for name in stage.names}
        for line in worked.listing.lines:
            if line.name not in self.known:
                self.add_line(line.name, stages[line.name], [*names(line.expression)])

    def add(self, what: str, n: int, group: tuple[str, ...]) -> None:
        """Say what the units of a layer have, in every example."""
        for e in self.examples:
            self.known |= {self.of(name, e): Role(what, n, (k,), e) for k, name in enumerate(group)}

    def add_line(self, name: str, stage: str, used: list[str]) -> None:
        """Say what a line of a stage is that uses these names."""
        by = self.worked.means.get(name, "")
        of = self.role(self.origin.get(by, by))
        self.known[name] = Role({"update": "update", "loss": "loss"}.get(stage, "other"))
        if stage == "backward" and of.what in ("weight", "bias"):
            self.partials[by] = name
            example = next((e for e in self.examples if e and name.endswith(e)), "")
            self.known[name] = of._replace(what="partial", example=example)
        elif stage == "update":
            self.maps["updated"][used[0]] = name
            self.origin[name] = self.origin.get(used[0], used[0])
            self.rate = used[1]  # at last that of a weight: a velocity stands above it

    def role(self, name: str) -> Role:
        """Return what a name is."""
        return self.known.get(name, Role("other"))

    def what(self, name: str) -> str:
        """Return of which kind a name is: an updated weight is a weight."""
        return self.role(self.origin.get(name, name)).what

    def of(self, name: str, example: str) -> str:
        """Return the name that a name of the first example has in another one."""
        return name.removesuffix("_e1") + example if example else name

    @cached_property
    def groups(self) -> dict[tuple[object, ...], list[tuple[str, tuple[int, ...]]]]:
        """The names of each kind in a layer and an example, with their places; all biases are one group."""
        found: dict[tuple[object, ...], list[tuple[str, tuple[int, ...]]]] = {}
        for name, role in self.known.items():
            found.setdefault(role.group, []).append((name, role.place))
        return found

    def alike(self, name: str) -> list[str]:
        """Return the names that may be taken for a name; of weights those of its row and its column."""
        role = self.role(name)
        every = self.groups.get(role.group, []) if role.what not in ("other", "update", "loss") else []
        if role.what == "weight":
            every = [one for one in every if any(a == b for a, b in zip(role.place, one[1], strict=True))]
        return [other for other, _ in every if other != name]

    def part(self, node: ast.expr, line: str) -> str:
        """Return what a factor or a term is to the line in which it stands."""
        role, used = self.role(line), {*names(node)}
        if role.what == "delta":
            layer = self.layers[role.layer - 1]
            own = {self.of(group[role.place[0]], role.example) for group in (layer.outs, layer.nets)}
            return "slope" if used and used <= own else ""
        what = self.what(node.id) if isinstance(node, ast.Name) else ""
        if what == "bias" or (what and used == {self.rate}):
            return "bias" if what == "bias" else "rate"
        return "input" if role.what == "partial" and what in ("x", "out") else ""

    def together(self) -> Iterator[tuple[str, str]]:
        """Go through pairs of given numbers: of inputs, of targets, of a unit, of a column, of biases."""
        both, biases = (self.worked.x, self.worked.y), [layer.biases or () for layer in self.layers]
        groups = [[self.of(name, e) for name in group] for e in self.examples for group in both]
        for layer, some in zip(self.layers, biases, strict=True):
            groups += [[*row, *some[k : k + 1]] for k, row in enumerate(layer.weights)]
            groups += map(list, zip(*layer.weights, strict=True))
        for group in (*groups, dict.fromkeys(sum(biases, ()))):
            yield from combinations([name for name in group if name in self.worked.given], 2)
