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
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from bplit.line import Line, Value, evaluated, replaced
from workings.script.draws import same, swept
from workings.script.ends import End, Script
from workings.script.followed import bare, place
from workings.script.graph import row_of
from workings.script.losses import CROSS_ENTROPY
from workings.script.repairs import Repair
from workings.script.search import Found, Search, mode
from workings.script.sentences import Judgement, Note, called, group_name, note, own, repaired, sentence

REASONS = {2.0: "without ½", 0.5: "one more ½"}
ROUNDS = 12  # so many statements are sought to be mended, one after the other


def judge(script: Script) -> Judgement:
    """Compare what a script states with the sweep of its forward lines, at random networks and at its own."""
    early = used_early(script)
    return Comparison(script, early).report()


def used_early(script: Script) -> list[Note]:
    """Put the old weights wherever a new one is used too early, and tell where that was."""
    graph, notes = script.graph, list[Note]()
    old = {end.line: end.by for end in script.ends if end.step}
    for weight, new in script.graph.moves.items():  # w5 = update_w5 makes both of them new
        if new in old and isinstance(graph.lines[new].expression, ast.Name):
            old.setdefault(graph.lines[new].expression.id, weight)
    below = graph.needed(*(end.line for end in script.ends))
    told: dict[tuple[int, str], list[str]] = {}
    for name, line in [*graph.lines.items()]:
        early = [used for used in graph.uses(name) if used in old and old[used] != old.get(name)]
        if (
            early
            and name in below
            and name not in script.forward
            and not isinstance(line.expression, ast.Name)
        ):
            swap = {used: ast.Name(old[used]) for used in early}
            graph.lines[name] = line._replace(expression=replaced(line.expression, swap))
            told.setdefault((row_of(line), bare(name)), []).extend(early)
    for (row, name), early in told.items():
        line = next(line for line in graph.lines.values() if row_of(line) == row and bare(line.name) == name)
        places = {bare(used): graph.lines[used].place for used in early}
        late = [sentence("after its update", name=used, place=where) for used, where in places.items()]
        notes.append(note(line, "order", sentence("uses new", name=name, new=sentence("and").join(late))))
    return notes


