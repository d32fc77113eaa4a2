"""What the names of a script mean: its loss, its weights, what states which partial, what updates what."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from bplit.given import shown
from bplit.line import Line, Value, mapped
from bplit.line import names as names_in
from bplit.listing import Listing
from bplit.reading import LENGTH
from workings.net.files import text_of
from workings.script.draws import Drawn
from workings.script.reader import Reader, bare

# What a loss may be called, the first one that there is; what partials and new values may be called.
LOSS_NAMES = "E_total total_loss total_error total_cost loss_total lost loss cost J E L C".split()
LOSS_NAMES += "mse MSE sse SSE error".split()
FRONTS = "diff_ grad_ gradient_ partial_ delta_ d_ d g_ g".split()
BACKS = "_grad _gradient _diff _delta".split()
NEW = "update_{} updated_{} new_{} next_{} {}_new {}_updated {}_update {}_next".split()
TOKEN = re.compile(r"(?<![A-Za-z])(net|in|z|sum|delta)(?![A-Za-z])|_")  # o_delta_1, o_in_1, net_o1: all of o1


class Script(NamedTuple):
    """One pass of a script: its listing, its own numbers, its loss, and what its lines state.

    ``means`` says which line states the partial by which name, ``updates`` what the new value of which
    input is called, and ``rest`` is the first line after the pass, if it calculates anything there.
    """

    name: str
    listing: Listing
    given: dict[str, float]
    of: str
    means: dict[str, str]
    updates: dict[str, str]
    rest: Line | None


def read_script(file: str | Path, of: str | None = None, means: Mapping[str, str] | None = None) -> Script:
    """Return what a script calculates in one pass. Nothing of it is executed.

    Arguments and errors as `parse_script`; ValueError also if the file cannot be read.
    """
    return parse_script(text_of(file), str(file), of, means)


def parse_script(
    text: str, name: str, of: str | None = None, means: Mapping[str, str] | None = None
) -> Script:
    """Return what the text of a script calculates in one pass; name is what errors call the file.

    of is the loss, means says which of its names state the partial by which: what is left out goes by
    common names, as E and dE_dw5.

    Raises ValueError, with the line, for anything but assignments of arithmetic, functions of one
    return, one loop and what prints, and if there is no loss, or neither a partial nor an update.

    >>> parse_script("import os", "mine.py")
    Traceback (most recent call last):
    ValueError: mine.py, line 1: expected only math and numpy to be imported: import os
    """
    if len(text) > LENGTH:
        raise ValueError(f"{name}: expected up to {LENGTH} characters, got more")
    try:
        reader = Reader(text)
        reader.read()
        return understood(name, *reader.divided(), of, means or {})
    except ValueError as error:
        raise located(name, error) from None


def located(name: str, error: ValueError) -> ValueError:
    """Return an error that says in which file it is."""
    what = str(error).removeprefix("text: ").removeprefix("listing: ")
    return ValueError(printable(f"{name}, {what}" if what.startswith("line ") else f"{name}: {what}"))


def printable(text: str) -> str:
    r"""Return a text in which what a terminal would obey, or not show, is written as in Python.

    >>> print(printable("x = 1 # \x1b[2J"))
    x = 1 # \x1b[2J
    """
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def understood(
    name: str,
    listing: Listing,
    given: dict[str, float],
    rest: Line | None,
    of: str | None,
    named: Mapping[str, str],
) -> Script:
    """Return a script with what its names mean."""
    loss = loss_of(listing, of)
    listing = netted(listing, loss)
    forward = listing.needed(loss)
    weights = {bare(line): line for line in listing.inputs if line in forward}
    again = first_again(listing, loss, weights)
    if again:
        place = listing.lines.index(again)
        rest, listing = again, Listing(listing.lines[:place])
    later = {bare(line): line for line in listing.names if line not in forward}
    updates = {}
    for weight, line in weights.items():
        forms = [weight, *(form.format(weight) for form in NEW)]
        new = [later[text] for text in forms if text in later]
        new += [line for text, line in later.items() if text.lower() in map(str.lower, forms)]
        if new:
            updates[line] = new[0]
    quantities = {bare(line): line for line in listing.inputs}
    quantities |= {bare(line): line for line in (*listing.inputs, *listing.names) if line in forward}
    for text, by in named.items():
        if text not in later or by not in quantities:
            unknown = shown(text if by in quantities else by)
            raise ValueError(f"means: expected names of the script, got {unknown}")
    means = {later[text]: quantities[by] for text, by in named.items()}
    drawn = Drawn(listing, loss, given)
    open_ = {text: line for text, line in later.items() if line not in (*means, *updates.values())}
    choices = {line: [*candidates(text, bare(loss), quantities, listing)] for text, line in open_.items()}
    means |= stated(drawn, choices, means, updates)
    if not means and not updates:
        what = "expected partials called dw1, diff_w1, dE_dw1 or the like, or updates"
        raise ValueError(f"{what}, or what states them (--means dw1=w1, or means=...), got none")
    means = {line: means[line] for line in listing.names if line in means}
    return Script(name, listing, given, loss, means, updates, rest)


def loss_of(listing: Listing, of: str | None) -> str:
    """Return the line that is the loss: of the name that is asked for, or the first usual one."""
    called = {bare(line) for line in listing.names}
    if of is not None and of not in called:
        raise ValueError(f"of: expected a name that the script assigns, got {shown(of)}")
    differences = [bare(line.name) for line in listing.lines if is_difference(line, listing)]
    usual = [loss for loss in LOSS_NAMES if loss in called and loss not in differences]
    if not (of or usual):
        some = [loss for loss in LOSS_NAMES if loss in differences]
        got = f"{some[0]}, a difference (E = {some[0]} ** 2 / 2 is a loss)" if some else "none"
        what = f"expected a loss called {', '.join(LOSS_NAMES)}, or its name (--loss NAME, or of=NAME)"
        raise ValueError(f"{what}, got {got}")
    loss, *more = (line.name for line in listing.lines if bare(line.name) == (of or usual[0]))
    for version in more:  # a sum goes on, but not over an update; a second pass does not rest on the first
        before, inner = listing.needed(loss), listing.needed(version)
        known = {bare(line) for line in before if line in listing.inputs}
        again = {line for line in inner - before if bare(line) in known}
        if again & {*listing.names}:
            break
        if again or loss in listing.line(version).uses:  # numbers that are set again begin anew
            loss = version
    return loss


def first_again(listing: Listing, loss: str, weights: Mapping[str, str]) -> Line | None:
    """Return the first line that calculates anew, from an updated weight, what leads to the loss."""
    forward = listing.needed(loss)
    names = {bare(line) for line in forward if line in listing.names and line != loss}
    moved = {line for line in listing.names if line not in forward and bare(line) in weights}
    for part in listing.lines:
        if part.name not in moved and moved & {*part.uses}:
            moved.add(part.name)
            if bare(part.name) in names and part.name not in forward:
                return part
    return None


def stated(
    drawn: Drawn,
    choices: Mapping[str, list[tuple[str, bool]]],
    means: Mapping[str, str],
    updates: Mapping[str, str],
) -> dict[str, str]:
    """Return by what each line states the partial, out of its choices: by its value, then by its name."""
    found, unsure = dict(means), {}
    for line, choice in choices.items():
        fits = [by for by, _ in choice if drawn.share(drawn.values[line], by) is not None]
        fits += [by for by, sure in choice if sure]
        if len(choice) > bool(fits):
            unsure[line] = [by for by, _ in choice]
        if fits:
            found[line] = fits[0]
    ends = [end for end, by in found.items() if by in drawn.listing.inputs]
    reach = {end: drawn.listing.needed(end) for end in (*ends, *updates.values())} if unsure else {}
    for line, some in unsure.items():
        users = {new: weight for weight, new in updates.items() if line in reach[new]}
        others = {end: by for end, by in found.items() if line in reach.get(end, ()) and end != line}
        found |= explaining(drawn, line, some, others, users)
    return found


def is_difference(line: Line, listing: Listing) -> bool:
    """Say whether a line is an output minus its target: many call that the error, but it is no loss."""
    match line.expression:
        case ast.BinOp(left=ast.Name(id=one), op=ast.Sub(), right=ast.Name(id=other)):
            return bool({one, other} & {*listing.inputs})
    return False


def netted(listing: Listing, of: str) -> Listing:
    r"""Return a listing in which a unit's net input is a line of its own: ``h@net`` is that of h.

    >>> text = "h = 1 / (1 + exp(-w * x))\nE = h ** 2"
    >>> for line in netted(Listing.read(text), "E").lines:
    ...     print(line.name, "is", ast.unparse(line.expression))
    h@net is w * x
    h is 1 / (1 + exp(-h@net))
    E is h ** 2
    """
    forward, lines = listing.needed(of), []
    for line in listing.lines:
        calls = [part for part in ast.walk(line.expression) if isinstance(part, ast.Call)]
        inner, _ = unsigned(calls[0].args[0]) if calls and line.name in forward else (None, False)
        if inner and not isinstance(inner, ast.Name):
            net = f"{line.name}@net"
            outer = with_name(line.expression, ast.unparse(inner), net)
            if {*names_in(outer)} == {net}:
                lines.append(line._replace(name=net, expression=inner))
                line = line._replace(expression=outer)
        lines.append(line)
    return Listing(tuple(lines))


def unsigned(node: ast.expr) -> tuple[ast.expr, bool]:
    """Return an expression without the minus that it begins with, and whether it began with one."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return operand, True
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            inner, minus = unsigned(left)
            return ast.BinOp(inner, op, right), minus
    return node, False


