"""What is told of a script: a sentence for each line that is wrong, and for what one had better know."""

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from bplit.line import Line
from workings.script.draws import NETWORKS, mode, same
from workings.script.ends import NET, Script, printable
from workings.script.followed import bare, place, slot
from workings.script.graph import row_of
from workings.script.search import Finder
from workings.words import WORDS

REASONS = {2.0: "without ½", 0.5: "one more ½"}
VERSIONED = re.compile(r"(\w+(?:\[[\d,]+\])?)@(?:net\d*|(?P<line>\d+)'*\d*)")  # a line, with its version


def sentence(key: str, **filled: object) -> str:
    """Return a sentence about a script, filled in."""
    said = {key: VERSIONED.sub(own, text) if isinstance(text, str) else text for key, text in filled.items()}
    return WORDS["script"][key].format(**said)


def own(name: re.Match[str]) -> str:
    """Return the script's own name, with the line of one that it assigns more than once."""
    return sentence("of line" if name["line"] else "net input", name=name[1], line=name["line"])


class Note(NamedTuple):
    """What is told of a line: an error, or a remark. Each text in ``instead`` is a change that mends it."""

    line: int
    source: str
    kind: str  # partial, factor, order, sign, rate, other (another weight's), frozen, dead, loss, size, open
    says: str
    error: bool = True
    instead: tuple[str, ...] = ()

    def __str__(self) -> str:
        key = "line" if self.error else "line, open" if self.kind == "open" else "line, remark"
        return f"{sentence(key, number=self.line, says=self.says)}\n    {self.source}"


class Judgement(NamedTuple):
    """What the check of a script tells: errors before remarks, in the order of the lines."""

    script: str
    findings: tuple[Note, ...]
    partials: int
    updates: int

    def __str__(self) -> str:
        errors = sum(note.error for note in self.findings)
        none = sentence("no error" if self.covered else "no error where it was judged")
        counted = {"errors": errors, "partials": self.partials, "updates": self.updates}.items()
        counts = {nouns: sentence(nouns[:-1] if n == 1 else nouns, count=n) for nouns, n in counted}
        counts |= {} if errors else {"errors": none}
        head = sentence("head", script=self.script, networks=NETWORKS, **counts)
        return "\n".join([head, *map(str, self.findings)])

    @property
    def covered(self) -> bool:
        """Whether everything that matters was judged."""
        return not any(note.kind == "open" for note in self.findings)

    @property
    def faultless(self) -> bool:
        """Whether there is no error, as far as it was judged."""
        return not any(note.error for note in self.findings)

    @property
    def right(self) -> bool:
        """Whether everything was judged, and there is no error."""
        return self.covered and self.faultless

    @property
    def record(self) -> dict[str, Any]:
        """The report in plain dicts, lists, texts and numbers, as JSON has them."""
        findings = [{**note._asdict(), "instead": list(note.instead)} for note in self.findings]
        more = {"findings": findings, "networks": NETWORKS}
        return {"right": self.right, "covered": self.covered, **self._asdict(), **more}


def note(line: Line, kind: str, says: str, error: bool = True, instead: Iterable[str] = ()) -> Note:
    """Return what is told of a line."""
    return Note(row_of(line), printable(line.source), kind, says, error, tuple(instead))


def own_name(name: str) -> str:
    """Return what a reader calls a line: the script's own name, with the place in an array."""
    return sentence("net input", name=slot(name)) if NET in name else slot(name)


