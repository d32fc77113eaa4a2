r"""A script against the sweep of its own forward lines.

>>> from workings.script import parse_script
>>> text = "x = w = 2\nb = 1\nE = (w * x + b) ** 2 / 2\ndw = (w * x + b) * w\nw -= 0.1 * dw"
>>> print(judge(parse_script(text, "mine.py")))
mine.py: 1 error in 1 partial and 1 update, at 40 random networks
line 4: dw uses w, the sweep says x (invisible at your numbers, since x = w)
    dw = (w * x + b) * w
line 3: remark: b is never updated: the bias stays as it is
    E = (w * x + b) ** 2 / 2
"""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from bplit.line import Line, Value, evaluated, replaced
from workings.script.draws import same, swept
from workings.script.ends import End, Script, located
from workings.script.followed import bare, place
from workings.script.graph import row_of
from workings.script.repairs import Repair
from workings.script.search import Found, Search, mode
from workings.script.sentences import Judgement, Note, called, group_name, note, repaired, sentence

REASONS = {2.0: "without ½", 0.5: "one more ½"}
BIASES = {"b", "bias", "biases"}
ROUNDS = 12  # so many statements are sought to be mended, one after the other


def judge(script: Script) -> Judgement:
    """Compare what a script states with the sweep of its forward lines, at random networks and at its own."""
    try:
        return Comparison(script, [*used_early(script)]).report()
    except ValueError as error:  # a line without a value, or without a slope
        raise located(script.name, error) from None


def used_early(script: Script) -> Iterator[Note]:
    """Put the old weights wherever a new one is used too early, and tell where that was."""
    graph = script.graph
    old = {end.line: end.by for end in script.ends if end.step}
    old |= {
        new: old[line] for line, new in graph.moves.items() if line in old
    }  # w5 = update_w5: both are new
    for weight, new in graph.moves.items():
        if weight in {*old.values()} and new in graph.lines:
            old.setdefault(new, weight)
    below = graph.needed(*(end.line for end in script.ends)) - script.forward
    told: dict[tuple[int, str], tuple[Line, dict[str, str]]] = {}
    for name, line in [*graph.lines.items()]:
        early = [used for used in graph.uses(name) if used in old and old[used] != old.get(name)]
        if early and name in below and not isinstance(line.expression, ast.Name):
            node = replaced(line.expression, {used: ast.Name(old[used]) for used in early})
            graph.lines[name] = line._replace(expression=node)
            where = {bare(used): graph.lines[used].place for used in early}
            told.setdefault((row_of(line), bare(name)), (line, {}))[1].update(where)
    for (_, name), (line, where) in told.items():
        late = [sentence("after its update", name=used, place=at) for used, at in where.items()]
        yield note(line, "order", sentence("uses new", name=name, new=sentence("and").join(late)))


