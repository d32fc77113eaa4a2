"""Slips of the pen: a figure that is right but for how it was written down."""

from collections.abc import Iterator

from workings.check.case import Case
from workings.check.edits import said
from workings.check.report import Figure


def other_places(text: str, printed: str) -> list[int]:
    """Return where the digits of two figures differ that are equally long; otherwise nothing."""
    if len(text) != len(printed):
        return []
    return [n for n, (a, b) in enumerate(zip(text, printed, strict=True)) if a != b]


def shortened(text: str) -> set[str]:
    """Return what becomes of a figure if one of its decimals is dropped, but the last."""
    begin = text.find(".") + 1
    return {text[:n] + text[n + 1 :] for n in range(begin, len(text) - 1)} if begin else set()


def last_digit(case: Case, figure: Figure) -> bool:
    """Say whether only the last digit of a figure is wrong, by 1, and it is not the only one."""
    return figure.digits >= 3 and abs(figure.value - case.value(figure)) < 1.5 * figure.unit


def by_pen(case: Case, figure: Figure) -> Iterator[str]:
    """Go through slips of the pen: the last digit, two exchanged, one wrong or dropped, another's figure."""
    value = case.value(figure)
    exact, printed = figure.shown(value), figure.printed.replace("−", "-")
    if last_digit(case, figure):
        yield said("last place", right=exact)
        return
    match other_places(exact, printed):
        case [a, b] if (
            exact[a] == printed[b] and exact[b] == printed[a] and (b == a + 1 or figure.digits > 4)
        ):
            yield said("two digits")
        case [_] if figure.digits >= 4:
            yield said("one digit", right=exact)
    longer = figure.shown(value, 1)
    if figure.digits >= 4 and printed in shortened(longer):
        yield said("digit dropped", right=longer)
    shorter = figure.shown(value, -1)
    if figure.digits > 4 and shorter in shortened(printed):
        yield said("digit added", right=shorter)
    for name, other in case.exact[figure.at].items() if figure.digits >= 3 else ():
        if name in case.lines.lines and name != figure.line and figure.is_(other):
            yield said("another figure", name=name)
