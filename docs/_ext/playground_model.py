"""What the playground calculates: each worked listing as data, which docs/playground/model.js runs.

No formula is written for the page: an expression is handed over as a tree, a list that begins with its
operator, ``["*", "w5", "h_out_1"]``. A name is a text, a number a number.
"""

import ast
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bplit.article import PASS, crossed
from bplit.byhand import forward, update
from bplit.line import KNOWN, exponent
from bplit.listing import Listing
from workings.check.roles import Roles
from workings.check.table import flood, likely
from workings.net import NOTATIONS, Sheet, Worked, read
from workings.write.forms import heading, legend
from workings.write.formulas import slope

EXAMPLES = Path(__file__).parent.parent / "examples"
OPERATORS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.Gt: ">",
    ast.GtE: ">=",
}
Tree = Any  # a name, a number, or a list: an operator or a function, and what it is applied to


class Model(NamedTuple):
    """What a page can play with: a network file, its worked listing, and listings with other partials."""

    name: str
    sheet: Sheet
    worked: Worked
    others: Mapping[str, Listing]

    @property
    def rate(self) -> str:
        """What the learning rate is called."""
        return self.sheet.notation.rate

    @property
    def trained(self) -> tuple[str, ...]:
        """The weights and biases."""
        layers = self.worked.layers
        names = [name for layer in layers for row in layer.weights for name in row]
        return tuple(dict.fromkeys(names + [name for layer in layers for name in layer.biases or ()]))


@cache
def models() -> dict[str, Model]:
    """Return every model by its name: the article's network, as the module has it, then the examples."""
    found = {}
    for path in sorted(EXAMPLES.glob("*.toml")):
        sheet = read(path)
        found[path.stem] = Model(path.stem, sheet, sheet.worked(), {})
    article = found.pop("article")
    others = {"crossed": Listing.of(forward, crossed, update)}
    article = article._replace(worked=article.worked._replace(listing=PASS), others=others)
    return {"article": article, **found}


def tree(node: ast.expr) -> Tree:
    """Return an expression as a tree.

    >>> print(tree(Listing.read("lost = (y - sigmoid(net)) ** 2 / -2").lines[0].expression))
    ['/', ['**', ['-', 'y', ['sigmoid', 'net']], 2], -2]
    """
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant() | ast.UnaryOp(operand=ast.Constant()) if (value := exponent(node)) == value:
            return value
        case ast.UnaryOp(operand=operand):
            return ["-", tree(operand)]
        case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
            return [OPERATORS[type(op)], tree(left), tree(right)]
        case ast.IfExp(test=test, body=body, orelse=other):
            return ["?", tree(test), tree(body), tree(other)]
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return [name, tree(argument)]
    raise TypeError(ast.dump(node))


def functions() -> dict[str, Tree]:
    """Return, as trees of t, the functions that a listing may call and the language lacks.

    >>> print(functions()["step"])
    ['?', ['>', 't', 0], 1.0, 0.0]
    """
    programs = {name: known.program for name, known in KNOWN.items() if known.program}
    return {name: tree(ast.parse(program, mode="eval").body) for name, program in programs.items()}


def data(model: Model) -> dict[str, Any]:
    """Return a model as it is handed to the page."""
    worked, sheet, listing = model.worked, model.sheet, model.worked.listing
    forward_names = {
        name for stage in worked.stages if stage.kind in ("forward", "loss") for name in stage.names
    }
    ahead = [line for line in listing.lines if line.name in forward_names]
    last = worked.layers[-1]
    errors = [next((line.name for line in ahead if out in line.uses), worked.loss) for out in last.outs]
    return {
        "name": model.name,
        "title": sheet.title,
        "url": sheet.url,
        "given": worked.given,
        "lines": {line.name: tree(line.expression) for line in listing.lines},
        "slopes": {line.name: {name: tree(slope(line, name)) for name in line.uses} for line in ahead},
        "variants": {which: unlike(listing, other) for which, other in model.others.items()},
        "stages": [
            {"kind": stage.kind, "title": heading(stage.kind, stage.example), "names": stage.names}
            for stage in worked.stages
        ],
        "means": worked.means,
        "updates": {name: new for name, new in worked.updates.items() if name in worked.given},
        "defined": legend(sheet),
        "rate": model.rate,
        "loss": worked.loss,
        "errors": [name for name in errors if name != worked.loss],
        "x": worked.x,
        "y": worked.y,
        "layers": [layer._asdict() for layer in worked.layers],
        "trained": model.trained,
        # of a step that updates a layer before it goes back through it, the paths do not add up to the line
        "simultaneous": sheet.rules.order == "simultaneous",
        "printed": [*printed(model)],
        "file": network_file(model),
    }


