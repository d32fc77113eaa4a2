"""Which line of a script is its loss, whatever it is called; half the squares of its errors if none is."""

import ast
import re
from collections.abc import Iterator
from functools import reduce

from bplit.given import shown
from bplit.line import KNOWN, Line, names, replaced
from workings.script.followed import bare, place
from workings.script.graph import Graph

# What a loss is called, and what its name has in it, in more than one language.
LOSS_NAMES = "E_total total_loss total_error total_cost loss_total lost loss cost J E L C".split()
LOSS_NAMES += "mse MSE sse SSE error".split()
LOSS_STEMS = """loss lost cost err mse sse bce nll entrop objective verlust kosten fehler perte cout coût custo
    perda perdid pérdid costo coste erro perdita потер ошиб 损失 误差 誤差 hata kayıp strata błąd""".split()
DERIVATIVE = re.compile(r"(?i)^d_?(loss|cost|err|[lej](?![a-z]))|grad|delta|diff|prime|deriv|slope")
NEVER = 1000
HALF_SQUARES, CROSS_ENTROPY = "half squares", "cross-entropy"


def find_loss(graph: Graph, asked: str | None) -> tuple[str, str]:
    """Return the name of the loss in a graph, and which loss was taken where the script has none.

    Of several versions the last before a step is taken, or the sum of all of them if each stands for
    itself. Lines are added to the graph where that, or half the squares of the errors, is no line yet.
    """
    if asked is not None:
        versions = [name for name in graph.lines if bare(name) == asked]
        if not versions:
            raise ValueError(f"of: expected a name that the script assigns, got {shown(asked)}")
        return in_one(graph, versions), ""
    for ranked in (named(graph), unnamed(graph)):
        found = [versions for versions in ranked if not is_metric(graph, versions)]
        if found:  # of an error for each output and their sum, the sum
            needs = [
                {bare(name) for version in versions for name in graph.needed(version)} for versions in found
            ]
            tops = [
                v
                for v, _ in zip(found, needs, strict=True)
                if not any(
                    bare(v[0]) in n and bare(v[0]) != bare(w[0]) for w, n in zip(found, needs, strict=True)
                )
            ]
            return in_one(graph, (tops or found)[0]), ""
    return taken(graph)


def by_word(graph: Graph) -> dict[str, list[str]]:
    """Return the lines by what they are called, but for differences and what is called a derivative."""
    found: dict[str, list[str]] = {}
    for name in graph.lines:
        if not DERIVATIVE.search(bare(name)) and not is_difference(graph, name):
            found.setdefault(bare(name), []).append(name)
    return found


def named(graph: Graph) -> list[list[str]]:
    """Return the lines that are called a loss and look like one, with all their versions, best names first."""
    found, used = by_word(graph), used_elsewhere(graph)

    def rank(word: str) -> int:
        likely = any(looks_so(graph, name) for name in found[word])
        if word in LOSS_NAMES and likely:
            return LOSS_NAMES.index(word)
        if likely and any(stem in word.lower() for stem in LOSS_STEMS):
            return 100
        single = not used.intersection(found[word]) and not place(found[word][0])
        return 200 + LOSS_NAMES.index(word) if word in LOSS_NAMES and single else NEVER

    return [found[word] for word in sorted(found, key=rank) if rank(word) < NEVER]


def unnamed(graph: Graph) -> list[list[str]]:
    """Return the single numbers that look like a loss, and that nothing else uses."""
    used = used_elsewhere(graph)
    found = [
        names for names in by_word(graph).values() if not used.intersection(names) and not place(names[0])
    ]
    return [names for names in found if any(looks_so(graph, name) for name in names)]


def used_elsewhere(graph: Graph) -> set[str]:
    """Return the names that lines of another name use."""
    return {used for name in graph.lines for used in graph.uses(name) if bare(name) != bare(used)}


def looks_so(graph: Graph, name: str, deep: int = 3) -> bool:
    """Say whether a line has the square of a difference in it, a logarithm or a size of one."""
    for part in ast.walk(graph.lines[name].expression):
        match part:
            case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=2)) if errors_in(graph, base):
                return True
            case ast.BinOp(left=one, op=ast.Mult(), right=other) if ast.unparse(one) == ast.unparse(other):
                if errors_in(graph, one):
                    return True
            case ast.Call(func=ast.Name(id="log" | "relu" | "sqrt"), args=[inner]):
                if part.func.id == "log" or errors_in(graph, inner):
                    return True
    inner = [used for used in graph.lines[name].uses if used in graph.lines]
    return deep > 0 and any(
        looks_so(graph, used, deep - 1) for used in inner if bare(used) == bare(name) or deep == 3
    )


def errors_in(graph: Graph, node: ast.expr) -> list[ast.expr]:
    """Return the differences of an output and its target in an expression, or in the lines that it names."""
    found = [part for part in ast.walk(node) if isinstance(part, ast.BinOp) and differs(graph, part)]
    for name in names(node):
        if name in graph.lines and not found:
            part = graph.lines[name].expression
            part = part.operand if isinstance(part, ast.UnaryOp) else part
            found += [part] if isinstance(part, ast.BinOp) and differs(graph, part) else []
    return found