class Remarks:
    """What is told of steps, and of ``size``: how many times the right ones most stated partials are."""

    def __init__(self, script: Script, notes: list[Note]) -> None:
        self.script, self.graph, self.notes = script, script.graph, notes
        self.search = Finder(script)
        self.sound = self.search.slopes | self.search.sound  # as far as nothing was mended
        self.of = own_name(script.of)
        pairs = [(name, by) for name, by in script.stated.items() if by in self.graph.own]
        pairs += [(end.line, end.by) for end in self.search.ends if not end.step]
        found = [f for name, by in pairs for q, f in self.search.known.get(name, ()) if q == by]
        self.size = mode((f for f in found if 2 * sum(same(f, g) for g in found) > len(found)), 1.0)

    def twice(self) -> Iterator[Note]:
        """Go through the weights that take more than one step in a pass."""
        drawn = self.search.drawn
        for end in [end for end in self.search.ends if end.step]:
            chain = [end.by, end.line]
            while (new := self.graph.moves.get(chain[-1])) in self.graph.lines:
                chain.append(new)
            moves = [(drawn.values[old] - drawn.values[new], new) for old, new in pairwise(chain)]
            steps = [new for by, new in moves if np.any(by) and np.isfinite(drawn.factor(by, end.by))]
            if len(steps) > 1:
                first, second, *more = (self.graph.lines[name].place for name in steps)
                key = "updated often" if more else "updated twice"
                says = sentence(key, name=own_name(end.by), count=len(steps), first=first, second=second)
                yield note(self.graph.lines[steps[1]], "rate", says)

    def kept(self) -> Iterator[Note]:
        """Go through the sums of partials that begin before the loop in which a step is taken by them."""
        graph, search, lines = self.graph, self.search, self.graph.followed.lines
        order = {line.name: n for n, line in enumerate(lines)}
        for end in [end for end in search.ends if end.step and end.line in order]:
            for name in graph.begun.keys() & search.reach[end.line]:
                start, here, step = order[graph.begun[name].name], order[name], order[end.line]
                after = order.get(graph.moves.get(name, ""), 0)  # it may be set back behind the step
                after = after if step < after and not lines[after].uses else len(lines)
                if any(start < n <= here <= step < last <= after for n, last in graph.followed.rounds):
                    yield note(graph.lines[name], "kept", sentence("kept", name=bare(name)))

    def factor(self) -> Iterator[Note]:
        """Tell once of partials that all are off by one factor; in the steps of arrays it is only a rate."""
        script, size, base, known = self.script, abs(self.size), self.search.base[True], self.search.known
        usual = same(size, 1) or same(abs(self.search.usual_own), 1)
        if usual or script.taken or (base is not None and same(abs(base), size)):
            return
        pairs = {*script.stated.items(), *((end.line, end.by) for end in self.search.ends if not end.step)}
        off = sum(any(q == by and same(abs(f), size) for q, f in known.get(n, ())) for n, by in pairs)
        key = "all partials" if off == sum(bool(known.get(name)) for name, _ in pairs) else "some partials"
        some = sentence(key, count=off, all=len(pairs))
        key = next((f"factor, {why}" for one, why in REASONS.items() if same(size, one)), "factor")
        first = next(n for n, found in known.items() if any(same(abs(f), size) for _, f in found))
        arrays = base is not None and any(place(end.line) for end in script.ends)
        if not (arrays and self.graph.followed.sizes):
            says = sentence(key, some=some, size=f"{size:g}", of=self.of)
            yield note(self.graph.lines[first], "factor", says, not arrays)

    def odd(self) -> Iterator[Note]:
        """Go through the steps with another sign or rate than the others, where the partial is right."""
        search, base = self.search, self.search.base[True] or 0.0
        wrong, group = search.wrong() if base else [], search.repairs.group
        lines = {end.line for end in wrong}
        for end in wrong:
            whole = group[end.line].shape and lines.issuperset(group[end.line].lines)
            name = own_name(group[end.by].title if whole else end.by)
            ratio = search.ratio[end.line]
            if not (end.step and np.isfinite(ratio) and search.blameless(end)):
                continue
            kind, size = "rate", abs(ratio)
            if abs(ratio) <= 1e-9 * abs(base):
                kind, says = "frozen", sentence("stays", name=name)
            elif ratio * base < 0:
                turned = search.turned()[0].intersection(self.graph.uses(end.line))
                kind, says = "sign", sentence("climbs, turned" if turned else "climbs", name=name)
            elif any(same(size, one**2) for one in (base, *search.rates().values())):
                says = sentence("rate twice", name=name)
            elif search.without_rate(end) or (same(size, abs(self.size)) and not same(abs(base), size)):
                rates = self.rate(base) or ", ".join(map(own_name, search.rates())) or f"{abs(base):.6g}"
                says = sentence("no rate", name=name, rate=rates)
            elif (rate := self.rate(ratio)) and (others := self.rate(base)):
                says = sentence("another rate", name=name, rate=rate, others=others)
            else:
                says = sentence("times others", name=name, times=self.counted(size / abs(base)))
            yield note(self.graph.lines[end.line], kind, says)
            search.settled.add(end.line)

    def counted(self, times: float) -> str:
        """Return how many times something is another thing: a smaller size as the script has it."""
        own = (float(old) for _, old, new in self.graph.followed.sizes if same(times, new))
        return f"{next(own, times):.6g}"

    def rate(self, size: float) -> str:
        """Return what a rate is called in the script, or nothing."""
        rates = self.search.rates().items()
        names = (own_name(name) for name, value in rates if same(abs(size), abs(self.size) * value))
        return next(names, "")

    def frozen(self) -> Iterator[Note]:
        """Go through the weights that stay although others do not; of biases alone that is a remark."""
        script, graph = self.script, self.graph
        trained = {end.by: None for end in script.ends if end.step}
        stems = {stem(name) for name in trained}
        stated = {by: graph.lines[line] for line, by in script.stated.items()}
        biases: dict[str, Line] = {}
        alike, known = {*map(bare, trained)}, {*script.forward} - trained.keys()
        scaled = [n for n in graph.lines if graph.is_data(n) and bare(n) in alike]  # when they were drawn
        known -= {n for n in known if bare(n) in alike and all(map(graph.is_data, graph.users.get(n, ())))}
        still = {bare(n): n for n in (*scaled, *reversed(graph.own)) if n in known}
        for name in still.values() if trained and not graph.followed.unread else ():  # a step may be unread
            user = next(line for line in graph.lines.values() if name in graph.uses(line.name))
            copied = isinstance(user.expression, ast.Name) and bare(user.name) != bare(name)  # as of inputs
            pairs = [part for part in ast.walk(user.expression) if isinstance(part, ast.BinOp)]
            less = {ast.unparse(part.right) for part in pairs if isinstance(part.op, ast.Sub)}  # as a mean is
            sides = (side for p in pairs if isinstance(p.op, ast.Mult) for side in (p.left, p.right))
            if name in stated and stem(name)[:1] in {"w", "b", *(one[:1] for one in stems)}:
                yield note(stated[name], "frozen", sentence("never updated, though", name=own_name(name)))
            elif stem(name) in stems and name not in less and not copied:
                stepped = dict.fromkeys(bare(o) for o in trained if stem(o) == stem(name))
                same_name = sentence("another of the name", name=bare(name))  # of another layer, as an object
                others = ", ".join(o if o != bare(name) else same_name for o in stepped)
                yield note(user, "frozen", sentence("never updated, as", name=bare(name), others=others))
            elif stem(name) in {"b", "bias", "biases"} and not copied and name not in map(ast.unparse, sides):
                biases[bare(name)] = user  # a factor of that name is an input of 1
        if biases:
            key = "biases stay" if len(biases) > 1 else "bias stays"
            names = ", ".join(reversed(biases))
            yield note(next(reversed(biases.values())), "frozen", sentence(key, names=names), False)