class Comparison:
    """What is told of a script: what is wrong, what is odd, and what could not be judged."""

    def __init__(self, script: Script, notes: list[Note]) -> None:
        self.script, self.graph, self.notes = script, script.graph, notes
        self.search = Search(script)
        self.of = called(script.of)
        self.own, self.right = self.at_own_numbers()
        pairs = [(name, by) for name, by in script.stated.items() if by in self.graph.own]
        pairs += [(end.line, end.by) for end in self.search.ends if not end.step]
        found = [f for name, by in pairs for q, f in self.search.known.get(name, ()) if q == by]
        # how many times the right ones the stated partials are, if most agree
        self.size = mode((f for f in found if 2 * sum(same(f, g) for g in found) > len(found)), 1.0)

    def at_own_numbers(self) -> tuple[dict[str, Value], dict[str, Value]]:
        """Return the values and the partials at the script's own numbers, nothing where it has none."""
        listing = self.search.drawn.listing
        try:
            values = listing.run({name: self.graph.own[name] for name in listing.inputs})
            return values, swept(listing, values, self.script.of)[1]
        except ValueError:
            return {}, {}

    def tell(self, name: str, kind: str, says: str, error: bool = True) -> None:
        """Note what is told of a line."""
        self.notes.append(note(self.graph.lines[name], kind, says, error))

    def report(self) -> Judgement:
        """Return what is told of the script."""
        search, script = self.search, self.script
        partials = sum(bool(found) or name in script.stated for name, found in search.known.items())
        self.twice()
        self.kept()
        self.signs()
        self.factor()
        for _ in range(ROUNDS):
            self.odd()
            found = search.best() if search.wrong() else None
            if found is None:
                break
            self.notes.append(self.told(found))
            search.take(found)
        wrong = {id(search.repairs.group[end.line]): end for end in reversed(search.wrong())}
        self.notes += [self.unexplained(end) for end in wrong.values()]
        self.notes += [*self.frozen(), *(misfits(script) or dead(script)), *left_open(script, search)]
        self.notes.sort(key=lambda part: (not part.error, part.line))
        first = {
            (part.line, part.kind): part for part in reversed(self.notes)
        }  # what is alike in one row once
        notes = tuple(part for part in self.notes if part is first[part.line, part.kind])
        return Judgement(script.name, notes, partials, sum(end.step for end in script.ends))

    def twice(self) -> None:
        """Tell of weights that take more than one step in a pass."""
        drawn = self.search.drawn
        for end in [end for end in self.search.ends if end.step]:
            chain = [end.by, end.line]
            while (new := self.graph.moves.get(chain[-1])) in self.graph.lines:
                chain.append(new)
            moves = {new: drawn.values[old] - drawn.values[new] for old, new in pairwise(chain)}
            steps = [
                n for n, step in moves.items() if np.any(step) and np.isfinite(drawn.factor(step, end.by))
            ]
            if len(steps) > 1:
                first, second, *more = (self.graph.lines[name].place for name in steps)
                key = "updated often" if more else "updated twice"
                says = sentence(key, name=called(end.by), count=len(steps), first=first, second=second)
                self.tell(steps[1], "rate", says)

    def kept(self) -> None:
        """Tell of sums of partials that begin before the loop in which a step is taken by them."""
        graph, search = self.graph, self.search
        order = {line.name: n for n, line in enumerate(graph.followed.lines)}
        for end in [end for end in search.ends if end.line in order]:
            for name in graph.begun.keys() & search.reach[end.line]:
                start, here, step = order[graph.begun[name].name], order[name], order[end.line]
                if any(start < first <= here <= step < last for first, last in graph.followed.rounds):
                    self.tell(name, "kept", sentence("kept", name=bare(name)))

    def signs(self) -> None:
        """Tell of steps that all go up the slope: where the sign comes from, if that is one line."""
        search, known = self.search, self.search.known
        if not any(end.step for end in search.ends) and (search.base[False] or 1) < 0:
            self.tell(search.ends[0].line, "sign", sentence("minus those", of=self.of), False)
        if (search.base[True] or 1) > 0:
            return
        turned = {name for name, found in known.items() if found and found[0][1] < 0}
        origins = [n for n in self.graph.lines if n in turned and not turned.intersection(self.graph.uses(n))]
        groups = {id(search.repairs.group[name]) for name in origins}
        if not origins:
            first = next(end.line for end in search.ends if end.step)
            self.tell(first, "sign", sentence("all steps climb"))
        elif len(groups) == 1:
            name = group_name(search.repairs.group[origins[0]])
            self.tell(origins[0], "partial", sentence("sign", name=name))
        else:
            self.tell(origins[0], "sign", sentence("all climb", of=self.of))

    def factor(self) -> None:
        """Tell once of partials that all are off by one factor; in the steps of arrays it is only a rate."""
        script, size, base, known = self.script, abs(self.size), self.search.base[True], self.search.known
        if same(size, 1) or script.taken or (base is not None and same(abs(base), size)):
            return
        ends = [(end.line, end.by) for end in self.search.ends if not end.step]
        pairs = {*script.stated.items(), *ends}
        off = sum(any(q == by and same(abs(f), size) for q, f in known.get(n, ())) for n, by in pairs)
        key = "all partials" if off == sum(bool(known.get(name)) for name, _ in pairs) else "some partials"
        some = sentence(key, count=off, all=len(pairs))
        key = next((f"factor, {why}" for one, why in REASONS.items() if same(size, one)), "factor")
        first = next(n for n, found in known.items() if any(same(abs(f), size) for _, f in found))
        arrays = base is not None and any(place(end.line) for end in script.ends)
        self.tell(first, "factor", sentence(key, some=some, size=f"{size:g}", of=self.of), not arrays)

    def odd(self) -> None:
        """Tell of steps with another sign or rate than the others, where the partial is right."""
        search, base = self.search, self.search.base[True] or 0.0
        for end in search.wrong() if base else ():
            ratio, name = search.ratio[end.line], called(end.by)
            if not (end.step and np.isfinite(ratio) and search.blameless(end)):
                continue
            kind, size = "rate", abs(ratio)
            if idle := self.idle(end):
                kind, says = "dead", sentence("leads nowhere", name=called(idle), weight=name, of=self.of)
            elif not ratio:
                kind, says = "frozen", sentence("stays", name=name)
            elif ratio * base < 0:
                kind, says = "sign", sentence("climbs", name=name)
            elif any(same(size, one**2) for one in (base, *search.rates().values())):
                says = sentence("rate twice", name=name)
            elif same(size, abs(self.size)) and not same(abs(base), abs(self.size)):
                says = sentence("no rate", name=name, rate=self.rate(base))
            else:
                says = sentence("another rate", name=name, rate=self.rate(ratio), others=self.rate(base))
            self.tell(end.line, kind, says)
            search.settled.add(end.line)

    def idle(self, end: End) -> str:
        """Return an input that only one partial has in it, since nothing leads from it to the loss."""
        search, graph = self.search, self.graph
        fine = set().union(*(search.reach[other.line] for other in search.ends if search.fine(other)))
        own = search.reach[end.line] & graph.own.keys() - fine - self.script.forward
        return next((name for name in graph.own if name in own and self.beside_inputs(name)), "")

    def beside_inputs(self, name: str) -> bool:
        """Say whether a number has the name of the inputs, but for what counts them: x2 of x1."""
        data = self.script.forward & self.graph.own.keys() - self.graph.steps.keys() - self.script.targets
        return stem(name) in {stem(other) for other in data}

    def rate(self, size: float) -> str:
        """Return what a rate is called in the script, or its number."""
        rates = self.search.rates().items()
        names = (called(name) for name, value in rates if same(abs(size), abs(self.size) * value))
        return next(names, f"{abs(size):.6g}")

    def told(self, found: Found) -> Note:
        """Return what is told of a statement that is wrong."""
        # of repairs alike, one of numbers that are the same at the script's own: it says why nothing shows
        found = found._replace(
            repairs=tuple(sorted(found.repairs, key=lambda repair: not self.equal(repair)))
        )
        group, values = found.group, self.search.drawn.values
        name = group_name(group)
        line = next(one for one in group.lines if np.any(found.wanted[one] != values[one]))
        instead = tuple(dict.fromkeys(repaired(repair, name) for repair in found.repairs))
        if not instead and found.update:
            return self.unexplained(next(end for end in self.search.ends if end.line in group.lines))
        says = instead[0] if instead else self.is_not(found, line)
        if group.shape and len(group.lines) > 1:
            says = sentence("all elements", says=says, count=len(group.lines))
        kind = "partial"
        if any(end.step and end.line in group.lines for end in self.search.ends) and instead:
            kinds = {"sign": "sign", "sign of": "sign", "instead": "other", "exchanged": "other"}
            kind = kinds.get(found.repairs[0].key, "rate")
        at = self.graph.lines[line]
        if group.name.endswith("()") and found.repairs and "new" in found.repairs[0].filled:
            at = next(user for user in self.graph.lines.values() if line in self.graph.uses(user.name))
        return note(at, kind, self.with_own_numbers(says, found, line), True, instead)

    def is_not(self, found: Found, line: str) -> str:
        """Say what a statement is not, where no change of it is known that mends it, or what it is."""
        name, by = group_name(found.group), found.by.get(line)
        if by is None:
            return sentence("no slope", name=name)
        known = self.search.known.get(line, ())
        if other := next(
            (q for q, f in known if same(f, self.size) and q in self.graph.own and q != by), None
        ):
            return sentence("partial of another", name=name, of=self.of, by=called(other), own=called(by))
        part = sentence("the partial")
        if same(float(self.search.drawn.factor(found.wanted[line], by)), -1):
            part = sentence("minus", what=part)
        quantity = group_name(self.search.repairs.group[by]) if found.group.shape else called(by)
        return sentence("no partial", name=name, of=self.of, by=quantity, partial=part)

    def with_own_numbers(self, says: str, found: Found, line: str) -> str:
        """Add what a line is and should be at the script's own numbers, or that it is the same there."""
        if not self.own:
            return says
        first, by = next(iter(found.repairs), None), found.by.get(line)
        times = float(self.search.drawn.factor(found.wanted[line], by)) if by else np.nan
        right = times * self.right[by] if by and same(abs(times), abs(self.size)) else None
        same_there = right is not None and nearly(right, self.own[line])
        if first:
            nodes = {n: first.write(n, self.graph.lines[n].expression) for n in found.group.lines}
            same_there = all(
                node and nearly(evaluated(node, self.own), self.own[n]) for n, node in nodes.items()
            )
        if same_there:
            equal = self.equal(first) if first else ""
            return sentence("invisible, since" if equal else "invisible", says=says, equal=equal)
        if right is not None and not found.group.shape:
            it, right = f"{self.own[line]:.6g}", f"{right:.6g}"
            return sentence("it is", says=says, it=it, right=right) if it != right else says
        return says

    def equal(self, repair: Repair) -> str:
        """Return two names that a repair puts for each other and whose numbers are equal, as an equation."""
        new, old = repair.filled.get("new", ""), repair.filled.get("old", "")
        equal = {new, old} <= self.own.keys() and self.own[new] == self.own[old]
        return f"{called(new)} = {called(old)}" if equal else ""

    def unexplained(self, end: End) -> Note:
        """Return what is told of an end that nothing makes right."""
        group = self.search.repairs.group
        by = group_name(group[end.by]) if group[end.line].shape else called(end.by)
        says = sentence("no step", weight=by, of=self.of)
        if not end.step:
            name, part = group_name(group[end.line]), sentence("the partial")
            says = sentence("no partial", name=name, partial=part, of=self.of, by=by)
        return note(self.graph.lines[end.line], "partial", says)

    def frozen(self) -> Iterator[Note]:
        """Go through the weights that stay although others do not; of biases alone that is a remark."""
        script, graph = self.script, self.graph
        trained = {end.by: None for end in script.ends if end.step}
        stems = {stem(name) for name in trained}
        stated = {by: graph.lines[line] for line, by in script.stated.items()}
        biases: dict[str, Line] = {}
        still = {bare(n): n for n in reversed(graph.own) if n in script.forward and n not in trained}
        for name in still.values() if trained else ():
            user = next(line for line in graph.lines.values() if name in graph.uses(line.name))
            if name in stated and stem(name)[:1] in {"w", "b", *(one[:1] for one in stems)}:
                yield note(stated[name], "frozen", sentence("never updated, though", name=called(name)))
            elif stem(name) in stems:
                others = ", ".join(dict.fromkeys(bare(o) for o in trained if stem(o) == stem(name)))
                yield note(user, "frozen", sentence("never updated, as", name=bare(name), others=others))
            elif stem(name) in BIASES and np.all(self.search.drawn.local[user.name, name] == 1):
                biases[bare(name)] = user  # a factor of that name is an input of 1
        if biases:
            key = "biases stay" if len(biases) > 1 else "bias stays"
            names = ", ".join(reversed(biases))
            yield note(next(reversed(biases.values())), "frozen", sentence(key, names=names), False)