class Comparison:
    """What is told of a script: what is wrong, what is odd, and what could not be judged."""

    def __init__(self, script: Script, notes: list[Note]) -> None:
        self.script, self.graph, self.notes = script, script.graph, notes
        self.search = Search(script)
        self.own, self.right = self.at_own_numbers()
        self.size = self.stated_size()

    def at_own_numbers(self) -> tuple[dict[str, Value], dict[str, Value]]:
        """Return the values and the partials at the script's own numbers, nothing where it has none."""
        listing = self.search.drawn.listing
        try:
            values = listing.run({name: self.graph.own[name] for name in listing.inputs})
            return values, swept(listing, values, self.script.of)[1]
        except ValueError:
            return {}, {}

    def stated_size(self) -> float:
        """Return how many times the right ones the stated partials are, if most agree."""
        pairs = [(name, by) for name, by in self.script.stated.items() if by in self.graph.own]
        pairs += [(end.line, end.by) for end in self.search.ends if not end.step]
        found = [f for name, by in pairs for q, f in self.search.known.get(name, ()) if q == by]
        return mode((f for f in found if 2 * sum(same(f, other) for other in found) > len(found)), 1.0)

    def tell(self, name: str, kind: str, says: str, error: bool = True) -> None:
        """Note what is told of a line."""
        self.notes.append(note(self.graph.lines[name], kind, says, error))

    def report(self) -> Judgement:
        """Return what is told of the script."""
        search, script = self.search, self.script
        partials = sum(bool(found) or name in script.stated for name, found in search.known.items())
        self.twice()
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
        self.notes += [*frozen(script), *(misfits(script) or dead(script)), *left_open(script, search)]
        self.notes.sort(key=lambda part: (not part.error, part.line))
        findings = tuple(dict.fromkeys(self.notes))
        return Judgement(script.name, findings, partials, sum(end.step for end in script.ends))

    def twice(self) -> None:
        """Tell of weights that take more than one step in a pass."""
        drawn = self.search.drawn
        for end in [end for end in self.search.ends if end.step]:
            chain = [end.by, end.line]
            while (new := self.graph.moves.get(chain[-1])) in self.graph.lines:
                chain.append(new)
            steps = [
                new
                for old, new in pairwise(chain)
                if np.isfinite(drawn.factor(drawn.values[old] - drawn.values[new], end.by))
                and np.any(drawn.values[old] != drawn.values[new])
            ]
            if len(steps) > 1:
                first, second, *more = (self.graph.lines[name].place for name in steps)
                key = "updated often" if more else "updated twice"
                says = sentence(key, name=called(end.by), count=len(steps), first=first, second=second)
                self.tell(steps[1], "rate", says)

    def signs(self) -> None:
        """Tell of steps that all go up the slope: where the sign comes from, if that is one line."""
        search, base = self.search, self.search.base[True]
        if base is None or base > 0:
            if not any(end.step for end in search.ends) and (search.base[False] or 1) < 0:
                first = next(end.line for end in search.ends)
                self.tell(first, "sign", sentence("minus those", of=called(self.script.of)), False)
            return
        turned = {name for name, found in search.known.items() if found and found[0][1] < 0}
        origins = [name for name in turned if not turned.intersection(self.graph.uses(name))]
        origins = [name for name in self.graph.lines if name in origins]
        groups = {id(search.repairs.group[name]): search.repairs.group[name] for name in origins}
        if len(groups) == 1:
            (group,) = groups.values()
            self.tell(origins[0], "partial", sentence("sign", name=group_name(group)))
        elif groups:
            self.tell(origins[0], "sign", sentence("all climb", of=called(self.script.of)))
        else:
            self.tell(next(end.line for end in search.ends if end.step), "sign", sentence("all steps climb"))

    def factor(self) -> None:
        """Tell once of partials that all are off by one factor; in the steps of arrays it is only a rate."""
        script, size, base = self.script, abs(self.size), self.search.base
        only_steps = base[True] is not None and same(abs(base[True]), size)
        if same(size, 1) or script.taken or only_steps:
            return
        pairs = {**script.stated, **{end.line: end.by for end in self.search.ends if not end.step}}
        known = self.search.known
        off = [
            n for n, by in pairs.items() if any(q == by and same(abs(f), size) for q, f in known.get(n, ()))
        ]
        whole = len(off) == sum(bool(known.get(name)) for name in pairs)
        some = sentence("all partials" if whole else "some partials", count=len(off), all=len(pairs))
        key = next((f"factor, {why}" for one, why in REASONS.items() if same(size, one)), "factor")
        says = sentence(key, some=some, size=f"{size:g}", of=called(script.of))
        arrays = any(place(end.line) for end in script.ends) and base[True] is not None
        first = next(n for n, found in known.items() if any(same(abs(f), size) for _, f in found))
        self.tell(first, "factor", says, not arrays)

    def odd(self) -> None:
        """Tell of steps with another sign or rate than the others, where the partial is right."""
        search, base = self.search, self.search.base[True]
        for end in search.wrong():
            ratio = search.ratio[end.line]
            if not end.step or base is None or not np.isfinite(ratio) or not search.blameless(end):
                continue
            name = called(end.by)
            if not ratio:
                kind, says = "frozen", sentence("stays", name=name)
            elif ratio * base < 0:
                kind, says = "sign", sentence("climbs", name=name)
            elif same(abs(ratio), base**2) or any(
                same(abs(ratio), one**2) for one in search.rates().values()
            ):
                kind, says = "rate", sentence("rate twice", name=name)
            elif same(abs(ratio), abs(self.size)) and not same(abs(base), abs(self.size)):
                kind, says = "rate", sentence("no rate", name=name, rate=self.rate(base))
            else:
                kind, says = (
                    "rate",
                    sentence("another rate", name=name, rate=self.rate(ratio), others=self.rate(base)),
                )
            self.tell(end.line, kind, says)
            search.settled.add(end.line)

    def rate(self, size: float) -> str:
        """Return what a rate is called in the script, or its number."""
        for name, value in self.search.rates().items():
            if same(abs(size), abs(self.size) * value):
                return called(name)
        return f"{abs(size):.6g}"

    def told(self, found: Found) -> Note:
        """Return what is told of a statement that is wrong."""
        name = group_name(found.group)
        lines = [
            one for one in found.group.lines if np.any(found.wanted[one] != self.search.drawn.values[one])
        ]
        instead = tuple(dict.fromkeys(repaired(repair, name) for repair in found.repairs))
        update = [end for end in self.search.ends if end.step and end.line in found.group.lines]
        if instead:
            says = instead[0]
        elif update:
            return self.unexplained(update[0])
        else:
            says = self.is_not(found, lines[0])
        if found.group.shape and len(found.group.lines) > 1:
            says = sentence("all elements", says=says, count=len(found.group.lines))
        says = self.with_own_numbers(says, found, lines)
        return note(self.graph.lines[lines[0]], self.kind(found, bool(update)), says, True, instead)

    def is_not(self, found: Found, name: str) -> str:
        """Say what a statement is not, where no change of it is known that mends it, or what it is."""
        of, by = called(self.script.of), found.by.get(name)
        if by is None:
            return sentence("no slope", name=group_name(found.group))
        known = self.search.known.get(name, ())
        other = next((q for q, f in known if same(f, self.size)), None)
        if other and other != by and other in self.graph.own:
            return sentence("partial of another", name=called(name), of=of, by=called(other), own=called(by))
        times = float(self.search.drawn.factor(found.wanted[name], by))
        part = sentence("the partial")
        part = sentence("minus", what=part) if times < 0 and same(abs(times), 1) else part
        whole = group_name(found.group) if found.group.shape else called(name)
        quantity = own(self.search.repairs.group[by].name) if found.group.shape else called(by)
        return sentence("no partial", name=whole, of=of, by=quantity, partial=part)

    def kind(self, found: Found, update: bool) -> str:
        """Return of which kind the note of a statement is."""
        if not (update and found.repairs):
            return "partial"
        first = found.repairs[0]
        if first.key in ("instead", "exchanged"):
            names = {*first.filled.values()}
            steps = {*self.graph.steps, *self.graph.steps.values(), *(end.line for end in self.search.ends)}
            whole = {n for n in names if any(q in self.graph.own for q, _ in self.search.known.get(n, ()))}
            return "other" if names <= steps | whole | self.new_values() else "partial"
        return "sign" if first.key in ("sign", "sign of") else "rate"

    def new_values(self) -> set[str]:
        """Return the lines that a weight only copies as its new value: update_w5 of w5."""
        some = [self.graph.lines[end.line].expression for end in self.search.ends if end.step]
        copies = {node.id for node in some if isinstance(node, ast.Name)}
        return (
            copies
            | {name for name in self.graph.lines if any(bare(name) == bare(copy) for copy in copies)}
            | {name for name in self.graph.lines if bare(name).startswith("update_")}
        )

    def with_own_numbers(self, says: str, found: Found, lines: Sequence[str]) -> str:
        """Add what a line is and should be at the script's own numbers, or that it is the same there."""
        if not self.own:
            return says
        pairs = [(float(self.own[name]), self.should_be(found, name)) for name in lines]
        if all(right is not None and same_number(it, right) for it, right in pairs):
            equal = self.alike(found.repairs[0]) if found.repairs else ""
            return sentence("invisible, since" if equal else "invisible", says=says, equal=equal)
        it, right = pairs[0]
        if right is not None and not found.group.shape and found.by and f"{it:.6g}" != f"{right:.6g}":
            return sentence("it is", says=says, it=f"{it:.6g}", right=f"{right:.6g}")
        return says

    def should_be(self, found: Found, name: str) -> float | None:
        """Return what a line should be at the script's own numbers, if that is known."""
        if by := found.by.get(name):
            times = float(self.search.drawn.factor(found.wanted[name], by))
            at_rates = {n: v for n, v in self.search.rates().items() if same(abs(times), abs(self.size) * v)}
            if at_rates:
                times = np.sign(times) * abs(self.size) * self.graph.own[next(iter(at_rates))]
            return float(times * self.right[by])
        for repair in found.repairs:
            node = repair.write(name, self.graph.lines[name].expression)
            if node is not None:
                with np.errstate(all="ignore"):
                    return float(evaluated(node, self.own))
        return None

    def alike(self, repair: Repair) -> str:
        """Return two names that a repair exchanges and whose numbers are equal, as an equation."""
        new, old = repair.filled.get("new", ""), repair.filled.get("old", "")
        if not {new, old} <= self.own.keys() or self.own[new] != self.own[old]:
            return ""
        return f"{own(new)} = {own(old)}"

    def unexplained(self, end: End) -> Note:
        """Return what is told of an end that nothing makes right."""
        of = called(self.script.of)
        group, by = self.search.repairs.group[end.line], self.search.repairs.group[end.by]
        weight = group_name(by) if group.shape else called(end.by)
        says = sentence("no step", weight=weight, of=of)
        if not end.step:
            part, name = sentence("the partial"), group_name(group) if group.shape else called(end.line)
            says = sentence("no partial", name=name, partial=part, of=of, by=weight)
        return note(self.graph.lines[end.line], "partial", says)


