r"""What a page makes of printed text, of code and of tables, so that a phone has room for them.

The book is written so, and what the cells print that run in its pages (docs/live).

A report is a table whose words wrap: a terminal has long lines, a phone has not. The cell prints text, as the
command does; here its rows are known by the two spaces between their columns.

>>> report("E       0.59  wrong    0.29837\n    It is twice as large.").count("<tr")
2
"""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from itertools import zip_longest

from workings.words import WORDS

# Before each verdict a sign, so that nobody has to tell them by colour.
SIGNS = {"agrees": "✓", "rounding": "≈", "follows": "↳", "wrong": "✗"}
SAID = {WORDS["mistake"][word]: word for word in SIGNS}
ROW = re.compile(rf"(\S.*?) {{2,}}(\S+) {{2,}}({'|'.join(SAID)})(?: +(\S+))?")
# What is said of a step, with rows or without: nothing is wrong with a right one.
STEPS = tuple(WORDS["step"][key].split(":")[0] for key in ("right", "wrong"))
MINUS = re.compile(r"(?<![\w.])-(?=\d+\.\d)")  # a sign, no difference


def blocks(text: str) -> Iterator[list[str]]:
    """Go through the lines of a report, each with the indented sentences below it, unwrapped."""
    block: list[str] = []
    for line in filter(str.strip, text.splitlines()):
        if not line.startswith(" "):
            if block:
                yield block
            block = [line]
        elif not line.startswith("    ") or (line.startswith("      ") and len(block) > 1):
            block[-1] += f" {line.strip()}"
        else:
            block.append(line.strip())
    if block:
        yield block


def report(text: str, tell: Callable[[str], str] = str, right: str = "right: {value}") -> str:
    """Return a report as HTML: a row for each number, below it what is said of it; other lines as text.

    A translation of the book tells each sentence in its own language, and has its own word for what is right.
    """
    parts: list[str] = []
    for first, *more in blocks(MINUS.sub("−", text)):
        row = ROW.fullmatch(first)
        if not row:
            parts.append("<p>" + "<br/>".join(map(escape, map(tell, (first, *more)))) + "</p>")
            continue
        name, printed, verdict, value = row.groups()
        word = SAID[verdict]
        parts.append(
            f'<tr class="{word}"><th scope="row">{escape(tell(name))}</th><td>{escape(printed)}</td>'
            f'<td><span aria-hidden="true">{SIGNS[word]}</span> {escape(tell(verdict))}</td></tr>'
        )
        if why := [*([right.format(value=value)] if value else []), *map(tell, more)]:
            lines = "".join(f"<div>{escape(line)}</div>" for line in why)
            parts.append(f'<tr class="why"><td colspan="3">{lines}</td></tr>')
    rows = re.compile(r"(?:<tr.*?</tr>)+")
    return rows.sub(lambda found: f'<table class="report docutils">{found[0]}</table>', "".join(parts))


def is_report(text: str) -> bool:
    """Say whether a text has a row of a report, or says of a step that it is right or not."""
    return text.startswith(STEPS) or any(map(ROW.fullmatch, text.splitlines()))


PRE = re.compile(r"<pre>((?:(?!<div|</pre>).)*)</pre>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
NARROW = 30  # characters of code that the narrowest phone has room for


def folded(block: re.Match[str]) -> str:
    """Return a block of code whose long lines can be folded, each as far in as it begins, and a little more.

    The block says how wide it is: what a cell prints is a table more often than not, so the page makes its
    type smaller before it folds it.
    """
    lines, widest = [], 0
    for line in block[1].split("\n"):
        text = unescape(TAG.sub("", line))
        widest = max(widest, len(text))
        indent = len(text) - len(text.lstrip(" "))
        lines.append(
            f'<span class="long" style="--in:{indent}">{line}</span>' if len(text) > NARROW else line
        )
    return f'<pre style="--wide:{widest}">{chr(10).join(lines)}</pre>'


TABLE = re.compile(r'<table class="docutils([^"]*)">(.*?)</table>', re.DOTALL)
CELL = re.compile(r"<td([^>]*)>(.*?)</td>", re.DOTALL)
ROOM = 44  # characters that a row of a table has room for on a phone
BROKEN = 20  # a cell of words may be broken into lines of so many
BAR = 20  # what a bar takes from a row


def listed(found: re.Match[str]) -> str:
    """Return a table; one too wide for a phone is marked, and its cells name their column."""
    classes, table = found.groups()
    heads = [plain(head) for head in re.findall(r"<th[^>]*>(.*?)</th>", table, re.DOTALL)]
    rows = [[plain(cell) for _, cell in CELL.findall(row)] for row in table.split("</tr>")[1:]]
    columns = zip_longest(*rows, heads, fillvalue="")
    room = ROOM - BAR * ('class="bar"' in table)
    if sum(2 + max(map(narrowest, column)) for column in columns) <= room:
        return found[0]

    def named(cell: re.Match[str], head: str) -> str:
        return f'<td{cell[1]} data-head="{escape(head)}">{cell[2]}</td>' if plain(cell[2]) else cell[0]

    def row(cells: str) -> str:
        names = iter(heads)
        return CELL.sub(lambda cell: named(cell, next(names, "")), cells)

    return f'<table class="docutils folds{classes}">{"</tr>".join(map(row, table.split("</tr>")))}</table>'


def narrowest(cell: str) -> int:
    """Return how few characters wide a cell may be: a word and a number are not broken."""
    return max(min(len(cell), BROKEN), *map(len, cell.split()), 0)


def plain(html: str) -> str:
    """Return the text of some HTML in one line."""
    return " ".join(unescape(TAG.sub("", html)).split())
