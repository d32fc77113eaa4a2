"""What is read in a script, and its ends: the steps of its weights, and what it calls partials."""

import ast
import re
from collections import ChainMap, Counter
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bplit.given import shorter, shown, wrong
from bplit.line import Line, mapped, names
from bplit.reading import LENGTH, statements_of
from workings.check.changes import substituted
from workings.net.files import text_of
from workings.net.shapes import trimmed
from workings.script.calls import LeaveError
from workings.script.expressions import Scope
from workings.script.followed import EFFORT, Followed, Record, bare, made_of, place, sizes_for, slot
from workings.script.graph import SQUASHING, Graph, row_of
from workings.script.losses import errors_in, find_loss
from workings.script.numbers import RECORD, TooLargeError
from workings.script.statements import Statements
from workings.script.tables import BUILTINS
from workings.words import WORDS

PRINT = re.compile(r"^(\s*)print\s+(?!\()(\S.*?),?\s*$", re.MULTILINE)
FRONTS, BACKS, NEW = (WORDS["script names"][key].split() for key in ("fronts", "backs", "new"))
UNIT = re.compile(r"(?<![A-Za-z])(net|in|z|sum|delta)(?![A-Za-z])|_")  # o_delta_1 and o_in_1: both of o1
Means = Mapping[str, str] | None
# what is refused, and what nobody thought of
FAILURES = ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError, MemoryError
NET = "@net"  # behind the name of an output: its net input, where the script has no name for it


class End(NamedTuple):
    """A line that is compared: whose partial it states, or of which weight it is the new value."""

    line: str
    by: str
    step: bool


class Script(NamedTuple):
    """A script that is understood: its graph, its loss, what leads to it, and what is compared."""

    name: str
    graph: Graph
    of: str
    taken: str  # which loss was taken for none
    forward: frozenset[str]
    targets: frozenset[str]  # what stands beside outputs
    ends: tuple[End, ...]
    stated: Mapping[str, str]
    rest: tuple[Line, ...]  # after the pass
    whole: Any = None  # reads it as it is, where it has smaller sizes


def follow(text: str, script: str = "script", *limits: Any) -> Followed:
    """Return what a script does, as lines of a listing, or raise a ValueError with the line."""
    if not isinstance(text, str) or len(text) > LENGTH:
        raise ValueError(f"text: expected up to {LENGTH} characters, got more")
    record = followed(text, Record(text, *limits))
    if not any(line.uses for line in record.lines.values()):
        raise ValueError("expected lines that calculate something, got numbers only: call what it defines")
    lines, statements, moves = tuple(record.lines.values()), record.statements, record.moves.values()
    rows = tuple(printable(row.strip()) for row in record.rows)
    rest = tuple(record.misfits), tuple(record.unread.items()), tuple(record.rounds), rows, record.given
    sizes = tuple((row, old, record.table[old]) for old, row in record.sized.items())
    return Followed(script, lines, record.values, tuple(statements), tuple(moves), *rest, sizes)


def followed(text: str, record: Record) -> Record:
    """Return what is written down; once it has been trained, what cannot be followed is only noted."""
    body, follower, trained = script_statements(text), Statements(record), False
    token = RECORD.set(record)
    try:
        with np.errstate(all="ignore"):
            scope: Scope = ChainMap(follower.globals, BUILTINS | follower.late)
            for node in body:
                moves = len(record.moves)
                try:
                    follower.block([node], scope)
                except ValueError as error:
                    if not trained or (record.quick and isinstance(error, TooLargeError)):
                        raise
                    record.unread[record.row] = reason(error)
                    follower.frames.clear()
                if not isinstance(node, ast.Assign | ast.AugAssign):
                    trained |= any(made_of(record, new, old) for old, new in [*record.moves][moves:])
        record.spend(0 if record.quick else -record.work)  # what is shown may have been too much
        return record
    except (LeaveError, *FAILURES) as error:
        source = record.rows[record.row - 1] if record.row else ""
        raise refused(error, str(wrong(f"line {record.row}", reason(error), source))) from None
    finally:
        RECORD.reset(token)


def reason(error: Exception, done: str = "followed") -> str:
    """Return why something is refused; of what nobody thought of, what was not done."""
    if isinstance(error, RecursionError | MemoryError):
        return "expected less in each other"
    if isinstance(error, ValueError | LeaveError):
        return " ".join(shorter(str(error), 350).split())
    return f"not {done} ({shorter(str(error), 60)})"


def refused(error: Exception, text: str) -> ValueError:
    """Return an error with a text that says where it is."""
    return (TooLargeError if isinstance(error, TooLargeError) else ValueError)(printable(text))


