"""A script against the sweep of its own forward lines."""

import ast
import re
from collections.abc import Iterator
from functools import partial

import numpy as np

from bplit.line import Line, evaluated, replaced
from workings.script.draws import same
from workings.script.ends import FAILURES, End, Script, located
from workings.script.followed import bare
from workings.script.graph import row_of
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
    # w5 = update_w5: both are new
    old |= {new: old[line] for line, new in graph.moves.items() if line in old}
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


class Comparison(Remarks):
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
        repairs = sorted(found.repairs, key=lambda repair: not self.equal(repair))
        found = found._replace(repairs=tuple(repairs))
        group, values = found.group, self.search.drawn.values
        line = next(one for one, wanted in found.wanted.items() if not np.all(nearly(wanted, values[one])))
        at, name, rows = self.graph.lines[line], own_name(group.title), self.graph.followed.rows
        missing = any(one.key == "factor missing" for one in found.repairs)
        copied = sum(name in re.split(r"\W", row) for row in rows) == 2  # it is used by another name
        for other in self.graph.followed.statements if missing and copied else ():
            source = rows[other.row - 1]
            if line in other.lines and source.endswith(f" = {name}"):  # as in dz = da
                at, name = at._replace(place=f"line {other.row}", source=source), other.name
        at = self.returned(at, found)
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

    def returned(self, line: Line, found: Suspect | None = None) -> Line:
        """Return a line as it stands where a function returns it, unless what it is given may be wrong."""
        backs, lines, rows = self.graph.followed.backs, self.graph.lines, self.graph.followed.rows
        back = backs.get(line.name, 0)
        words, own = ({*re.split(r"\W", source)} for source in (line.source, rows[back - 1]))
        peers = [name for name, row in backs.items() if row == back and name in lines]
        by_others = len({lines[name].place for name in peers}) > 1 and self.sound.isdisjoint(peers)
        for one in found.repairs[:1] if found and not by_others else ():
            given = "slope" in one.key and not line.name.partition("[")[0].endswith("()")
            exchanged = [one.filled[key] for key in ("old", "new") if key in one.filled]
            if given or words & {*exchanged, *{*map(bare, exchanged)} - own}:
                return line
        return line._replace(place=f"line {back}", source=rows[back - 1]) if back else line

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
        own, partials = self.search.drawn.at_own
        first, by = next(iter(found.repairs), None), found.by.get(line)
        if not own:
            return says
        times = float(self.search.drawn.factor(found.wanted[line], by)) if by else np.nan
        told = same(abs(times), abs(self.size)) and not (first and found.group.shape)
        right = times * partials[by] if told and by and partials else None
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
        group, line = self.search.repairs.group, self.origin(end)
        by = own_name(group[end.by].title if group[end.line].shape else end.by)
        says = sentence("no step", weight=by, of=self.of)
        if not end.step or line != end.line:
            name, part = own_name(group[line].title), sentence("the partial")
            says = sentence("no partial", name=name, partial=part, of=self.of, by=by)
        return note(self.returned(self.graph.lines[line]), "partial", says)

    def origin(self, end: End) -> str:
        """Return the line that an end goes wrong by: as far back as one line alone is no partial."""
        line, forward = end.line, self.script.forward
        known = {n: f for n, f in self.search.known.items() if n not in self.search.slopes}
        while True:
            behind = [n for n in self.graph.uses(line) if n in known and self.graph.needed(n) & forward]
            # a step is made of the partial by its own weight, or of one by a net input
            others = self.graph.own.keys() - {end.by} if line == end.line and end.step else ()
            odd = [n for n in behind if not any(q not in others for q, _ in known[n])]
            own = others and any(q == end.by for n in behind for q, _ in known[n])  # beside what is odd
            if own or len(odd) != 1 or odd[0].startswith(PART_NAME):
                return line
            (line,) = odd