def dead(script: Script) -> Iterator[Note]:
    """Go through the numbers that take a step by a partial and do not lead to the loss."""
    graph, told = script.graph, set[str]()
    ends = {end.line for end in script.ends}
    taken = graph.needed(*(end.line for end in script.ends)) | script.forward
    for old, new in graph.moves.items():  # another step of the same weight
        ends |= {new} if old in ends else set()
    taken |= ends
    for old, new in graph.moves.items():
        if new in graph.lines and new not in taken and old not in script.forward and bare(old) == bare(new):
            below = graph.needed(new) - {old, new}
            backward = any(
                n in graph.lines and n not in script.forward and not graph.is_data(n) for n in below
            )
            if backward and below & script.forward & graph.lines.keys() and bare(old) not in told:
                told.add(bare(old))
                says = sentence("reaches nothing", name=bare(old), of=called(script.of))
                yield note(graph.lines[new], "dead", says)


def misfits(script: Script) -> list[Note]:
    """Return what is told of the first number that becomes an array, as a weight less an array."""
    for name, shape, row in script.graph.followed.misfits:
        if name in script.forward:
            line = next(line for line in script.graph.followed.lines if row_of(line) == row)
            size = " × ".join(map(str, shape))
            return [note(line, "shape", sentence("becomes an array", name=called(name), size=size))]
    return []


def left_open(script: Script, search: Search) -> Iterator[Note]:
    """Go through what was not judged, and what was taken where the script says nothing."""
    graph = script.graph
    if script.taken:
        yield note(graph.lines[script.of], "loss", sentence(f"{script.taken} taken"), False)
    for end in search.rooted:
        yield note(graph.lines[end.line], "open", sentence("root", name=called(end.by)), False)
    if script.rest:
        weights = {bare(end.by) for end in script.ends if end.step}
        steps = {*graph.moves.values()} & {line.name for line in script.rest if bare(line.name) in weights}
        yield note(script.rest[0], "open" if steps else "rest", sentence("rest"), False)
    for row, why in graph.followed.unread:
        yield note(Line("", ast.Constant(0), f"line {row}", ""), "open", sentence("unread", why=why), False)


def nearly(it: Value, right: Value) -> bool:
    """Say whether two numbers are the same but for rounding."""
    return bool(abs(it - right) <= 1e-12 * max(1.0, abs(it), abs(right)))


def stem(name: str) -> str:
    """Return the letters that a name begins with: what it has in common with others of its kind."""
    return re.split(r"[\W\d_]", name)[0].lower()