def printable(text: str) -> str:
    """Return a text in which what a terminal would obey, or not show, is written as in Python."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


@lru_cache(maxsize=1)  # one that is too large is read again, with other sizes
def script_statements(text: str) -> list[ast.stmt]:
    """Return the statements of a script; the prints of Python 2 are read too."""
    try:
        return statements_of(text)
    except ValueError as error:
        if "Missing parentheses in call to 'print'" not in str(error):
            raise ValueError(printable(str(error))) from None
    return statements_of(PRINT.sub(r"\1print(\2)", text))


def read_script(file: str | Path, of: str | None = None, means: Means = None) -> Script:
    """Return what the script in a file calculates; arguments and errors as `parse_script`, or of the file."""
    return parse_script(text_of(file), str(file), of, means)


def parse_script(text: str, name: str, of: str | None = None, means: Means = None) -> Script:
    """Return what the text of a script calculates; name is what errors call the file.

    of is the loss, means says which names state which partials, if not the usual ones. Raises ValueError.
    """
    seen, too_large = set[int](), list[dict[int, int]]()
    read = partial(read_with, text, name, of, means or {})
    first, smaller, most = EFFORT
    with suppress(TooLargeError):
        return read(first, seen)
    for table in sizes_for(text, seen, too_large):
        try:
            return read(smaller, seen, table)._replace(whole=read)
        except ValueError as error:  # or these sizes do not fit each other
            too_large += [table] if isinstance(error, TooLargeError) else []
    return read(most, seen)


def read_with(text: str, name: str, of: str | None, means: Mapping[str, str], *limits: Any) -> Script:
    """Return what the text of a script calculates, within limits and maybe with other sizes."""
    unread = list[Exception]()  # why nothing may be found
    try:
        said = follow(text, name, *limits)
        unread += [wrong(f"line {row}", why, said.rows[row - 1]) for row, why in said.unread]
        return understood(said, of, means)
    except FAILURES as error:
        raise located(name, [*unread, error][0]) from None


def located(name: str, error: Exception, done: str = "followed") -> ValueError:
    """Return an error that says in which file it is."""
    what = reason(error, done).removeprefix(f"{name}, ").removeprefix("text: ").removeprefix("listing: ")
    return refused(error, f"{name}, {what}" if what.startswith("line ") else f"{name}: {what}")


def understood(followed: Followed, of: str | None, means: Mapping[str, str]) -> Script:
    """Return what the lines of a followed script mean."""
    graph = Graph(followed)
    loss, taken = find_loss(graph, of)
    netted(graph, graph.needed(loss))
    forward = frozenset(graph.needed(loss))
    weights = {old: new for old, new in graph.steps.items() if old in forward and new not in forward}
    rest = cut(graph, forward, weights)
    weights |= renamed(graph, forward, weights)
    ahead = [graph.lines[name].expression for name in forward & graph.lines.keys()]
    errors = [part for node in ahead for part in errors_in(graph, node)]
    aims = graph.needed(*(name for part in errors for name in names(part) if graph.is_data(name)))
    named = named_partials(graph, loss, forward, {*weights.values()})
    units = {bare(name) for name in forward & graph.lines.keys()}
    ones = {name for name in graph.own if bare(name) in units}  # of a column of ones beside outputs
    stated = {name: by for name, by in named.items() if by not in aims | ones} | told(graph, forward, means)
    ends = [End(original(graph, old, new), old, True) for old, new in weights.items()]
    reached = graph.needed(*weights.values()) | graph.late | {n for n in stated if not graph.uses(n)}
    inputs = [End(line, by, False) for line, by in stated.items() if by in graph.own and line not in reached]
    ends += inputs or ([End(line, by, False) for line, by in stated.items()] if not ends else [])
    if not ends:
        raise ValueError("expected partials called dw1, diff_w1, dE_dw1 or the like, or updates")
    return Script(followed.script, graph, loss, taken, forward, frozenset(aims), tuple(ends), stated, rest)


def original(graph: Graph, old: str, new: str) -> str:
    """Return the line that a new value only copies, as w5 = update_w5, if that is made of the old one."""
    node = graph.lines[new].expression if new in graph.lines else None
    copied = node.id if isinstance(node, ast.Name) and node.id in graph.lines else ""
    forms = [form.format(bare(old)).lower() for form in NEW]
    named = bare(copied).lower() in forms or (copied and old in graph.uses(copied))
    return original(graph, old, copied) if named and old in graph.needed(copied) else new


def netted(graph: Graph, forward: set[str]) -> None:
    """Give each net input of the forward lines that has no name a line of its own: ``h@net`` is that of h."""
    for line in [line for name, line in graph.lines.items() if name in forward]:
        nets: dict[str, Line] = {}

        def hoisted(part: ast.expr, line: Line = line, nets: dict[str, Line] = nets) -> ast.expr:
            match part:
                case ast.Call(func=ast.Name() as function, args=[net]) if function.id in SQUASHING:
                    net = net.operand if isinstance(net, ast.UnaryOp) else net
                    if isinstance(net, ast.Name | ast.Constant):
                        return part
                    named = line._replace(name=f"{line.name}{NET}{len(nets) or ''}", expression=net)
                    named = nets.setdefault(ast.unparse(net), named)
                    return substituted(part, net, ast.Name(named.name))
            return part

        node = mapped(line.expression, hoisted)
        for net in nets.values():
            graph.add(net, before=line.name)
        graph.lines[line.name] = line._replace(expression=node)
    netted = {name for name in forward if f"{name}{NET}" in graph.lines}
    for statement in {id(s): s for s in (graph.home[name] for name in netted)}.values():
        lines = trimmed(statement.lines, netted) if statement.lines.ndim else statement.lines
        if netted.issuperset(lines.flat):
            named = np.array(lines + NET, dtype=object)
            whole = statement._replace(name=statement.name + NET, lines=named)
            graph.home |= dict.fromkeys(named.flat, whole)


def cut(graph: Graph, forward: frozenset[str], weights: Mapping[str, str]) -> tuple[Line, ...]:
    """Leave out what comes after the pass, and return those lines of it that stand in no row before."""
    ahead = {slot(name) for name in forward & graph.lines.keys()}
    again = graph.behind({*weights.values()}) - {*weights.values()} - forward
    order = [*graph.lines.values()]
    end = next((n for n, line in enumerate(order) if line.name in again and slot(line.name) in ahead), None)
    if end is None:
        return ()
    rows, late = {*map(row_of, order[:end])}, [line for line in order[end:] if line.name not in forward]
    for line in late:
        del graph.lines[line.name]
    return tuple(line for line in late if row_of(line) not in rows and line.uses)


def renamed(graph: Graph, forward: frozenset[str], weights: Mapping[str, str]) -> dict[str, str]:
    """Return new values that take no place, but are called as such: w5_new or update_w5."""
    later = {slot(name).lower(): name for name in graph.lines if name not in forward}
    some = [name for name in graph.own if name in forward and name not in weights]
    forms = {name: [form.format(bare(name)).lower() + place(name) for form in NEW] for name in some}
    found = {name: [later[form] for form in forms[name] if form in later] for name in some}
    return {name: new[0] for name, new in found.items() if new}


def named_partials(graph: Graph, loss: str, forward: frozenset[str], moved: set[str]) -> dict[str, str]:
    """Return which line states the partial by which name, going by what it is called."""
    several = Counter(slot(name) for name in graph.own if name in forward)  # of which layer, no name says
    ahead = [name for name in (*graph.own, *graph.lines) if name in forward]
    quantities = {slot(name): name for name in ahead if several[slot(name)] < 2}
    often = Counter(slot(name) for name in ahead if UNIT.search(bare(name)))  # as in a loop over layers
    units = {UNIT.sub("", slot(n)): n for n in ahead if n in graph.lines and often[slot(n)] == 1}
    found = {}
    for name in graph.lines:
        claims = [quantities.get(text + place(name)) for text in stems(bare(name), bare(loss))]
        claims += [units.get(UNIT.sub("", slot(name)))] if "delta" in name else []
        by = next(filter(None, claims), None)
        if by and name not in forward and name not in moved:
            found[name] = by
    return found


def stems(name: str, loss: str) -> list[str]:
    """Return what a name may state the partial by, the likeliest first: w5 for dE_dw5."""
    losses = "|".join(map(re.escape, {loss, "E", "L", "J", "C", "loss", "cost", "error"}))
    found = [match[1] for match in [re.match(rf"d_?(?:{losses})_?d_?(\w+)$", name)] if match]
    found += [name.removeprefix(front) for front in FRONTS if name.startswith(front)]
    found += [name.removesuffix(back) for back in BACKS if name.endswith(back)]
    return [text for text in dict.fromkeys(found) if text]


def told(graph: Graph, forward: frozenset[str], means: Mapping[str, str]) -> dict[str, str]:
    """Return which lines state which partials, as somebody says it."""
    later = {slot(name): name for name in graph.lines if name not in forward}
    quantities = {slot(name): name for name in (*graph.own, *graph.lines) if name in forward}
    try:
        return {later[line]: quantities[by] for line, by in means.items()}
    except KeyError as error:
        raise ValueError(f"means: expected names of the script, got {shown(error.args[0])}") from None
