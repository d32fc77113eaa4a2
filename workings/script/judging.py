r"""A script against the sweep of its own forward lines.

>>> from workings.script import parse_script
>>> text = "x = w = 2\nb = 1\nE = (w * x + b) ** 2 / 2\ndw = (w * x + b) * w\nw -= 0.1 * dw"
>>> print(judge(parse_script(text, "mine.py")))
mine.py: 1 error in 1 partial and 1 update, at 100 random networks
line 4: dw uses w, the sweep says x (invisible at your numbers, since x = w)
    dw = (w * x + b) * w
line 3: remark: b is never updated: the bias stays as it is
    E = (w * x + b) ** 2 / 2
"""

import ast
from collections.abc import Iterable

from bplit.calculus import times
from bplit.line import Line, replaced
from bplit.listing import Listing
from workings.check.stated import contradictions
from workings.script.draws import Drawn, ahead_of, same, usual
from workings.script.naming import Script, located
from workings.script.reader import bare
from workings.script.sentences import (
    Compared,
    Judgement,
    Note,
    dead,
    frozen,
    note,
    sentence,
    told,
    told_factor,
    told_steps,
)
from workings.script.steps import Step, common_rate, rooted, steps_of


def judge(script: Script) -> Judgement:
    """Compare what a script states with the sweep of its forward lines, at random networks and at its own."""
    try:
        return Comparison(script).report()
    except ValueError as error:  # a line without a value, or without a slope
        raise located(script.name, error) from None