def same_number(it: float, right: float) -> bool:
    """Say whether two numbers are the same but for rounding."""
    return abs(it - right) <= 1e-12 * max(1.0, abs(it), abs(right))


def frozen(script: Script) -> Iterator[Note]:
    """Go through the weights that are never updated although others are; of biases alone that is a remark."""
    graph = script.graph
    trained = {end.by for end in script.ends if end.step}
    stems = {stem(name) for name in trained}
    stated = {by: line for line, by in script.stated.items()}
    biases: dict[str, Line] = {}
    told: set[str] = set()
    for name in graph.own:
        if not trained or name not in script.forward or name in trained or bare(name) in told:
            continue
        user = next(line for line in graph.lines.values() if name in graph.uses(line.name))
        told.add(bare(name))
        if name in stated and stem(name)[:1] in {"w", "b", *(one[:1] for one in stems)}:
            says = sentence("never updated, though", name=called(name))
            yield note(graph.lines[stated[name]], "frozen", says)
        elif stem(name) in stems and multiplied(user.expression, name) is not None:
            others = ", ".join(dict.fromkeys(called(o) for o in trained if stem(o) == stem(name)))
            yield note(user, "frozen", sentence("never updated, as", name=called(name), others=others))
        elif stem(name) in {"b", "bias", "biases"} and multiplied(user.expression, name) is False:
            biases[bare(name)] = user
    if biases:
        key = "biases stay" if len(biases) > 1 else "bias stays"
        yield note(next(iter(biases.values())), "frozen", sentence(key, names=", ".join(biases)), False)


