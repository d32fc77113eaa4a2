"""Roles: what each name of a worked listing is, which names are alike, and what may be mixed up with what.

>>> from workings.net import TEMPLATE, parsed
>>> roles = Roles(parsed(TEMPLATE, "network.toml").worked())
>>> roles.role("delta_h1").what, roles.alike("w5"), roles.maps["updated"]["w5"]
('delta', ['w6', 'w7'], 'new_w5')
"""

import ast
from itertools import chain as chained
from typing import NamedTuple

from bplit.line import names
from workings.net.writer import Worked

# What may stand for another of its kind: of the same layer, and of the same example.
ALIKE = ("x", "y", "net", "out", "delta", "weight", "partial")


class Role(NamedTuple):
    """What a name is: of which kind, in which layer (from 1), of which unit (from 0), of which example.

    A weight has a column too, from 0.
    """

    what: str
    layer: int = 0
    unit: int = 0
    example: str = ""
    column: int = 0


class Roles:
    """The names of a worked listing by what they are."""

    def __init__(self, worked: Worked) -> None:
        self.worked, self.layers = worked, worked.layers
        found = sorted({stage.example for stage in worked.stages} - {0})
        self.examples = [f"_e{example}" for example in found] or [""]
        self.units = len(self.layers[-1].outs)  # of the last layer
        self.partials: dict[str, str] = {}  # the partial by each weight and bias
        self.origin: dict[str, str] = {}  # of an updated weight the weight
        self.rate = ""
        # what stands for what: a net input for its output, a new weight for the old one, a column for a row
        self.maps: dict[str, dict[str, str]] = {"net": {}, "updated": {}, "turned": {}}
        self.known: dict[str, Role] = {}
        for e in self.examples:
            groups = (("x", 0, worked.x), ("y", len(self.layers), worked.y))
            for what, n, group in groups:
                self.known |= {self.of(name, e): Role(what, n, k, e) for k, name in enumerate(group)}
        for n, layer in enumerate(self.layers, 1):
            self.add_layer(n)
            self.known |= {bias: Role("bias", n, k) for k, bias in enumerate(layer.biases or ())}
        stages = {name: stage.kind for stage in worked.stages for name in stage.names}
        for line in worked.listing.lines:
            self.add_line(line.name, stages[line.name], [*names(line.expression)])

    def add_layer(self, n: int) -> None:
        """Say what stands in a layer."""
        layer = self.layers[n - 1]
        for e in self.examples:
            for what, group in (("net", layer.nets), ("out", layer.outs), ("delta", layer.deltas)):
                self.known |= {self.of(name, e): Role(what, n, k, e) for k, name in enumerate(group)}
            pairs = zip(layer.outs, layer.nets, strict=True)
            self.maps["net"] |= {self.of(out, e): self.of(net, e) for out, net in pairs}
        rows = layer.weights
        for i, row in enumerate(rows):
            for j, weight in enumerate(row):
                self.known[weight] = Role("weight", n, i, "", j)
                if len(rows) == len(row) and i != j:
                    self.maps["turned"][weight] = rows[j][i]

    def add_line(self, name: str, stage: str, used: list[str]) -> None:
        """Say what a line of a stage is that uses these names."""
        if name in self.known:
            return
        of = self.role(self.origin.get(self.worked.means.get(name, ""), self.worked.means.get(name, "")))
        self.known[name] = Role({"update": "update", "loss": "loss"}.get(stage, "other"))
        if stage == "backward" and of.what in ("weight", "bias"):
            self.partials[self.worked.means[name]] = name
            example = next((e for e in self.examples if e and name.endswith(e)), "")
            self.known[name] = of._replace(what="partial", example=example)
        elif stage == "update":
            old = used[0]
            if self.role(self.origin.get(old, old)).what == "weight":
                self.maps["updated"][old] = name
            self.origin[name] = self.origin.get(old, old)
            if len(used) == 3 and self.role(used[1]).what == "other":
                self.rate = used[1]

    def role(self, name: str) -> Role:
        """Return what a name is."""
        return self.known.get(name, Role("other"))

    def what(self, name: str) -> str:
        """Return of which kind a name is: an updated weight is a weight."""
        return self.role(self.origin.get(name, name)).what

    def of(self, name: str, example: str) -> str:
        """Return the name that a name of the first example has in another one."""
        return name.removesuffix("_e1") + example if example else name

    def below(self, layer: int, example: str = "") -> list[str]:
        """Return the names of what goes into a layer."""
        inside = self.worked.x if layer == 1 else self.layers[layer - 2].outs
        return [self.of(name, example) for name in inside]

    def alike(self, name: str) -> list[str]:
        """Return the names that may be taken for a name; of weights those of its row and its column."""
        role = self.role(name)

        def near(other: Role) -> bool:
            if role.what == "bias":
                return other.what == "bias"
            if other[:2] != role[:2] or other.example != role.example:
                return False
            return role.what != "weight" or other[2] == role[2] or other[4] == role[4]

        if role.what not in (*ALIKE, "bias"):
            return []
        return [other for other, one in self.known.items() if other != name and near(one)]

    def part(self, node: ast.expr, line: str) -> str:
        """Return what a factor or a term is to the line in which it stands."""
        role, used = self.role(line), {*names(node)}
        if role.what == "delta":
            layer = self.layers[role.layer - 1]
            own = {self.of(group[role.unit], role.example) for group in (layer.outs, layer.nets)}
            if used and used <= own:
                return "slope"
        if isinstance(node, ast.Name):
            what = self.what(node.id)
            if what == "bias":
                return what
            if node.id == self.rate:
                return "rate"
            if role.what == "partial" and what in ("x", "out"):
                return "input"
        return ""

    def unit_names(self) -> list[tuple[str, ...]]:
        """Return the given numbers that stand together: of each unit, the biases of a layer, inputs, targets."""
        groups = [tuple(self.of(name, e) for name in group) for e in self.examples for group in (self.worked.x, self.worked.y)]
        for layer in self.layers:
            biases = layer.biases or ()
            groups += [(*row, *biases[k : k + 1]) for k, row in enumerate(layer.weights)]
            groups += [tuple(dict.fromkeys(biases)), *zip(*layer.weights, strict=True)]
        groups.append(tuple(dict.fromkeys(chained(*(layer.biases or () for layer in self.layers)))))
        return groups