class Comparison:
    """What a script states next to what the sweep says, at random networks.

    ``means`` are the partials that are compared, ``shares`` how many times the right one each is, ``c``
    how many times it most are, and ``taken`` the steps that the updates take then.
    """

    def __init__(self, script: Script) -> None:
        self.script, self.of = script, script.of
        self.listing, self.notes = ordered(script)
        self.drawn = drawn = Drawn(self.listing, self.of, script.given)
        self.given = drawn.given
        forward = self.listing.needed(self.of)
        self.means = {
            line: by for line, by in script.means.items() if by in forward
        }  # others are told as dead
        self.shares = {line: drawn.share(drawn.values[line], by) for line, by in self.means.items()}
        self.spare = [name for name in self.listing.inputs if name not in ahead_of(self.listing, self.of)]
        self.c = 1.0
        sizes = [step.times or 0 for step in self.steps()]
        wanted = -1.0 if 2 * sum(size < 0 for size in sizes) > len(sizes) else 1.0
        leaves = [line for line, by in self.means.items() if by in self.listing.inputs]
        self.c = self.usual(leaves or self.means, wanted)
        if self.are_steps(leaves):
            self.means = {line: by for line, by in self.means.items() if line not in leaves}
            leaves = []
            self.c = self.usual(self.means, wanted)
        self.taken = self.steps()
        self.turn()
        self.leave_out_sums(leaves)

    def steps(self) -> list[Step]:
        """Return what the updates do, if every stated partial is c times the right one."""
        return steps_of(self.drawn, self.script.updates, self.means, self.c)

    def usual(self, lines: Iterable[str], wanted: float) -> float:
        """Return how many times the right one most of some partials are."""
        return usual((self.shares[line] for line in lines), wanted)

    def are_steps(self, leaves: list[str]) -> bool:
        """Say whether what is called partials are steps, with the rate in them."""
        if not (leaves and self.script.updates):
            return False
        drawn = {name for name in self.spare if self.given[name] != self.script.given[name]}
        rating = [line for line in leaves if self.listing.needed(line) & drawn]
        whole = [step for step in self.steps() if not step.inline]
        shares = [share for line in leaves if (share := self.shares[line]) is not None]
        one = bool(shares) and all(same(share, shares[0]) for share in shares) and not same(abs(shares[0]), 1)
        literal = one and whole and all(same(abs(step.times or 0), 1) for step in whole)
        return bool(literal) or 2 * len(rating) > len(leaves)

    def turn(self) -> None:
        """Tell of partials of the other sign that the updates take away, or find the one line behind it."""
        c, taken = self.c, self.taken
        if not (c < 0 and taken and 2 * sum((step.times or 0) > 0 for step in taken) <= len(taken)):
            return
        if len(contradictions(self.listing, self.of, self.means, given=self.given, updates={})) > 1:
            first = next((line for line in self.means if same(self.shares[line], c)), next(iter(self.means)))
            self.tell(first, "sign", sentence("all climb", of=bare(self.of)))
            self.taken = [step._replace(times=None if step.times is None else -step.times) for step in taken]
        else:  # one line has the wrong sign, and the others have it from there
            self.c = -c
            self.taken = self.steps()

    def leave_out_sums(self, leaves: list[str]) -> None:
        """Compare only the partials by weights, if the others are of a sum before its mean, or minus them."""
        size = self.usual([line for line in self.means if line not in leaves], self.c)
        right = all(same(self.shares[line], self.c) for line in leaves)
        if leaves and not same(size if right else abs(size), self.c if right else abs(self.c)):
            self.means = {line: by for line, by in self.means.items() if line in leaves}

    def tell(self, line: str, kind: str, says: str, error: bool = True) -> None:
        """Note what is told of a line."""
        self.notes.append(note(self.listing.line(line), kind, says, error))

    def report(self) -> Judgement:
        """Return what is told of the script."""
        script, listing, of, means, c = self.script, self.listing, self.of, self.means, self.c
        if not same(abs(c), 1) and means:
            self.notes.append(told_factor(listing, of, c, means, self.shares))
        if c < 0 and not script.updates:
            self.tell(next(iter(means)), "sign", sentence("minus those", of=bare(of)), False)
        taken = [step for step in self.taken if not self.set_apart(step)]
        rate = common_rate(taken, self.given, self.spare)
        spare = {name: self.given[name] for name in self.spare}
        self.notes += told_steps(listing, taken, rate, means, spare)
        wrong = {
            step.new: step.weight for step in taken if step.inline and step.times is None and not step.others
        }
        if not same(c, 1):
            scaled = Line(f"{of}@", times(ast.Constant(c), ast.Name(of)), "", "")
            listing, of = Listing((*listing.lines, scaled)), scaled.name
        compared = Compared(listing, of, means, -rate if c < 0 else rate, c, wrong)
        self.notes += told(script, compared, compared.findings(self.given))
        self.notes += frozen(script, means)
        self.notes += dead(script)
        if script.rest:
            self.notes.append(note(script.rest, "rest", sentence("rest"), False))
        self.notes.sort(key=lambda part: (not part.error, part.line))
        findings = tuple(dict.fromkeys(self.notes))
        return Judgement(script.name, findings, len(means), len(script.updates))

    def set_apart(self, step: Step) -> bool:
        """Say whether a step cannot be compared with others, and tell why."""
        name = bare(step.weight)
        if len(step.moves) > 1:
            first, second, *more = (self.listing.line(line).place for line in step.moves)
            key = "updated often" if more else "updated twice"
            says = sentence(key, name=name, count=len(step.moves), first=first, second=second)
            self.tell(step.moves[1], "rate", says)
            return True
        if step.times is None and not step.others and rooted(self.listing, self.of, step.new):
            self.tell(step.new, "rate", sentence("root", name=name), False)
            return True
        return False


def ordered(script: Script) -> tuple[Listing, list[Note]]:
    """Return the listing with the old weights wherever a new one is used too early, and where that was."""
    listing, forward = script.listing, script.listing.needed(script.of)
    new = {new: weight for weight, new in script.updates.items()}
    own = {bare(weight): weight for weight in script.updates}
    new |= {name: own[bare(name)] for name in listing.names if bare(name) in own and name not in forward}
    ends = {*script.means, *script.updates.values()}
    needed = {name for end in ends for name in listing.needed(end)}
    for line in listing.lines:  # w5 = update_w5 makes both of them new
        if line.name in new and isinstance(line.expression, ast.Name):
            new.setdefault(line.expression.id, new[line.name])
    lines, notes = [], []
    for line in listing.lines:
        early = [name for name in line.uses if name in new and new[name] != new.get(line.name)]
        backward = line.name in needed and line.name not in forward
        if early and backward and not isinstance(line.expression, ast.Name):
            after = [
                sentence("after its update", name=bare(new[name]), place=listing.line(name).place)
                for name in early
            ]
            says = sentence("uses new", name=bare(line.name), new=sentence("and").join(after))
            notes.append(note(line, "order", says))
            old = {name: ast.Name(new[name]) for name in early}
            line = line._replace(expression=replaced(line.expression, old))
        lines.append(line)
    return Listing(tuple(lines)), notes
