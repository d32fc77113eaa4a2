"""Which line of a script is its loss, whatever it is called; half the squares of its errors if none is."""

import ast
import re
from collections.abc import Iterator
from functools import cache, reduce
from operator import and_, or_

from bplit.given import shown
from bplit.line import mapped, names, replaced
from workings.check.changes import joined
from workings.script.followed import bare, place
from workings.script.graph import Graph, given_to
from workings.script.numbers import PART_NAME, node_by
from workings.words import WORDS

# What a loss is called, and what its name has in it, in more than one language.
LOSS_NAMES, LOSS_STEMS, ENTROPY = (WORDS["script names"][key].split() for key in ("all", "part", "entropy"))
DERIVATIVE = re.compile(r"(?i)^d_?(loss|cost|err|[lej](?![a-z]))|grad|delta|diff|prime|deriv|slope")
STAND_INS = WORDS["stand-ins"]  # what is taken for a loss that no line calculates
NEVER, THROUGH = 1000, 3  # of names: no loss; through so many lines a loss is followed to its squares


class Losses:
    """The search for the loss of a graph: ``errors`` are outputs minus targets, ``single`` such lines."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.errors: dict[str, list[ast.BinOp]] = {}
        self.single: set[str] = set()
        self.words: dict[str, list[str]] = {}
        self.squared = cache(self.square_in)  # many lines use the same ones
        powers = [part for line in graph.lines.values() for part in given_to(line.expression, "exp")]
        raised = {*map(ast.unparse, powers)}  # less their largest they are no errors
        for name, line in graph.lines.items():
            whole = line.expression.operand if isinstance(line.expression, ast.UnaryOp) else line.expression
            self.errors[name] = errors_in(graph, line.expression) if name not in raised else []
            if whole in self.errors[name]:
                self.single.add(name)
            elif not DERIVATIVE.search(bare(name)) and not name.startswith(PART_NAME):
                self.words.setdefault(bare(name), []).append(name)
        used = {name for name, users in graph.users.items() if {*map(bare, users)} - {bare(name)}}
        self.unused = {word for word, some in self.words.items() if not used.intersection(some)}

    def find(self) -> tuple[list[str], str]:
        """Return the versions of the loss, nothing if there is none, and the loss that is taken then."""
        squared = [word for word, some in self.words.items() if any(map(self.squared, some))]
        likely = {word for word in squared if not self.metric(word)}

        def rank(word: str) -> int:
            known = LOSS_NAMES.index(word) if word in LOSS_NAMES else NEVER
            if word in likely:
                return min(known, 100 if any(stem in word.lower() for stem in LOSS_STEMS) else NEVER)
            single = known < NEVER and word in self.unused and not place(self.words[word][0])
            return 200 + known if single and not self.metric(word) else NEVER

        found = sorted((word for word in self.words if rank(word) < NEVER), key=rank)
        sizes = {word: {self.graph.home[name].lines.size for name in self.words[word]} for word in likely}
        # one of single numbers, also of those that are put into a list
        found = found or [word for word in self.words if word in self.unused and sizes.get(word) == {1}]
        needs = {word: {*map(bare, self.graph.needed(*self.words[word]))} - {word} for word in found}
        tops = [word for word in found if not any(word in needs[other] for other in found)]
        if not found:
            return [], self.taken()
        versions = self.words[(tops or found)[0]]
        squares = {name for name in versions if self.squared(name)}  # an error may have its name too
        return [name for name in versions if self.graph.needed(name) & squares] or versions, ""

    def square_in(self, name: str, deep: int = THROUGH) -> bool:
        """Say whether a line has the square of an error in it, or a logarithm, or uses a line that has."""
        inner = [used for used in self.graph.uses(name) if used in self.graph.lines] if deep else []
        parts = {used for used in inner if used.startswith(PART_NAME)}
        near = {used for used in inner if bare(used) == bare(name) or deep == THROUGH} - parts
        here = any(map(self.is_square, ast.walk(self.graph.lines[name].expression)))
        here = here or any(self.squared(part, deep) for part in parts)
        return here or any(self.squared(used, deep - 1) for used in near)

    def is_square(self, part: ast.AST) -> bool:
        """Say whether this is the square or the size of an error, or a logarithm."""
        match part:
            case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=2)):
                return self.erring(base)
            case ast.BinOp(left=ast.Name() | ast.BinOp() as one, op=ast.Mult(), right=other):
                return self.erring(one) and ast.unparse(one) == ast.unparse(other)
            case ast.Call(func=ast.Name(id="relu" | "sqrt"), args=[inner]):
                return self.erring(inner)
        return isinstance(part, ast.Call) and ast.unparse(part.func) == "log"

    def erring(self, node: ast.expr) -> bool:
        """Say whether an expression has an error in it, or a line that is one."""
        inside = any(is_error(self.graph, part) for part in ast.walk(node))
        return inside or not self.single.isdisjoint(names(node))

    def metric(self, word: str) -> bool:
        """Say whether a loss is the size of the errors, only shown, since no partial asks for their signs."""
        lines, needed = self.graph.lines, self.graph.needed(*self.words[word])
        ahead, rest = ([n for n in lines if (n in needed) is wanted] for wanted in (True, False))
        sizes = [inner for name in ahead for inner in given_to(lines[name].expression, "relu")]
        signs = [inner for name in rest for inner in given_to(lines[name].expression, "step")]
        return any(map(self.erring, sizes)) and not signs

    def taken(self) -> str:
        """Add a loss to a script without one, and return which: of a softmax the cross-entropy."""
        graph = self.graph
        first = next((name for name, found in self.errors.items() if found and name not in graph.late), None)
        if first is None:
            raise ValueError(f"expected a loss called {', '.join(LOSS_NAMES)}, or an output minus its target")
        taught, row = graph.needed(*graph.steps.values()), graph.lines[first].place
        here = [name for name in self.errors if name in taught or graph.lines[name].place == row]
        early = [part for name in here if name not in graph.late for part in self.errors[name]]
        parts = {ast.unparse(part): part for part in early}.values()
        key = "cross-entropy" if all(is_share(graph, part) for part in parts) else "half squares"
        units = [graph.lines[n].expression for part in parts for n in names(part) if n in graph.lines]
        text = "\n".join(graph.followed.rows).lower()
        gated = "sigmoid(" in " ".join(map(ast.unparse, units)) and any(word in text for word in ENTROPY)
        form, terms = ast.parse(STAND_INS["of gates" if gated else key], mode="eval").body, list[ast.expr]()
        for part in parts:
            target, output = sorted((part.left, part.right), key=lambda one: side(graph, one) == "output")
            terms.append(replaced(form, {"o": output, "t": target}))
        key, whole = "cross-entropy" if gated else key, joined(terms, ast.Add())
        graph.add(graph.lines[first]._replace(name=f"{key}@", expression=whole), here)
        return key


def errors_in(graph: Graph, node: ast.AST) -> list[ast.BinOp]:
    """Return the differences of an output and its target in an expression, but none that exp is given."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "exp":
        return []
    inner = [part for child in ast.iter_child_nodes(node) for part in errors_in(graph, child)]
    return [node, *inner] if isinstance(node, ast.BinOp) and is_error(graph, node) else inner