def with_name(node: ast.expr, text: str, name: str) -> ast.expr:
    """Return an expression with a name in place of the parts that have a text, or minus it."""

    def named(part: ast.expr) -> ast.expr:
        inner, minus = unsigned(part)
        if ast.unparse(inner) != text:
            return part
        return ast.UnaryOp(ast.USub(), ast.Name(name)) if minus else ast.Name(name)

    return mapped(node, named)


def explaining(
    drawn: Drawn, line: str, choice: Iterable[str], ends: Mapping[str, str], users: Mapping[str, str]
) -> dict[str, str]:
    """Return by which quantity a line must state the partial so that most of what uses it is right.

    Ends state partials, users are new values. Nothing if nothing becomes right: then the line is a helper,
    and states nothing itself.
    """
    ends = {end: by for end, by in ends.items() if end not in users}
    cut = Listing(tuple(part for part in drawn.listing.lines if part.name != line))

    def right(at: Mapping[str, Value]) -> int:
        found = [drawn.share(at[end], by) for end, by in ends.items()]
        found += [drawn.share(at[weight] - at[new], weight) for new, weight in users.items()]
        return sum(one is not None for one in found)

    best, most = dict[str, str](), right(drawn.values)
    for by in choice if line in cut.inputs and most < len(ends) + len(users) else ():
        for sign in (1, -1):
            given = {name: drawn.values[name] for name in cut.inputs}
            count = right(cut.run(given | {line: sign * drawn.partials[by]}))
            if count > most:
                best, most = {line: by}, count
    return best


