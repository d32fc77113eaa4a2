"""A script against the sweep of its own forward lines."""

import ast
import re
from collections.abc import Iterator
from functools import partial

import numpy as np

from bplit.line import Line, evaluated, replaced
from workings.script.draws import same
from workings.script.ends import FAILURES, End, Script, located
from workings.script.followed import bare, slot
from workings.script.graph import row_of, texts_of
from workings.script.numbers import PART_NAME
from workings.script.remarks import Judgement, Note, Remarks, left_open, note, own_name, sentence
from workings.script.repairs import Repair
from workings.script.search import Suspect

nearly = partial(np.isclose, rtol=1e-12, atol=1e-12)  # the same but for rounding
MENDED = 12  # so many statements are sought to be mended, one after the other


def judge(script: Script) -> Judgement:
    """Compare what a script states with the sweep of its forward lines, at random networks and at its own."""
    try:
        compared = Comparison(script, [*used_early(script)])
        return judge(script.whole()) if by_sizes(compared) else compared.report()
    except FAILURES as error:  # a line without a value, or without a slope
        raise located(script.name, error, "judged") from None


def used_early(script: Script) -> Iterator[Note]:
    """Put the old weights wherever a new one is used too early, and tell where that was."""
    graph = script.graph
    old = {end.line: end.by for end in script.ends if end.step}
    old |= {new: old[line] for line, new in graph.moves.items() if line in old}  # as in w5 = update_w5
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


def by_sizes(told: Remarks) -> bool:
    """Say whether something is off by what the sizes are smaller: a number may stand for one of them."""
    search, less = told.search, [1.0, *(old / new for _, old, new in told.graph.followed.sizes)]
    times = [search.ratio[end.line] / (search.base[end.step] or 1.0) for end in search.ends] + [told.size]
    several = {one / other for one in less for other in less} - {1.0}
    return any(same(abs(t), by) for by in several for t in times)


def called_as(repair: Repair, source: str) -> str:
    """Return what a repair is called in a row: of a sum of what is to be transposed, the axis is wrong."""
    old = re.escape(repair.filled.get("old", ""))
    summed = re.search(rf"(sum|mean)\({old}, *(axis *= *)?-?\d|\b{old}\.(sum|mean)\((axis *= *)?-?\d", source)
    return "axis" if repair.key == "transposed" and summed else repair.key


class Returns(Remarks):
    """Finds the line to tell: where a function returns what is wrong, at its call, or where it goes on."""

    def at_row(self, line: Line, row: int) -> Line:
        """Return a line as if it stood in another row."""
        return line._replace(place=f"line {row}", source=self.graph.followed.rows[row - 1])

    def back(self, line: Line, text: str) -> int:
        """Return the row of the return that gave a line what a text stands for, or 0."""
        return self.graph.followed.given.get((row_of(line), text), (0, ()))[0]

    def returned(self, line: Line, found: Suspect | None = None) -> Line:
        """Return a line as it stands where a function returns it, unless what it is given may be wrong."""
        lines, rows, back = self.graph.lines, self.graph.followed.rows, self.back(line, line.name)
        for one in found.repairs[:1] if found else ():
            old, new = (texts_of(node) for node in (line.expression, one.write(line.name, line.expression)))
            gone = {t for n, t in enumerate(old[::-1]) if f"{n}" == one.filled.get("at")} or {*old} - {*new}
            if not back and len(gone or {*old}) == 1:  # of one factor that it returned
                back = self.back(line, min(gone or old))
            texts = {name: (name, *texts_of(other.expression)) for name, other in lines.items() if back}
            peers = {name for name in texts if any(self.back(lines[name], t) == back for t in texts[name])}
            words, own = ({*re.split(r"\W", text)} for text in (line.source, rows[back - 1]))
            both = [one.filled[key] for key in ("old", "new") if key in one.filled]
            at_call = len({lines[n].place for n in peers}) < 2 and words & {*both, *{*map(bare, both)} - own}
            if back and (at_call or not peers.isdisjoint(self.sound | self.script.forward)):
                return line
        return self.at_row(line, back) if back else line

    def signs(self) -> Iterator[Note]:
        """Tell of steps that all go up the slope: where the sign comes from, if that is one line."""
        search, lines = self.search, self.graph.lines
        if not any(end.step for end in search.ends) and (search.base[False] or 1) < 0:
            yield note(lines[search.ends[0].line], "sign", sentence("minus those", of=self.of), False)
        if (search.base[True] or 1) > 0:
            return
        _, found = search.turned()
        origins = [name for name in self.graph.lines if name in found]
        groups = {id(search.repairs.group[name]) for name in origins}
        if not origins:
            first = next(end.line for end in search.ends if end.step and search.fine(end))
            yield note(lines[first], "sign", sentence("all steps climb"))
        else:
            key, kind = ("sign", "partial") if len(groups) == 1 else ("all climb", "sign")
            says = sentence(key, name=own_name(search.repairs.group[origins[0]].title), of=self.of)
            yield note(self.returned(lines[origins[0]]), kind, says)

    def lacking(self, line: str, title: str) -> tuple[Line | None, str]:
        """Return the line that a factor is missing in, and its name, if it is known by what becomes of it."""
        graph, at = self.graph, self.graph.lines[line]
        for one in texts_of(at.expression):  # a factor that stands for it, as sp = 1
            if graph.own.get(one) == 1 and one not in self.sound:
                return self.at_row(at, graph.home[one].row), one
        alike = [n for n in graph.lines if n == line or texts_of(graph.lines[n].expression) == [line]]
        same = {row: n for (_, n), (row, got) in graph.followed.given.items() if n in alike and n in got}
        for row, one in same.items() if len(same) == 1 else ():  # a function that gives what it is given
            return self.at_row(at, row), bare(one)
        for other in graph.followed.statements:  # what is used by another name, as in dz = da
            if line in other.lines and graph.followed.rows[other.row - 1].endswith(f" = {slot(title)}"):
                return self.at_row(at, other.row), other.name
        if self.back(at, line) and self.search.known[line] and "delta" not in title:  # right by an output
            return graph.lines[alike[:2][-1]], bare(alike[:2][-1])
        return None, title


