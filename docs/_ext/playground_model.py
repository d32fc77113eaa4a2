"""What the playground calculates, written from a worked listing as JavaScript.

No formula is written for the page: every assignment of the listing stands in the script as it stands in the
listing, since arithmetic means the same in both languages. docs/_static/playground.js supplies the functions
that a listing may call.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from bplit.article import PASS, crossed
from bplit.byhand import forward, update
from bplit.line import KNOWN, Line, names
from bplit.listing import Listing
from workings.net import NOTATIONS, Sheet, Worked, read
from workings.write.forms import SAID, explain, heading
from workings.write.formulas import product_along
from workings.write.languages import JAVASCRIPT, PYTHON, TEXT, Written, written

EXAMPLES = Path(__file__).parent.parent / "examples"
PATHS = 8  # what has more paths to the loss shows none of them
# Words that no name may be: those of the language, and those of an address.
RESERVED = set(
    "arguments await break case catch class const continue debugger default delete do else enum eval export "
    "extends false finally for function if implements import in instanceof interface let new null package "
    "private protected public return static super switch this throw true try typeof undefined var void "
    "while with yield constructor toString valueOf NaN Infinity net pass line partials".split()
)
SUPERSCRIPTS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹^"


class Model(NamedTuple):
    """What a page can play with: a network file, its worked listing, and listings with other partials."""

    name: str
    sheet: Sheet
    worked: Worked
    others: Mapping[str, Listing]

    @property
    def names(self) -> tuple[str, ...]:
        """The name of every number, the given ones first: the order in which a page holds them."""
        return (*self.worked.listing.inputs, *self.worked.listing.names)

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


def script(model: Model, shown: Mapping[str, str]) -> str:
    """Return the script that hands a model to the page, with what is shown of it as HTML."""
    worked, at = model.worked, {name: n for n, name in enumerate(model.names)}
    if wrong := RESERVED & at.keys():
        raise ValueError(f"{model.name}: {', '.join(sorted(wrong))} already means something else in a page")
    kinds = {name: heading(stage.kind, stage.example) for stage in worked.stages for name in stage.names}
    figures = ["[printed]", *(f'{name} = "{{{name}}}"' for name in worked.listing.names)]
    data = {
        "names": model.names,
        "given": [worked.given[name] for name in worked.listing.inputs],
        "bounds": {at[model.rate]: "rate"},
        "updates": [[at[name], at[new]] for name, new in worked.updates.items() if name in worked.given],
        "trained": [at[name] for name in model.trained],
        "loss": at[worked.loss],
        "lines": [
            {"n": at[name], "kind": kinds[name], "by": worked.means.get(name, "")}
            for name in worked.listing.names
        ],
        "marks": list(marks(model)),
        "file": network_file(model) + "\n" + "\n".join(figures) + "\n",
        **shown,
    }
    variants = {"right": worked.listing, **model.others}
    parts = ",\n".join(f"{json.dumps(name)}: {variant(model, each)}" for name, each in variants.items())
    return (
        f"playground({json.dumps(model.name)}, {json.dumps(data, ensure_ascii=False)},\n"
        f"({{{', '.join(name for name, known in KNOWN.items() if not known.program)}}}) => {{\n"
        f"{functions()}return {{\n{parts}}};\n}});\n"
    )


def functions() -> str:
    """Return in JavaScript the functions that a listing may call and the language lacks.

    >>> print(functions().splitlines()[-1])
    const step = (t) => t > 0 ? 1.0 : 0.0;
    """
    found = []
    for name, known in KNOWN.items():
        if known.program:
            node = ast.parse(known.program, mode="eval").body
            match node:
                case ast.IfExp(test=test, body=body, orelse=other):
                    value = f"{ast.unparse(test)} ? {ast.unparse(body)} : {ast.unparse(other)}"
                case _:
                    value = ast.unparse(node)
            found.append(f"const {name} = (t) => {value};\n")
    return "".join(found)


def marks(model: Model) -> Iterator[tuple[int, str]]:
    """Go through the losses that the source printed: the pass, and its longest figure."""
    means, loss = model.sheet.means, model.worked.loss
    called = [loss, *(name for name, text in means.items() if text == loss)]
    for n, printed in sorted(model.sheet.printed.items()):
        if figures := [printed[name] for name in called if name in printed]:
            yield n + 1, max(figures, key=len)


def variant(model: Model, listing: Listing) -> str:
    """Return a listing as JavaScript: a pass, and of each line its formula as text and what it lights.

    ``pass`` takes an array that begins with the given numbers, and fills in the others. ``shares`` has for
    the partial of a weight with several paths the product along each, as text and as numbers.
    """
    at = {name: n for n, name in enumerate(model.names)}
    if (*listing.inputs, *listing.names) != model.names:
        raise ValueError(f"{model.name}: two listings with other names, or in another order")
    body = [f"const {name} = $[{at[name]}];" for name in listing.inputs]
    body += [
        f"const {line.name} = {written(Written(line.expression), JAVASCRIPT)};" for line in listing.lines
    ]
    body += [f"$[{at[name]}] = {name};" for name in listing.names]
    texts, lights, shares = [], [], []
    for line in listing.lines:
        ways = routes(model.worked, listing, line)
        texts.append(template(line.expression))
        if len(ways) < 2:
            lights.append([" ".join(dict.fromkeys((*(ways or [()])[0], *line.uses, line.name)))])
            continue
        products = [product_along(listing, way) for way in ways]
        used = [
            dict.fromkeys((*way, *names(node), line.name)) for way, node in zip(ways, products, strict=True)
        ]
        lights.append([*map(" ".join, used)])
        # of a step that updates a layer before it goes back through it, the paths do not add up to the line
        if model.worked.means[line.name] in model.trained and model.sheet.rules.order == "simultaneous":
            shares.append(f"{at[line.name]}: {written_products(products, at)}")
    taken = {"script": python(model, listing), "solution": solution(model, listing)}
    data = {"texts": texts, "lights": lights, **taken}
    return (
        "{pass: ($) => {\n" + "\n".join(body) + "\n},\n"
        f"shares: {{{', '.join(shares)}}},\n"
        f"...{json.dumps(data, ensure_ascii=False)}}}"
    )


def routes(worked: Worked, listing: Listing, line: Line) -> list[tuple[str, ...]]:
    """Return the paths to the loss from what a line states the partial by; none if there are too many."""
    by = worked.means.get(line.name)
    ways = list(islice(listing.paths(by, worked.loss), PATHS + 1)) if by else []
    return ways if len(ways) <= PATHS else []


def written_products(products: Sequence[ast.expr], at: Mapping[str, int]) -> str:
    """Return the products along some paths as JavaScript: as texts, and as a function of all numbers."""
    texts = json.dumps([template(node) for node in products], ensure_ascii=False)
    takes = [f"const {name} = $[{at[name]}];" for name in dict.fromkeys(chain(*map(names, products)))]
    values = ", ".join(written(Written(node), JAVASCRIPT) for node in products)
    return f"{{texts: {texts}, values: ($) => {{ {' '.join(takes)} return [{values}]; }}}}"


def python(model: Model, listing: Listing) -> str:
    """Return a listing as a script, with a place, {name}, for each number; results stand as comments."""
    head, given, _ = explain(model.sheet, "python").partition(f"\n# {SAID['given']}\n")
    loss = model.worked.loss
    lines = [*(f"{name} = {{{name}}}" for name in model.worked.given), ""]
    for line in listing.lines:
        lines.append(f"{line.name} = {written(Written(line.expression), PYTHON)}  # {{{line.name}}}")
    lines += ["", f'print(f"{loss} = {{{loss}:.6f}}")', ""]
    return head + given + "\n".join(lines)


def solution(model: Model, listing: Listing) -> str:
    """Return a listing as a worked solution, like `bplit explain`, with a place for each number."""
    sheet, lines = model.sheet, {line.name: line for line in listing.lines}
    rows = list(filter(None, (sheet.title, sheet.url)))

    def head(text: str) -> list[str]:
        return ["", text, "-" * len(text)]

    rows += head(SAID["given"])
    rows += [f"{TEXT.name(name)} = {{{name}}}" for name in model.worked.given]
    for stage in model.worked.stages:
        rows += head(heading(stage.kind, stage.example))
        for name in sorted(stage.names, key=listing.names.index):
            expression, said = lines[name].expression, TEXT.name(name)
            rows += [f"{said} = {written(Written(expression))}"]
            rows += [f"{' ' * len(said)} = {text}" for text in (template(expression), f"{{{name}}}")]
            rows += [""]
        rows.pop()
    return "\n".join(rows) + "\n"


def template(node: ast.expr) -> str:
    """Return an expression as text, with a place for the number of each name.

    {a} is a name or its number; {(a} a number that gets brackets if it is negative; {^a} one that gets them
    also if it is written with a power of ten.

    >>> template(Listing.read("y = a - b * sigmoid(c) ** 2 / d ** 2").lines[0].expression)
    '{a} − {(b} × (σ({c}))² / {^d}²'
    """
    text = written(Written(node, {name: f"-{{{name}}}" for name in names(node)}))
    text = re.sub(rf"(?<!\w)\(−\{{(\w+)\}}\)(?=[{SUPERSCRIPTS}])", r"{^\1}", text)
    text = re.sub(r"(?<!\w)\(−\{(\w+)\}\)", r"{(\1}", text)
    return re.sub(r"−\{(\w+)\}", r"{\1}", text)


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