def unlike(listing: Listing, other: Listing) -> dict[str, Tree]:
    """Return the lines of another listing that are written otherwise; all its names are the same."""
    if (listing.inputs, listing.names) != (other.inputs, other.names):
        raise ValueError("two listings with other names, or in another order")
    pairs = zip(listing.lines, other.lines, strict=True)
    return {line.name: tree(line.expression) for one, line in pairs if str(one) != str(line)}


def mistakes(model: Model) -> list[dict[str, Any]]:
    """Return the likely mistakes of a network, likeliest first: what is said, and what is written otherwise.

    The listings with other partials come first: each is several mistakes at once.
    """
    found, roles = likely(model.sheet), Roles(model.sheet.worked())
    together = []
    for other in model.others.values():
        lines = unlike(model.worked.listing, other)
        left, said = set(lines), []
        for one in sorted(found, key=lambda one: -len(one.changes)):
            written = {name: tree(node) for name, node in one.changes.items()}
            if left & {*written} and written.items() <= lines.items():
                left -= {*written}
                said.append(one.says)
        together.append({"says": "; ".join(said), "lines": lines})
    return together + [
        {
            "says": one.says,
            "lines": {name: with_bars(tree(node)) for name, node in one.changes.items()},
            **({"given": {name: tree(node) for name, node in one.given.items()}} if one.given else {}),
            **({"seldom": 1} if flood(one, roles) else {}),
        }
        for one in found
    ]


def with_bars(node: Tree) -> Tree:
    """Return a tree with |a - b| where a listing, which has no such sign, adds up both differences.

    >>> print(with_bars(tree(ast.parse("relu(y - o) + relu(o - y) + 1", mode="eval").body)))
    ['+', ['abs', ['-', 'y', 'o']], 1]
    """
    match node:
        case ["+", ["relu", ["-", a, b]], ["relu", ["-", c, d]]] if (a, b) == (d, c):
            return ["abs", ["-", a, b]]
        case [sign, *parts]:
            return [sign, *map(with_bars, parts)]
    return node


def printed(model: Model) -> Iterator[tuple[int, str]]:
    """Go through the losses that the source printed: the pass, and its longest figure."""
    means, loss = model.sheet.means, model.worked.loss
    called = [loss, *(name for name, text in means.items() if text == loss)]
    for n, figures in sorted(model.sheet.printed.items()):
        if found := [figures[name] for name in called if name in figures]:
            yield n + 1, max(found, key=len)


def network_file(model: Model) -> str:
    """Return the model's network file with a place, {name}, for each number."""
    sheet, worked = model.sheet, model.worked
    several = len(sheet.x) > 1 and isinstance(sheet.x[0], list)

    def places(names: Iterable[str]) -> str:
        return f"[{', '.join(f'{{{name}}}' for name in names)}]"

    def examples(first: Sequence[str]) -> str:
        if not several:
            return places(first)
        stems = [name.removesuffix("_e1") for name in first]
        each = range(1, len(sheet.x) + 1)
        return f"[{', '.join(places(f'{stem}_e{e}' for stem in stems) for e in each)}]"

    lines = [f"title = {json.dumps(sheet.title, ensure_ascii=False)}"]
    lines += [f"url = {json.dumps(sheet.url)}"] if sheet.url else []
    lines += [f"inputs = {examples(worked.x)}"]
    lines += [f"targets = {examples(worked.y)}"] if worked.y else []
    lines += [f'loss = "{sheet.network.loss}"', f"mean = {str(sheet.network.mean).lower()}"]
    for layer, named in zip(sheet.network.layers, worked.layers, strict=True):
        lines += ["", "[[layer]]", f"weights = [{', '.join(map(places, named.weights))}]"]
        if named.biases:
            one = f"{{{named.biases[0]}}}"
            lines.append(f"bias = {one if len(set(named.biases)) == 1 else places(named.biases)}")
        lines.append(f'activation = "{layer.activation}"')
    rules = sheet.rules
    lines += ["", "[rules]", f"rate = {{{model.rate}}}", f'order = "{rules.order}"']
    lines += [f'biases = "{rules.biases}"', f'examples = "{rules.examples}"']
    known = next((name for name, patterns in NOTATIONS.items() if patterns == sheet.notation), None)
    patterns = {"notation": known} if known else sheet.notation._asdict()
    lines += ["", "[names]", *(f"{key} = {json.dumps(text)}" for key, text in patterns.items())]
    return "\n".join([*lines, f'numbering = "{sheet.numbering}"']) + "\n"