class Comparison(Returns):
    """What is told of a script: what is wrong, what is odd, and what could not be judged."""

    def report(self) -> Judgement:
        """Return what is told of the script."""
        search, script = self.search, self.script
        partials = sum(bool(found) or name in script.stated for name, found in search.known.items())
        self.notes += [*self.twice(), *self.kept(), *self.signs(), *self.factor()]
        for _ in range(MENDED):
            self.notes += self.odd()
            if not (search.wrong() and (found := search.best())):
                break
            self.notes.append(self.told(found))
            search.take(found)
        wrong = {id(search.repairs.group[end.line]): end for end in reversed(search.wrong())}
        self.notes += [self.unexplained(end) for end in wrong.values()]
        self.notes += [*self.frozen(), *left_open(script, search)]
        self.notes.sort(key=lambda part: (not part.error, part.line))
        first = {(part.line, part.kind): part for part in reversed(self.notes)}  # what is alike is told once
        notes = tuple(part for part in self.notes if part is first[part.line, part.kind])
        return Judgement(script.name, notes, partials, sum(end.step for end in script.ends))

    def told(self, found: Suspect) -> Note:
        """Return what is told of a statement that is wrong."""
        # of repairs alike, one of numbers that are the same at the script's own: it says why nothing shows
        found = found._replace(repairs=tuple(sorted(found.repairs, key=lambda one: not self.equal(one))))
        group, values = found.group, self.search.drawn.values
        line = next(one for one, wanted in found.wanted.items() if not np.all(nearly(wanted, values[one])))
        inner = line if found.repairs or found.update else self.origin(line)
        missing = any(one.key == "factor missing" for one in found.repairs)
        at, title = self.lacking(line, group.title) if missing else (None, group.title)
        at, name = at or self.returned(self.graph.lines[inner], found), own_name(title)
        said = [sentence(called_as(one, at.source), name=name, **one.filled) for one in found.repairs]
        instead = tuple(dict.fromkeys(said))
        if not instead and found.update:
            return self.unexplained(next(end for end in self.search.wrong() if end.line in group.lines))
        says = instead[0] if instead else self.is_not(found, line)
        if group.shape and len(group.lines) > 1:
            count = "" if self.graph.followed.sizes else f"{len(group.lines)} "
            says = sentence("all elements", says=says, count=count)
        step = any(end.step and end.line in group.lines for end in self.search.ends)
        kinds = {"sign": "sign", "sign of": "sign", "instead": "other", "exchanged": "other"}
        kind = kinds.get(found.repairs[0].key, "rate") if step and instead else "partial"
        return note(at, kind, self.with_own_numbers(says, found, line), True, instead)

    def is_not(self, found: Suspect, line: str) -> str:
        """Say what a statement is not, where no change of it is known that mends it, or what it is."""
        name, by = own_name(found.group.title), found.by.get(line)
        if by is None:
            return sentence("no slope", name=name)
        for other, factor in self.search.known.get(line, ()):
            if other != by and other in self.graph.own and same(factor, self.size):
                by, other = own_name(by), own_name(other)
                return sentence("partial of another", name=name, of=self.of, by=other, own=by)
        part, drawn = sentence("the partial"), self.search.drawn
        quantity = own_name(self.search.repairs.group[by].title if found.group.shape else by)
        right = float(drawn.factor(found.wanted[line], by))
        times = float(drawn.factor(drawn.values[line], by)) / right
        if times > 0 and not same(times, 1):
            return sentence("times", name=name, of=self.of, by=quantity, times=self.counted(times))
        if same(right, -1):
            part = sentence("minus", what=part)
        return sentence("no partial", name=name, of=self.of, by=quantity, partial=part)

    def with_own_numbers(self, says: str, found: Suspect, line: str) -> str:
        """Add what a line is and should be at the script's own numbers, or that it is the same there."""
        drawn = self.search.drawn
        own, first, by = drawn.at_own(), next(iter(found.repairs), None), found.by.get(line)
        if not own:
            return says
        times = float(drawn.factor(found.wanted[line], by)) if by else np.nan
        told = same(abs(times), abs(self.size)) and not (first and found.group.shape)
        partials = drawn.at_own(True) if told and by else {}  # a sweep takes a while
        right = times * partials[by] if by and partials else None
        alike = (nearly(times * partials[q], own[n]) for n, q in found.by.items())
        same_there = right is not None and all(alike)
        if first:
            pairs = [(n, first.write(n, self.graph.lines[n].expression)) for n in found.wanted]
            same_there = all(node and nearly(evaluated(node, own), own[n]) for n, node in pairs)
        if same_there:
            equal = self.equal(first) if first else ""
            return sentence("invisible, since" if equal else "invisible", says=says, equal=equal)
        if right is None or found.group.shape:
            return says
        it, right = f"{own[line]:.6g}", f"{right:.6g}"
        return sentence("it is", says=says, it=it, right=right) if it != right else says

    def equal(self, repair: Repair) -> str:
        """Return two names that a repair puts for each other and whose numbers are equal, as an equation."""
        new, old = repair.filled.get("new", ""), repair.filled.get("old", "")
        own = self.graph.followed.values
        equal = {new, old} <= own.keys() and own[new] == own[old]
        return f"{own_name(new)} = {own_name(old)}" if equal else ""

    def unexplained(self, end: End) -> Note:
        """Return what is told of an end that nothing makes right, at the line that it comes from."""
        group, line = self.search.repairs.group, self.origin(end.line, end)
        by = own_name(group[end.by].title if group[end.line].shape else end.by)
        says = sentence("no step", weight=by, of=self.of)
        if not end.step or line != end.line:
            name, part = own_name(group[line].title), sentence("the partial")
            says = sentence("no partial", name=name, partial=part, of=self.of, by=by)
        return note(self.returned(self.graph.lines[line]), "partial", says)

    def origin(self, line: str, end: End | None = None) -> str:
        """Return the line that one goes wrong by: as far back as one statement alone is no partial."""
        forward = self.script.forward
        known = {n: f for n, f in self.search.known.items() if n not in self.search.slopes}
        while True:
            behind = [n for n in self.graph.uses(line) if n in known and self.graph.needed(n) & forward]
            # a step is made of the partial by its own weight, or of one by a net input
            others = self.graph.own.keys() - {end.by} if end and line == end.line and end.step else ()
            odd = [n for n in behind if not any(q not in others for q, _ in known[n])]
            own = others and end and any(q == end.by for n in behind for q, _ in known[n])  # beside the odd
            if own or len({self.graph.lines[n].place for n in odd}) != 1 or odd[0].startswith(PART_NAME):
                return line
            line = odd[0]
