"""A pasted text, checked: which network it is about, which number each name means, and what is wrong."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

from bplit.given import shorter
from bplit.reading import LENGTH
from workings.check.arithmetic import recalculated
from workings.check.calculated import network_in, values_of
from workings.check.called import Parts
from workings.check.figures import check
from workings.check.handed import QUICK, Reply, flattened, labels
from workings.check.pasted import Draft, drafted, of_examples
from workings.check.placing import all_placed, learn, turn_signs
from workings.check.quantities import TELLING_DIGITS, digits_in
from workings.check.typed import Typed, statements
from workings.check.ways import FIGURES, TELL, network_of
from workings.net.files import Sheet, expect_figure, label

LIKELY = 2  # so many numbers may be wrong in what is read at first
DOUBTED, STRANGE = 8, 0.4  # of so many numbers such a share has no cause only where a text was misread
WRONG, MORE_LATER = 20, 5  # so many wrong numbers are looked into; so many times more in later passes


def paste(text: str, name: str, sheet: Sheet | None = None) -> Reply:
    """Check the numbers of a pasted text: with a network that it holds, or with that of a sheet.

    Without a sheet, and without weights in the text, it is the article's network. Raises ValueError in words.

    >>> answer = paste("h_in_1 = 0.98, h_out_1 = 0.7271, E = 0.0591", "mine.txt")
    >>> [(verdict.word, f"{verdict.exact:.6f}") for verdict in answer.report.verdicts]
    [('agrees', '0.980000'), ('agrees', '0.727108'), ('wrong', '0.051896')]
    """
    if len(text) > LENGTH:
        raise ValueError(f"{name}: expected up to {LENGTH} characters, got more")
    every = [*recalculated(text)]
    slips = [TELL["arithmetic"](**one._asdict()) for one in every if not one.fits][:WRONG]
    try:
        reply = read_as_network(text, sheet)
    except ValueError as error:
        if not every:
            raise ValueError(f"{name}: {error}") from None
        told = slips or [TELL["calculations"](count=len(every))]
        return Reply(False, (*told, TELL["slips alone"](why=error)))
    return reply._replace(right=False, notes=(*slips, *reply.notes)) if slips else reply


def read_as_network(text: str, sheet: Sheet | None) -> Reply:
    """Return what is said of a text as the calculation of a network, or raise ValueError in words."""
    found = of_examples([*islice(statements(text), 2 * FIGURES)])
    draft = drafted(found, sheet is None)
    count = sum(s.numbers.size for s in draft.figures)
    if not 0 < count <= FIGURES:
        what = f"expected from 1 to {FIGURES} numbers to check, as in out_h1 = 0.5933"
        raise ValueError(f"{what}, got {count or 'none'}")
    if sheet:
        return judged(Parts(sheet), [], draft).reply
    calculation = network_in(text, found, draft)
    weights = [sorted(values_of(one.given["weight"])) for one in (draft, calculation) if one]
    if calculation and weights[0] == weights[1]:  # the same network, with names of units
        draft = draft._replace(units=calculation.units)
    drafts = [one for one in (draft, calculation) if one and one.given["weight"]]
    return best_reply(drafts or [drafted(found, False)])


class Judged(NamedTuple):
    """How many numbers are wrong or left out, whether these are too many to be mistakes, and what is said."""

    misfits: int
    misread: bool
    reply: Reply


def best_reply(drafts: Iterable[Draft]) -> Reply:
    """Return what is said of a text in the first way to read it, or in one with far fewer wrong numbers."""
    best, errors = None, list[ValueError]()
    for draft in drafts:
        try:
            parts, notes = network_of(draft)
            one = judged(parts, notes, draft)
        except ValueError as error:
            errors.append(error)
            continue
        if one.misread:
            errors.append(ValueError(TELL["misread"](sizes="-".join(map(str, parts.sheet.network.sizes)))))
        elif not best or 2 * one.misfits < best.misfits:
            best = one
        if best and best.misfits <= LIKELY:
            break
    if not best:
        raise errors[0]
    return best.reply


def judged(parts: Parts, notes: list[str], draft: Draft) -> Judged:
    """Check the numbers of a text, each as what it is taken for."""
    learn(parts, draft)
    if passed := {*draft.passed, *draft.unread}:
        notes.append(TELL["passed"](lines=", ".join(map(str, sorted(passed)))))
    if turn_signs(parts, draft):
        notes.append(TELL["signs"]())
    known, unknown, misfits, wrong = [*parts.worked.given, *parts.listing.names], 0, 0.0, 0.0
    printed: dict[int, dict[str, str]] = {}
    means: dict[str, str] = {}
    own = zip(flattened(parts.own), labels(parts.own), strict=True) if parts.own else ()
    # a threshold is a bias with the other sign
    names = {key.removeprefix("-"): "-" * (key[0] == "-") + people for key, people in own}
    given = {value for some in draft.given.values() for value in values_of(some)}
    for s, place in all_placed(parts, draft):
        others = [", ".join(one.flat) for one in place.others if one.flat[0][0] != "-"]
        names_of = ", ".join(place.names.flat)
        if others and names_of != s.name and s.numbers.size == 1:
            several = TELL["or"]().join(others[:3])
            notes.append(TELL["likely"](line=s.line, name=label(s.label), names=names_of, others=several))
        if place.by_value and s.numbers.size == 1:
            notes.append(TELL["by value"](line=s.line, name=label(s.label), names=place.names.item()))
        if not place.names.size:
            if s.numbers.size > 1 and {*s.numbers.flat} <= given:
                continue  # given numbers, said again
            unknown += any(digits_in(leaf) >= TELLING_DIGITS for leaf in s.numbers.flat)
            notes.append(left_out(s, known if unknown <= WRONG else ()))
            continue
        table = printed.setdefault(s.after, {})
        every = zip(place.names.flat, s.numbers.flat, labels({s.label: s.numbers}), strict=True)
        for one, leaf, people in every:
            expect_figure((f"line {s.line}", label(s.label)), leaf.text)
            if table.get(one) == leaf.text:  # printed twice
                continue
            key = one if one.isidentifier() and one not in table else f"own_{len(means) + 1}"
            means |= {key: one} if key != one else {}
            names[key] = TELL["again"](name=people, line=s.line) if one in table else people
            table[key] = leaf.text
        misfits += s.numbers.size - place.fits
        wrong += (s.numbers.size - place.fits) / (MORE_LATER if s.after else 1)
        if wrong >= WRONG:
            notes.append(TELL["enough"](count=int(misfits), line=s.line))
            break
    told = shorter(", ".join(known), 300)
    if not any(printed.values()):
        raise ValueError(TELL["nothing"](names=told))
    notes += [TELL["names"](names=told)] if unknown else []
    sheet = parts.sheet._replace(printed=dict(sorted(printed.items())), means={**parts.sheet.means, **means})
    report = check(sheet, QUICK)
    errors = [verdict for verdict in report.verdicts if verdict.word == "wrong"]
    unexplained = unknown + sum(not (verdict.found and verdict.found.slips) for verdict in errors)
    count = len(report.verdicts) + unknown
    misread = count >= DOUBTED and unexplained >= STRANGE * count
    right = report.right and not unknown and not draft.unread
    reply = Reply(right, tuple(notes), report, names, sheet=parts.sheet)
    return Judged(len(errors) + unknown, misread, reply)


def left_out(s: Typed, known: Iterable[str]) -> str:
    """Return what is said of numbers that are taken for nothing, and the nearest of the known names."""
    near = "".join(TELL["near"](name=name) for name in get_close_matches(s.name.lower(), known, 1))
    text = shorter(" ".join(leaf.text for leaf in s.numbers.flat), 40)
    return TELL["unknown"](line=s.line, name=label(s.label), text=text, near=near)