def is_error(graph: Graph, part: ast.AST) -> bool:
    """Say whether this is an output minus its target, or the other way round."""
    match part:
        case ast.BinOp(left=ast.Name() as output, op=ast.Sub(), right=ast.Constant(value=1)):
            return is_share(graph, output)  # that of the right class
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return sorted(side(graph, part) for part in (left, right)) == ["output", "target"]
    return False


def side(graph: Graph, node: ast.expr) -> str:
    """Return whether an expression may be an output or a target, as any number but 1."""
    if getattr(node, "value", 0) == 1:
        return ""
    return "target" if all(map(graph.is_data, names(node))) else "output"


def is_share(graph: Graph, part: ast.expr) -> bool:
    """Say whether the output of a difference is one of a softmax: its share of a sum of exponentials."""
    known = [name for name in names(part) if name in graph.lines]
    ratios = [n for n in known if isinstance(getattr(graph.lines[n].expression, "op", None), ast.Div)]
    below = graph.needed(*ratios) & graph.lines.keys()
    return any(any(given_to(graph.lines[name].expression, "exp")) for name in below)


def find_loss(graph: Graph, asked: str | None) -> tuple[str, str]:
    """Return the name of the loss in a graph, which may be added to it, and what was taken for one."""
    if asked is None:
        versions, taken = Losses(graph).find()
        return (f"{taken}@", taken) if taken else (as_one_number(graph, versions), "")
    versions = [name for name in graph.lines if bare(name) == asked]
    if not versions:
        raise ValueError(f"of: expected a name that the script assigns, got {shown(asked)}")
    return as_one_number(graph, versions), ""


