"""What is held against the sweep in a script: the steps of its weights, and what it calls partials."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bplit.given import shown
from bplit.line import Line, mapped, names
from bplit.reading import LENGTH
from workings.net.files import text_of
from workings.script.followed import Followed, bare, place, slot
from workings.script.following import follow, printable
from workings.script.graph import Graph, row_of, squashes
from workings.script.losses import errors_in, find_loss

FRONTS = "diff_ gradient_ grad_ g_ g partial_ nabla_ delta_ d_ d".split()
BACKS = "_gradients _gradient _grads _grad _gs _diff _delta".split()
NEW = "update_{} updated_{} new_{} next_{} {}_new {}_updated {}_update {}_next {}_nuevo {}_neu {}new".split()
RETURNED = re.compile(r"\.\d+$")  # the name of what a function returns that nobody calls
UNIT = re.compile(r"(?<![A-Za-z])(net|in|z|sum|delta)(?![A-Za-z])|_")  # o_delta_1 and o_in_1: both of o1
NET = "@net"  # behind the name of an output: its net input, where the script has no name for it


class End(NamedTuple):
    """A line that is compared: whose partial it states, or of which weight it is the new value."""

    line: str
    by: str
    step: bool


class Script(NamedTuple):
    """A script that is understood: its graph, its loss, what leads to it, and what is compared.

    ``taken`` says which loss was taken where the script has none, ``targets`` are its own numbers that an
    output is compared with, and ``rest`` are lines after the pass that calculate anything new.
    """

    name: str
    graph: Graph
    of: str
    taken: str
    forward: frozenset[str]
    targets: frozenset[str]
    ends: tuple[End, ...]
    stated: Mapping[str, str]
    rest: tuple[Line, ...]


def read_script(file: str | Path, of: str | None = None, means: Mapping[str, str] | None = None) -> Script:
    """Return what a script calculates. Nothing of it is executed.

    Arguments and errors as `parse_script`; ValueError also if the file cannot be read.
    """
    return parse_script(text_of(file), str(file), of, means)


def parse_script(
    text: str, name: str, of: str | None = None, means: Mapping[str, str] | None = None
) -> Script:
    """Return what the text of a script calculates; name is what errors call the file.

    of is the loss, means says which of its names state the partial by which: what is left out goes by
    common names, as E and dE_dw5, and by what takes the place of what.

    Raises ValueError, with the line, for what is not followed, and if there is no loss and no error of an
    output, or neither a partial nor an update.

    >>> parse_script("x = open('data.txt')", "mine.py")
    Traceback (most recent call last):
    ValueError: mine.py, line 1: unknown function open: write out what it calculates: x = open('data.txt')
    """
    try:
        if len(text) > LENGTH:
            raise ValueError(f"expected up to {LENGTH} characters, got more")
        return understood(follow(text, name), of, means or {})
    except ValueError as error:
        raise located(name, error) from None


def located(name: str, error: ValueError) -> ValueError:
    """Return an error that says in which file it is."""
    what = str(error).removeprefix("text: ").removeprefix("listing: ")
    return ValueError(printable(f"{name}, {what}" if what.startswith("line ") else f"{name}: {what}"))


def understood(followed: Followed, of: str | None, means: Mapping[str, str]) -> Script:
    """Return what the lines of a followed script mean.

    Raises ValueError if there is no loss, and neither a partial nor a step.
    """
    graph = Graph(followed)
    if not graph.lines:
        raise ValueError("expected lines that calculate something, got numbers only")
    loss, taken = find_loss(graph, of)
    netted(graph, graph.needed(loss))
    forward = frozenset(graph.needed(loss))
    weights = {old: new for old, new in graph.steps.items() if old in forward and new not in forward}
    rest = cut(graph, forward, weights)
    weights |= renamed(graph, forward, weights)
    aims = frozenset(targets(graph, forward))
    named = named_partials(graph, loss, forward, {*weights.values()})
    stated = {name: by for name, by in named.items() if by not in aims} | told(graph, forward, means)
    ends = [End(original(graph, old, new), old, True) for old, new in weights.items()]
    reached = graph.needed(*weights.values())
    inputs = [End(line, by, False) for line, by in stated.items() if by in graph.own and line not in reached]
    ends += inputs or ([End(line, by, False) for line, by in stated.items()] if not ends else [])
    if not ends and not any(RETURNED.search(statement.name) for statement in followed.statements):
        raise ValueError("expected partials called dw1, diff_w1, dE_dw1 or the like, or updates")
    return Script(followed.script, graph, loss, taken, forward, aims, tuple(ends), stated, rest)


def original(graph: Graph, old: str, new: str) -> str:
    """Return the line that a new value only copies, as w5 = update_w5, if that is made of the old one."""
    node = graph.lines[new].expression
    if isinstance(node, ast.Name) and node.id in graph.lines and old in graph.needed(node.id):
        forms = {form.format(bare(old)).lower() for form in NEW}
        if old in graph.uses(node.id) or bare(node.id).lower() in forms:
            return original(graph, old, node.id)
    return new


def netted(graph: Graph, forward: set[str]) -> None:
    """Give each net input of the forward lines that has no name a line of its own: ``h@net`` is that of h."""
    for name in [name for name in graph.lines if name in forward]:
        line, inner = graph.lines[name], list[tuple[str, ast.expr]]()

        def hoisted(part: ast.expr, name: str = name, inner: list[tuple[str, ast.expr]] = inner) -> ast.expr:
            match part:
                case ast.Call(func=ast.Name() as function, args=[net]) if squashes(part):
                    minus = isinstance(net, ast.UnaryOp)
                    net = net.operand if isinstance(net, ast.UnaryOp) else net
                    if isinstance(net, ast.Name | ast.Constant):
                        return part
                    known = next((key for key, node in inner if ast.unparse(node) == ast.unparse(net)), "")
                    if not known:
                        known = f"{name}{NET}{len(inner) or ''}"
                        inner.append((known, net))
                    new: ast.expr = ast.Name(known)
                    return ast.Call(function, [ast.UnaryOp(ast.USub(), new) if minus else new], [])
            return part

        node = mapped(line.expression, hoisted)
        for known, net in inner:
            graph.add(line._replace(name=known, expression=net), before=name)
        graph.lines[name] = line._replace(expression=node)
    for statement in {id(s): s for s in (graph.home[name] for name in forward)}.values():
        nets = [f"{name}{NET}" for name in statement.lines.flat]
        if statement.lines.ndim and all(net in graph.lines for net in nets):
            lines = np.array(nets, dtype=object).reshape(statement.lines.shape)
            graph.home |= dict.fromkeys(nets, statement._replace(name=f"{statement.name}{NET}", lines=lines))


def cut(graph: Graph, forward: frozenset[str], weights: Mapping[str, str]) -> tuple[Line, ...]:
    """Leave out what comes after the pass, and return those lines of it that stand in no row before."""
    moved = {*weights.values()}
    ahead = {slot(name) for name in forward if name in graph.lines}
    order = [*graph.lines]
    again = set(moved)
    for n, name in enumerate(order):
        if name not in again and again.intersection(graph.lines[name].uses):
            again.add(name)
            if slot(name) in ahead and name not in forward and name not in moved:
                late = [graph.lines[other] for other in order[n:] if other not in forward]
                rows = {row_of(graph.lines[other]) for other in order[:n]}
                for line in late:
                    del graph.lines[line.name]
                return tuple(line for line in late if row_of(line) not in rows and line.uses)
    return ()


def renamed(graph: Graph, forward: frozenset[str], weights: Mapping[str, str]) -> dict[str, str]:
    """Return new values that take no place, but are called as such: w5_new or update_w5."""
    later = {bare(name).lower() + place(name): name for name in graph.lines if name not in forward}
    found = {}
    for name in graph.own:
        if name in forward and name not in weights:
            forms = [form.format(bare(name)).lower() + place(name) for form in NEW]
            if new := next((later[form] for form in forms if form in later), None):
                found[name] = new
    return found


def named_partials(graph: Graph, loss: str, forward: frozenset[str], moved: set[str]) -> dict[str, str]:
    """Return which line states the partial by which name, going by what it is called."""
    quantities = {slot(name): name for name in (*graph.own, *graph.lines) if name in forward}
    nets = [name for name in graph.lines if name in forward and UNIT.search(bare(name))]
    units = {UNIT.sub("", bare(name)) + place(name): name for name in nets}
    found = {}
    for name in graph.lines:
        if name in forward or name in moved:
            continue
        for text in stems(bare(name), bare(loss)):
            if by := quantities.get(text + place(name)):
                found[name] = by
                break
        else:
            if "delta" in name and (by := units.get(UNIT.sub("", bare(name)) + place(name))):
                found[name] = by
    return found


def stems(name: str, loss: str) -> list[str]:
    """Return what a name may state the partial by, the likeliest first.

    >>> stems("dE_dw5", "E")
    ['w5', 'E_dw5']
    >>> stems("w1_grad", "lost")
    ['w1']
    """
    losses = "|".join(map(re.escape, {loss, "E", "L", "J", "C", "loss", "cost", "error"}))
    found = [match[1] for match in [re.match(rf"d_?(?:{losses})_?d_?(\w+)$", name)] if match]
    found += [name.removeprefix(front) for front in FRONTS if name.startswith(front)]
    found += [name.removesuffix(back) for back in BACKS if name.endswith(back)]
    return [text for text in dict.fromkeys(found) if text]


def targets(graph: Graph, forward: frozenset[str]) -> set[str]:
    """Return the script's own numbers that stand on the other side of an output, in a difference."""
    parts = [part for name in forward & graph.lines.keys() for part in errors_in(graph, name)]
    return {name for part in parts for name in names(part) if name in graph.own and name not in graph.steps}


def told(graph: Graph, forward: frozenset[str], means: Mapping[str, str]) -> dict[str, str]:
    """Return which lines state which partials, as somebody says it."""
    later = {slot(name): name for name in graph.lines if name not in forward}
    quantities = {slot(name): name for name in (*graph.own, *graph.lines) if name in forward}
    for line, by in means.items():
        if line not in later or by not in quantities:
            unknown = shown(line if by in quantities else by)
            raise ValueError(f"means: expected names of the script, got {unknown}")
    return {later[line]: quantities[by] for line, by in means.items()}
