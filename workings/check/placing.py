"""What the numbers of a pasted text are taken for: by their names, by their values, in which pass."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import partial
from typing import NamedTuple

import numpy as np

from workings.check.called import Parts
from workings.check.pasted import EXPRESSION, GIVEN, Draft
from workings.check.quantities import TELLING_DIGITS, digits_in, fit
from workings.check.typed import Typed
from workings.check.wording import OF_PARTIALS, ROLES, TURNED_NEW, kinds, words_of
from workings.net.numerals import Numeral
from workings.symbol import Array

MOST_PASSES = 10  # so many are calculated to see what a number is
CLOSE_TO = 0.02  # of a number: what rounding on the way may do to it


class Place(NamedTuple):
    """What numbers are taken for, how many fit, whether only these say so; what else the name can mean."""

    names: Array
    fits: float = 0
    by_value: bool = False
    others: Sequence[Array] = ()


def singles(draft: Draft) -> Iterator[tuple[str, Numeral, int]]:
    """Go through the single numbers of the first pass: their names, and the example that they are of."""
    yield from (
        (s.full, s.numbers.item(), s.example) for s in draft.figures if s.numbers.size == 1 and not s.after
    )


def read_first(parts: Parts, draft: Draft) -> Iterator[tuple[str, Numeral]]:
    """Go through the numbers of the first pass, each with what it is taken for if that is clear."""
    for s in draft.figures:
        if not s.after:
            yield from zip(placed(parts, s, ask=False).names.flat, s.numbers.flat, strict=False)


def at_example(parts: Parts, example: int) -> Parts:
    """Return the numbers as an example finds them, if each is followed by a step."""
    count = len(np.atleast_2d(parts.sheet.x))
    if parts.sheet.rules.examples != "online" or not 0 < example <= count:
        return parts
    if example not in parts.each:
        lasts = parts.updates.items()
        new = {name: re.sub(r"_e\d+$", f"_e{example}", last) for name, last in lasts}
        old = {name: re.sub(r"_e\d+$", f"_e{example - 1}", last) for name, last in lasts}
        old = old if example > 1 else {name: name for name in old}

        def there(array: Array) -> Array:
            names = [old.get(name, name) for name in array.flat]
            return np.array(names, dtype=object).reshape(array.shape)

        each = parts.each[example] = copy(parts)
        each.updates = {old[name]: new[name] for name in parts.updates}
        each.velocities = {old[name]: new[f"v_{name}"] for name in parts.velocities}
        each.found = {}
        each.own = {name: there(array) for name, array in parts.own.items()}
        each.running = {kind: [old.get(name, name) for name in some] for kind, some in parts.running.items()}
        kinds = {kind: [(n, there(a)) for n, a in parts.arrays[kind]] for kind in ("weight", "bias")}
        each.arrays = {**parts.arrays, **kinds}
    return parts.each[example]


def learn(parts: Parts, draft: Draft) -> None:
    """Learn what a text means by its names: which units, and whether a or z is the net input."""
    parts.learn(singles(draft))
    if any(re.match(r"[a-z]_in", s.name.lower()) for s in draft.figures):  # beside z_in, z is an output
        parts.exchanged = {"z": "a"}
    stems = [re.match(r"([az])[\d\[\],_]*$", s.name.lower()) for s in draft.figures]
    if {found[1] for found in stems if found} == {"a", "z"}:
        some = [s for s, found in zip(draft.figures, stems, strict=True) if found and not s.after]

        def fits(exchanged: Mapping[str, str]) -> float:
            parts.exchanged = exchanged
            return sum(placed(parts, s, ask=False).fits for s in some)

        parts.exchanged = max({}, {"a": "z", "z": "a"}, key=fits)


def turn_signs(parts: Parts, draft: Draft) -> bool:
    """Turn deltas, and gradients too, if all that a text has have the other sign; say whether deltas have."""
    first = [*read_first(parts, draft)]
    # a partial says its sign itself
    plain_names = draft._replace(figures=[s for s in draft.figures if not re.search(OF_PARTIALS, s.name)])
    stepped = any(name in parts.updates.values() and fit(parts.value(name), leaf) for name, leaf in first)

    def turned(names: Collection[str], read: Iterable[tuple[str, Numeral]]) -> bool:
        signs = [leaf * parts.value(n) for name, leaf in read if (n := name.removeprefix("-")) in names]
        signs = [sign for sign in signs if sign]
        return bool(signs) and max(signs) < 0 and (len(signs) > 1 or stepped)

    other = copy(parts)
    other.turn_deltas()
    deltas = [s for s in plain_names.figures if is_delta(s) and not s.after]
    plain, more = (sum(placed(one, s, ask=False).fits for s in deltas) for one in (parts, other))
    if turned(parts.deltas, read_first(parts, plain_names)) or more > plain:
        parts.turn_deltas()
        parts.uphill = turned(parts.worked.means, first)
    return parts.turned


def all_placed(parts: Parts, draft: Draft) -> list[tuple[Typed, Place]]:
    """Return the numbers of a text, each with what it is taken for and the update that it is after."""
    places = [placed(parts, s) for s in draft.figures if not s.after]
    taken = {name for one in places if not (one.others or one.by_value) for name in one.names.flat}
    every = [*in_passes(parts, draft.figures, taken)]
    forward = [name for kind in ("net", "out") for _, array in parts.arrays[kind] for name in array.flat]
    # what h1 is by its value says what h2 is
    single = [(s, place) for s, place in every if s.numbers.size == 1 and place.names.size]
    known = {s.name: place.names.item() for s, place in single if place.by_value}
    alike = {s.name: place.names.item() for s, place in single if place.fits}
    claimed = set[str]()
    for n, (s, place) in enumerate(every):
        if place.fits or s.numbers.size != 1:
            continue
        guess, like = guessed(s.name, known), guessed(s.name, alike)
        array = np.array([guess], dtype=object)
        if guess in parts.listing.names and (not place.names.size or parts.fitting(array, s.numbers)):
            every[n] = s, Place(array, parts.fitting(array, s.numbers))
        elif place.others:  # of a unit the net input stands first, then the output
            could = [place.names, *place.others]
            free = [one for one in could if one.item() not in taken | claimed and one.item() in forward]
            if {"out", "hidden"}.isdisjoint(ROLES.get(re.sub(r"[\W\d_].*", "", s.name.lower()), ())):
                free = sorted(free, key=lambda one: forward.index(one.item()))
            # y3 = out_h1 says whose delta3 is
            ends = {
                meant.split("_")[-1] for name, meant in alike.items() if number_of(name) == number_of(s.name)
            }
            deltas = all(one.item().removeprefix("-") in parts.deltas for one in could)
            same = [one for one in could if deltas and {one.item().split("_")[-1]} == ends]
            chosen = next((one for one in could if one.item() == like), (same or free or could)[0])
            claimed.add(chosen.item())
            every[n] = s, place._replace(names=chosen, others=[one for one in could if one is not chosen])
    return reread(parts, with_one_sign(parts, every))


def is_delta(s: Typed) -> bool:
    """Say whether a name has a word for a delta."""
    return any("delta" in ROLES[word] for word in words_of(s.name)[0])


def with_one_sign(parts: Parts, every: list[tuple[Typed, Place]]) -> list[tuple[Typed, Place]]:
    """Return the deltas of a text with the sign that most of them have: it is lost in the others."""
    deltas = {
        n: place.names.item()
        for n, (s, place) in enumerate(every)
        if place.names.size == 1 and place.fits and place.names.item().removeprefix("-") in parts.deltas
        if is_delta(s)
    }
    less = [n for n, name in deltas.items() if name[0] == "-"]
    plain = 2 * len(less) <= len(deltas)
    for n in less if plain else [n for n in deltas if n not in less]:
        s, place = every[n]
        name = place.names.item().removeprefix("-") if plain else f"-{place.names.item()}"
        every[n] = s, Place(np.array([name], dtype=object))
    return every


def reread(parts: Parts, every: list[tuple[Typed, Place]]) -> list[tuple[Typed, Place]]:
    """Return what does not fit as what has its value, if all such numbers have one: a mistake would go on."""
    other, last = dict[int, tuple[Typed, Place]](), 1 + max((s.after for s, _ in every), default=0)
    if last > MOST_PASSES:
        return every
    for n, (s, place) in enumerate(every):
        pairs = [*zip(place.names.flat, s.numbers.flat, strict=False)]
        fits = pairs and all(fit(parts.after(s.after).value(one), leaf, rounded=True) for one, leaf in pairs)
        if fits or all(digits_in(leaf) < TELLING_DIGITS for leaf in s.numbers.flat):
            continue
        kind = s.after, parts.kind_of(place.names)
        near = sorted(range(last + 1), key=lambda after: abs(after - s.after))
        worth = ((after, array) for after in near for array in parts.after(after).worth(s.numbers))
        could = [(after, of, array) for after, array in worth if (of := parts.kind_of(array)) not in GIVEN]
        others = [one[:2] for one in could]
        # the figure of another one of its kind is a mistake, and so is a delta without its slope
        if not could or (kind[1] and kind in others) or (kind[1] == "delta" and (s.after, "") in others):
            return every
        after, _, array = could[0]
        other[n] = s._replace(after=after), Place(array, s.numbers.size, True)
    # one alone may be the last of what a mistake leads to
    return [other.get(n, one) for n, one in enumerate(every)] if len(other) > 1 else every


def placed(parts: Parts, s: Typed, ask: bool = True, taken: Collection[str] = ()) -> Place:
    """Return what the numbers of a statement are taken for: what has its value, or is not yet taken."""
    parts, calculated = at_example(parts, s.example), re.search(EXPRESSION, s.name)
    for formula in parts.formulas(s.name, s.numbers.size, s.example) if calculated else ():
        if fits := parts.fitting(formula, s.numbers):
            return Place(formula, fits)
    every = [shape for array in meanings(parts, s) if not calculated for shape in shaped(array, s.numbers)]
    weights = [array for array in every if all(one.removeprefix("-") in parts.updates for one in array.flat)]
    new = [turned for array in weights for turned in parts.turnings(array, "new")]
    given = parts.own and not s.after and weights and weights[0] is every[0]
    every = new + every if s.arrow or parts.of_own(s.name).size or given else every + new
    every = [one for n, one in enumerate(every) if not any(map(partial(np.array_equal, one), every[:n]))]
    targets = {name for _, array in parts.arrays["y"] for name in array.flat}
    every.sort(key=lambda array: {*array.flat} <= targets)  # y is rather an output
    every_fits = [parts.fitting(array, s.numbers) for array in every]
    best = max(every_fits, default=0)
    clear = 2 * best > s.numbers.size  # of a few numbers of many, others have the value by chance
    # an error can be a loss, a difference or a delta: its value says which
    by_value = ask and not best and (not every or is_vague(s))
    if by_value and s.name == "bias" and all(digits_in(leaf) < TELLING_DIGITS for leaf in s.numbers.flat):
        every = []  # nobody knows which
    same = parts.worth(s.numbers) if by_value else []
    values = [[parts.value(one) for one in array.flat] for array in same]
    if same and np.ptp(values, axis=0).max() <= 1e-12 * np.abs(values).max():
        return Place(same[0], s.numbers.size, True)
    if every and not same and (clear or len(every) == 1 + len(new) or not ask):
        return Place(every[every_fits.index(best)], best)
    if ask and (every or same):
        known = {name.removeprefix("-") for name in taken}
        signs = {name[0] == "-" for name in taken if name.removeprefix("-") in parts.deltas}

        def strange(array: Array) -> tuple[bool, bool, bool]:
            bare = {name.removeprefix("-") for name in array.flat}
            other_sign = bool(signs) and (array.flat[0][0] == "-") not in signs
            values = np.array([parts.value(name) for name in array.flat])
            far = np.abs(values - s.numbers.astype(float).ravel()).max() > CLOSE_TO * np.abs(values).max()
            return bool(far), not known.isdisjoint(bare), other_sign

        # an error is a difference rather than anything else with its value
        same = sorted(same, key=lambda array: not re.fullmatch(r"\w+ - \w+", array.flat[0]))
        likely, *others = sorted(same if same and is_vague(s) else every or same, key=strange)
        return Place(likely, parts.fitting(likely, s.numbers), others=others)
    return Place(np.array([]))


def meanings(parts: Parts, s: Typed) -> list[Array]:
    """Return what the name of a statement can mean, the likeliest first; it is found once."""
    named = s.name, s.numbers.size, s.example, s.under
    key = *named, parts.turned, parts.uphill, *parts.exchanged
    if key not in parts.found:
        parts.found[key] = parts.find(*named)
    return parts.found[key]


def is_vague(s: Typed) -> bool:
    """Say whether a name has many meanings: an error, a change, or what is no weight and stands beside one.

    Or new numbers under a name that says nothing.
    """
    words = re.findall(r"[^\W\d_]{2,}|^e(?=_?\d*$)", s.name.lower())
    roles = {role for word in words for role in ROLES.get(word, ())}
    beside = {"weight", "bias"} & roles and {"x", "delta"} & roles and " " in s.name
    counted = s.name.isdecimal() or re.fullmatch(r"[sgkqrm]_?\d+", s.name) or roles in ({"bias"}, {"weight"})
    renewed = re.search(TURNED_NEW, s.under) and {"weight", "bias"}.isdisjoint(kinds(s.name.rstrip("+'′*⁺")))
    meanings = "delta" not in roles and {"error", "change", "loss"} & roles
    return bool(meanings or beside or counted or renewed)


def number_of(name: str) -> str:
    """Return the number at the end of a name."""
    return name[len(name.rstrip("0123456789")) :]


def guessed(name: str, known: Mapping[str, str]) -> str:
    """Return what a name that ends in a number means, by one that differs in it alone, or nothing.

    >>> guessed("g3", {"a1": "net_h1", "g1": "dE_dw5"})
    'dE_dw7'
    """
    for other, meant in known.items():
        if name[-1:].isdecimal() and other[-1:].isdecimal() and name[:-1] == other[:-1]:
            last = re.findall(r"\d+", meant)[-1:] or ["0"]
            number = int(last[0]) + int(name[-1]) - int(other[-1])
            return re.sub(r"\d+(?=\D*$)", str(number), meant)
    return ""


def in_passes(
    parts: Parts, figures: Sequence[Typed], taken: Collection[str]
) -> Iterator[tuple[Typed, Place]]:
    """Go through the numbers of a text, each with what it is taken for, and after which update it is.

    Where net inputs, outputs or losses are printed again behind new weights, another pass begins.
    """
    every = [parts.arrays[kind] for kind in ("net", "out", "error", "loss")]
    forward = {name for arrays in every for _, array in arrays for name in array.flat}
    updated = {*parts.updates.values()}
    count, seen, stepped = 0, set[str](), False  # so many passes are behind what was read
    known: dict[tuple[str, int], tuple[int, Array]] = {}  # what names were taken for that fitted

    def as_before(s: Typed, place: Place) -> Place:
        example, names = known.get((s.name, s.numbers.size), (s.example, place.names))
        there = [re.sub(rf"_e{example}(?!\d)", f"_e{s.example}", one) for one in names.flat]
        return Place(np.array(there, dtype=object).reshape(names.shape)) if there else place

    for s in figures:
        if s.after:
            # below its numbers stand those of the pass behind it; much later ones are not calculated
            passes = (s.after, s.after + 1) if s.after < MOST_PASSES else (0,)
            after, place = max(
                ((n, placed(parts.after(n), s, taken=taken)) for n in passes), key=lambda one: one[1].fits
            )
            behind = after > s.after and {*place.names.flat} <= forward
            yield s._replace(after=s.after + behind), place if place.fits else as_before(s, place)
            continue
        places = [placed(parts.after(n), s, taken=taken) for n in range(count + 1)]
        after, place = max(enumerate(places), key=lambda one: (one[1].fits, one[0]))
        if stepped and 2 * place.fits <= s.numbers.size:  # of several, 0 has the value of 0
            place_then = placed(parts.after(count + 1), s, taken=taken)
            place_then = place_then if place_then.fits else as_before(s, place_then)
            names = {*place_then.names.flat}
            if names and names <= forward and (names <= seen or not place_then.by_value):
                count, stepped = count + 1, False
                after, place = count, place_then
        if (after or s.example > 1) and not place.fits:
            place = as_before(s, place)
        if place.fits and (s.example or {*place.names.flat} <= forward):
            known.setdefault((s.name, s.numbers.size), (s.example, place.names))
        seen |= {*place.names.flat}
        stepped |= bool(place.names.size) and {*place.names.flat} <= updated
        yield s._replace(after=after), place


def shaped(array: Array, numbers: Array) -> Iterator[Array]:
    """Go through the ways to lay out an array of names as numbers are laid out, row by row or turned."""
    one, other = (tuple(n for n in part.shape if n > 1) for part in (array, numbers))
    if one == other:
        yield array.reshape(numbers.shape)
    if one[::-1] == other and len(one) > 1:
        yield array.T.reshape(numbers.shape)
