"""Roles: what each line of a worked listing is, and which names are alike.

>>> from workings.net import TEMPLATE, parsed
>>> roles = Roles(parsed(TEMPLATE, "network.toml").worked())
>>> print(roles.of_line("delta_h1"), roles.below(2), roles.partials["w5"])
Role(what='delta', layer=1, unit=0, example='') ['out_h1', 'out_h2'] dE_dw5
"""

from typing import NamedTuple

from bplit.listing import names
from workings.net.writer import Worked


class Role(NamedTuple):
    """What a line is: of which kind, in which layer (from 1), of which unit (from 0) and example."""

    what: str
    layer: int = 0
    unit: int = 0
    example: str = ""


class Roles:
    """The lines of a worked listing by what they are."""

    def __init__(self, worked: Worked) -> None:
        self.worked, self.layers = worked, worked.layers
        found = sorted({stage.example for stage in worked.stages} - {0})
        self.examples = [f"_e{example}" for example in found] or [""]
        self.units = len(self.layers[-1].outs)  # of the last layer
        self.partials: dict[str, str] = {}  # the partial by each weight and bias
        self.renewed: dict[str, str] = {}  # what the next update of each weight is called
        self.lines: dict[str, Role] = {}
        for n, layer in enumerate(self.layers, 1):
            for unit, triple in enumerate(zip(layer.nets, layer.outs, layer.deltas, strict=True)):
                for e in self.examples:
                    for what, name in zip(("net", "out", "delta"), triple, strict=True):
                        self.lines[self.of(name, e)] = Role(what, n, unit, e)
        self.add_others()

    def add_others(self) -> None:
        """Find the losses, the partials by weights and biases, and the updates."""
        stages = {name: stage.kind for stage in self.worked.stages for name in stage.names}
        weights = {w for layer in self.layers for row in layer.weights for w in row}
        for line in self.worked.listing.lines:
            kind, of = stages[line.name], self.worked.means.get(line.name, "")
            if line.name in self.lines and self.lines[line.name].what != "delta":
                continue
            if kind == "update":
                self.lines[line.name] = Role("update")
                old = next(names(line.expression))
                if old in weights or old in self.renewed.values():
                    self.renewed[old] = line.name
            elif kind == "loss":
                self.lines[line.name] = Role("loss")
            elif kind == "backward" and self.layer_of(of):
                self.partials[of] = line.name
                self.lines[line.name] = Role("partial", self.layer_of(of))

    def of_line(self, name: str) -> Role:
        """Return what a line is."""
        return self.lines.get(name, Role("other"))

    def of(self, name: str, example: str) -> str:
        """Return the name that a name of the first example has in another one."""
        return name.removesuffix("_e1") + example if example else name

    def layer_of(self, name: str) -> int:
        """Return the layer of a weight or bias, or 0."""
        for n, layer in enumerate(self.layers, 1):
            if any(name in row for row in layer.weights) or name in (layer.biases or ()):
                return n
        return 0

    def below(self, layer: int, example: str = "") -> list[str]:
        """Return the names of what goes into a layer."""
        inside = self.worked.x if layer == 1 else self.layers[layer - 2].outs
        return [self.of(name, example) for name in inside]

    def nets_below(self, layer: int) -> dict[str, str]:
        """Return for each name that goes into a layer the net input that it comes from, in all examples."""
        below = self.layers[layer - 2]
        pairs = zip(below.outs, below.nets, strict=True) if layer > 1 else ()
        return {self.of(out, e): self.of(net, e) for out, net in pairs for e in self.examples}

    def turned(self, layer: int) -> dict[str, str]:
        """Return for each weight of a square layer the one that stands in its place in columns."""
        rows = self.layers[layer - 1].weights
        if len(rows) != len(rows[0]):
            return {}
        places = range(len(rows))
        return {rows[i][j]: rows[j][i] for i in places for j in places if i != j}