def candidates(
    name: str, loss: str, quantities: Mapping[str, str], listing: Listing
) -> Iterator[tuple[str, bool]]:
    r"""Go through what a name may state the partial by, and say whether it may without its value agreeing.

    >>> text = "net_o1 = w5 * h\no1 = tanh(net_o1)\nE = o1 ** 2"
    >>> names = {name: name for name in ("w5", "net_o1", "o1")}
    >>> for name in ("dE_dw5", "delta_o1", "d_o1"):
    ...     print(*candidates(name, "E", names, Listing.read(text)))
    ('w5', True)
    ('net_o1', True) ('o1', False)
    ('o1', True) ('net_o1', False)
    """
    fronts = [front for front in FRONTS if name.startswith(front)]
    for word in {loss, *LOSS_NAMES}:
        fronts += [front for front in (f"d{word}_d", f"d_{word}_d", f"d{word}d") if name.startswith(front)]
    texts = [name.removeprefix(front) for front in sorted(fronts, key=len, reverse=True)]
    texts += [name.removesuffix(back) for back in BACKS if name.endswith(back)]
    texts += [text[1:] for text in texts if text.startswith("_")]
    exact = [quantities[text] for text in texts if text in quantities]
    delta = "delta" in name
    keys = {TOKEN.sub("", text) for text in (*texts, *[name] * delta)} - {""}
    lines = [line for line in quantities.values() if line in listing.names]
    near = [line for line in lines if line not in exact and TOKEN.sub("", bare(line)) in keys]
    uses = [listing.line(line).uses for line in (*exact, *near) if line in lines]
    near += [inner for inner, *more in uses if not more and inner in listing.names]
    order = near + exact if delta and not {*exact} & {*listing.inputs} else exact + near
    for place, line in enumerate(dict.fromkeys(order)):
        yield line, place == 0 and (line in exact) != (delta and line in lines)