def differs(graph: Graph, node: ast.BinOp) -> bool:
    """Say whether this is an output minus its target, or the other way round."""
    if not isinstance(node.op, ast.Sub):
        return False
    sides = [side(graph, part) for part in (node.left, node.right)]
    return sorted(sides) == ["output", "target"]


def side(graph: Graph, node: ast.expr) -> str:
    """Return whether an expression may be an output or a target."""
    match node:
        case ast.Name(id=name):
            if graph.is_data(name):
                return "target"
            return "output" if name in graph.lines else ""
        case ast.Constant(value=value):
            return "target" if value != 1 else ""
        case ast.UnaryOp(operand=ast.Constant()):
            return "target"
    return "output" if any(name in graph.lines or name in graph.steps for name in names(node)) else ""


def is_difference(graph: Graph, name: str) -> bool:
    """Say whether a line is an output minus its target, by itself or turned."""
    node = graph.lines[name].expression
    node = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(node, ast.BinOp) and differs(graph, node)


def is_metric(graph: Graph, versions: list[str]) -> bool:
    """Say whether a loss is the size of the errors, printed only, since no partial asks for their signs."""
    needed = graph.needed(*versions)
    calls = {
        name: {
            part.func.id
            for part in ast.walk(line.expression)
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
        }
        for name, line in graph.lines.items()
    }
    sized = any(
        "relu" in calls[name]
        and any(
            errors_in(graph, part)
            for part in ast.walk(graph.lines[name].expression)
            if isinstance(part, ast.Call)
        )
        for name in needed
        if name in graph.lines
    )
    signs = any("step" in found for name, found in calls.items() if name not in needed)
    return sized and not signs


def in_one(graph: Graph, versions: list[str]) -> str:
    """Return the name of a loss of which there are several versions, or elements, as one number."""
    early = [name for name in versions if name not in graph.late]
    if not early:
        return with_old_weights(graph, versions)
    tops = [name for name in early if not any(name in graph.needed(other) - {other} for other in early)]
    if len(tops) == 1:
        return tops[0]
    total = reduce(lambda a, b: ast.BinOp(a, ast.Add(), b), [ast.Name(name) for name in tops])
    line = graph.lines[tops[-1]]
    graph.add(line._replace(name=f"{bare(tops[0])}@sum", expression=total), tops)
    return f"{bare(tops[0])}@sum"


def with_old_weights(graph: Graph, versions: list[str]) -> str:
    """Return a loss that is calculated after the step as it was before it."""
    first = [name for name in versions if row(graph, name) == row(graph, versions[0])]
    needed = graph.needed(*first)
    olds = {new: ast.Name(old) for old, new in graph.steps.items()}
    texts = {
        ast.unparse(line.expression): name for name, line in graph.lines.items() if name not in graph.late
    }
    for name in [name for name in graph.lines if name in needed and name in graph.late and name not in olds]:
        line = graph.lines[name]
        node = replaced(line.expression, olds)
        text = ast.unparse(node)
        if text not in texts:
            texts[text] = f"{name}@before"
            graph.add(line._replace(name=texts[text], expression=node), [*texts.values()])
        olds[name] = ast.Name(texts[text])
    return in_one(graph, [olds[name].id for name in first])


def row(graph: Graph, name: str) -> str:
    """Return where a line stands in the script."""
    return graph.lines[name].place


def taken(graph: Graph) -> tuple[str, str]:
    """Return a loss that is added to a script without one: of a softmax its cross-entropy, else half squares."""
    first = next(
        (
            name
            for name in graph.lines
            if name not in graph.late and errors_in(graph, graph.lines[name].expression)
        ),
        None,
    )
    if first is None:
        raise ValueError(f"expected a loss called {', '.join(LOSS_NAMES)}, or an output minus its target")
    here = [name for name in graph.lines if row(graph, name) == row(graph, first) and name not in graph.late]
    parts = {
        ast.unparse(part): part for name in here for part in errors_in(graph, graph.lines[name].expression)
    }
    terms: list[ast.expr] = []
    softmax = all(normalized(graph, part) for part in parts.values())
    for part in parts.values():
        assert isinstance(part, ast.BinOp)
        if softmax:
            output, target = sorted((part.left, part.right), key=lambda one: side(graph, one))
            terms.append(ast.BinOp(target, ast.Mult(), ast.Call(ast.Name("log"), [output], [])))
        else:
            terms.append(ast.BinOp(part, ast.Pow(), ast.Constant(2)))
    total = reduce(lambda a, b: ast.BinOp(a, ast.Add(), b), terms)
    whole = ast.UnaryOp(ast.USub(), total) if softmax else ast.BinOp(total, ast.Div(), ast.Constant(2))
    key = CROSS_ENTROPY if softmax else HALF_SQUARES
    graph.add(graph.lines[first]._replace(name=f"{key}@", expression=whole), here)
    return f"{key}@", key


def normalized(graph: Graph, part: ast.expr) -> bool:
    """Say whether the output of a difference is one of a softmax: its share of a sum of exponentials."""
    for name in names(part):
        node = graph.lines[name].expression if name in graph.lines else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            inner = {
                *names(node),
                *(
                    n
                    for used in names(node)
                    if used in graph.lines
                    for n in names(graph.lines[used].expression)
                ),
            }
            text = [ast.unparse(graph.lines[used].expression) for used in inner if used in graph.lines]
            if any("exp(" in one for one in [ast.unparse(node), *text]):
                return True
    return False