def dead(script: Script) -> Iterator[Note]:
    """Go through the numbers that take a step by a partial and do not lead to the loss."""
    graph, later = script.graph, {*script.graph.moves.values()}
    taken = graph.needed(*(end.line for end in script.ends)) | script.forward
    alike = {re.sub(r"\d", "", bare(end.by)) for end in script.ends if end.step}
    for old, new in graph.moves.items():
        if new not in graph.lines.keys() - taken or old in script.forward or bare(old) != bare(new):
            continue
        # what begins with 0, and nothing uses, may be a sum: it is called as weights are
        begins = old in graph.own or (old not in later and re.sub(r"\d", "", bare(old)) in alike)
        below = graph.needed(new) - {old, new}
        backward = any(not graph.is_data(name) for name in below & graph.lines.keys() - script.forward)
        if begins and backward and below & script.forward & graph.lines.keys():
            says = sentence("reaches nothing", name=bare(old), of=own_name(script.of))
            yield note(graph.lines[new], "dead", says)


def left_open(script: Script, search: Finder) -> Iterator[Note]:
    """Go through what leads nowhere, what was not judged, and what was taken where nothing is said."""
    graph = script.graph
    first = next((misfit for misfit in graph.followed.misfits if misfit[0] in script.forward), None)
    if first:  # a number that becomes an array, as a weight less an array
        name, shape, row = first
        says = sentence("becomes an array", name=own_name(name), size=" × ".join(map(str, shape)))
        yield Note(row, graph.followed.rows[row - 1], "shape", says)
    yield from () if first else dead(script)
    if script.taken:
        yield note(graph.lines[script.of], "loss", sentence(f"{script.taken} taken"), False)
    for end in search.rooted:
        yield note(graph.lines[end.line], "open", sentence("root", name=own_name(end.by)), False)
    weights = {bare(end.by) for end in script.ends if end.step}
    if {*graph.moves.values()} & {line.name for line in script.rest if bare(line.name) in weights}:
        yield note(script.rest[0], "open", sentence("rest"), False)
    if sizes := graph.followed.sizes:
        says = ", ".join(sentence("in place of", new=new, old=old) for _, old, new in sizes)
        row = min(sizes)[0]
        yield Note(row, graph.followed.rows[row - 1], "size", sentence("smaller", sizes=says), False)
    for row, why in graph.followed.unread:
        yield Note(row, graph.followed.rows[row - 1], "open", sentence("unread", why=why), False)


def stem(name: str) -> str:
    """Return the letters that a name begins with: what it has in common with others of its kind."""
    return re.split(r"[\W\d_]", name)[0].lower()