def multiplied(node: ast.expr, name: str) -> bool | None:
    """Say whether a name is a factor in an expression, or a term of its own; None if it is neither."""
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            if any(isinstance(part, ast.Name) and part.id == name for part in (left, right)):
                return True
            return multiplied(left, name) if multiplied(left, name) is not None else multiplied(right, name)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            if any(isinstance(part, ast.Name) and part.id == name for part in (left, right)):
                return False
            return multiplied(left, name) if multiplied(left, name) is not None else multiplied(right, name)
        case ast.UnaryOp(operand=inner) | ast.Call(args=[inner]) | ast.BinOp(left=inner):
            return multiplied(inner, name)
    return None


def dead(script: Script) -> Iterator[Note]:
    """Go through the numbers that take a step by a partial and do not lead to the loss."""
    graph = script.graph
    taken = graph.needed(*(end.line for end in script.ends)) | script.forward
    taken |= {name for old, name in graph.moves.items() if old in taken}  # another step of the same weight
    backward = {name for name in graph.lines if name not in script.forward and not graph.is_data(name)}
    found: dict[str, tuple[str, Line]] = {}
    for old, new in graph.moves.items():
        line = graph.lines.get(new)
        if line and old not in script.forward and new not in taken and bare(old) == bare(new):
            below = graph.needed(new) - {old, new}
            if below & backward and below & script.forward & graph.lines.keys():
                found.setdefault(bare(old), (old, line))
    for old, line in found.values():
        name = called(old) if not place(old) else bare(old)
        yield note(line, "dead", sentence("reaches nothing", name=name, of=called(script.of)))


def misfits(script: Script) -> list[Note]:
    """Return what is told of the first number that becomes an array, as a weight less an array of partials."""
    for name, shape, row in script.graph.followed.misfits:
        if name in script.forward:
            size = " × ".join(map(str, shape))
            line = next(line for line in script.graph.followed.lines if row_of(line) == row)
            return [note(line, "shape", sentence("becomes an array", name=called(name), size=size))]
    return []


def left_open(script: Script, search: Search) -> Iterator[Note]:
    """Go through what was not judged, and what was taken where the script says nothing."""
    graph = script.graph
    if script.taken:
        key = "cross-entropy taken" if script.taken == CROSS_ENTROPY else "half squares taken"
        yield note(graph.lines[script.of], "loss", sentence(key), False)
    for end in search.rooted:
        yield note(graph.lines[end.line], "open", sentence("root", name=called(end.by)), False)
    if script.rest:
        new = {*graph.steps.values(), *graph.moves.values()}
        steps = any(
            line.name in new and bare(line.name) in {bare(end.by) for end in script.ends}
            for line in script.rest
        )
        yield note(script.rest[0], "open" if steps else "rest", sentence("rest"), False)
    for row, why in script.unread:
        line = Line("", ast.Constant(0), f"line {row}", "")
        yield note(line, "open", sentence("unread", why=why), False)


def stem(name: str) -> str:
    """Return the letters that a name begins with: what it has in common with others of its kind."""
    return re.split(r"[^A-Za-z]", name)[0].lower()