def hold_others(graph: Graph, versions: list[str]) -> None:
    """Hold what a loss has of examples that no step uses, but that lead to the weights as one of those."""
    needed, trained = graph.needed(*versions), graph.needed(*graph.steps.values())
    bits = {name: 1 << n for n, name in enumerate((*graph.own, *graph.lines))}
    weights = sum(bits[name] for name in graph.steps)
    taught = reduce(or_, (bits[used] for name in trained for used in graph.uses(name)), 0)
    below: dict[str, int] = {}  # data and weights behind each line
    alike: dict[int, list[str]] = {}
    for name in [n for n in graph.lines if n in needed and not graph.is_data(n)]:
        below[name] = reduce(or_, (below.get(used, bits[used]) for used in graph.uses(name)), 0)
        alike.setdefault(below[name] & weights, []).append(name)
    counts = [1, 1]  # examples, and those that are left
    for behind, group in alike.items():
        common = reduce(and_, (below[name] for name in group))
        own = {name: below[name] & ~common for name in group}
        if behind and any(some and not some & ~taught for some in own.values()):
            off = {name: some for name, some in own.items() if some and not some & taught}
            for name in off:
                value = node_by(graph.followed.values[name.removesuffix("@before")])
                graph.lines[name] = graph.lines[name]._replace(expression=value)
            some = {*own.values()} - {0}
            every = {one for one in some if not any(other & one == other != one for other in some)}
            counts = [len(every), len(every - {*off.values()})] if off else counts

    def mean_of_rest(part: ast.expr) -> ast.expr:
        match part:
            case ast.BinOp(left, ast.Div(), ast.Constant(float() | int() as n)) if n % counts[0] == 0:
                return ast.BinOp(left, ast.Div(), ast.Constant(n / counts[0] * counts[1]))
        return part

    for name in below if counts[0] > 1 else ():
        line = graph.lines[name]
        graph.lines[name] = line._replace(expression=mapped(line.expression, mean_of_rest))


def as_one_number(graph: Graph, versions: list[str]) -> str:
    """Return the name of a loss of which there are several versions, or elements, as one number."""
    early = [name for name in versions if name not in graph.late] or [*as_before(graph, versions)]
    hold_others(graph, early)
    tops = [name for name in early if not any(name in graph.needed(other) - {other} for other in early)]
    if len(tops) == 1:
        return tops[0]
    total = joined([ast.Name(name) for name in tops], ast.Add())
    line = graph.lines[tops[-1]]
    graph.add(line._replace(name=f"{bare(tops[0])}@sum", expression=total), tops)
    return f"{bare(tops[0])}@sum"


def as_before(graph: Graph, versions: list[str]) -> Iterator[str]:
    """Go through the lines of a loss that is calculated after the step, with the weights before it."""
    row = graph.lines[versions[0]].place  # others may add to it, as a decay of the weights
    first = [n for n in versions if graph.lines[n].place == row or versions[0] in graph.needed(n)]
    olds: dict[str, ast.Name] = {}
    for old, new in graph.steps.items():
        while new in graph.lines and new not in olds:  # also from one mini-batch to the next
            olds[new], new = ast.Name(old), graph.moves.get(new, "")
    needed = graph.needed(*first, until=olds)
    early = [line for name, line in graph.lines.items() if name not in graph.late]
    texts = {ast.unparse(line.expression): line.name for line in reversed(early)}

    def known(part: ast.expr) -> ast.expr:
        name = "" if isinstance(part, ast.Name | ast.Constant) else texts.get(ast.unparse(part))
        return ast.Name(name) if name else part

    for name in [name for name in graph.lines if name in needed and name in graph.late and name not in olds]:
        node = replaced(graph.lines[name].expression, olds)
        while (inner := mapped(node, known)) is not node:  # also what is written into a longer expression
            node = inner
        if isinstance(node, ast.Name):
            olds[name] = node
            continue
        text = ast.unparse(node)
        if text not in texts:
            texts[text] = f"{name}@before"
            graph.add(graph.lines[name]._replace(name=texts[text], expression=node), texts.values())
        olds[name] = ast.Name(texts[text])
    yield from dict.fromkeys(olds[name].id for name in first)
