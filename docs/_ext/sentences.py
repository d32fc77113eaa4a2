"""Sentences that are made of words: read, and told in the language of the book.

The sentences of workings/words.toml are filled in by programs. Here a filled-in sentence is recognised, and
told in the language of the book: by the pages when they are written, and by Python in the page (docs/live).
"""

import ast
import os
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from html import escape, unescape
from itertools import zip_longest

ENGLISH, CHINESE = "en", "zh_CN"
LANGUAGE = os.environ.get("BOOK_LANGUAGE", ENGLISH)
# Each sentence by its place in the files of words: in English, and in the language of the book.
SENTENCES: dict[str, tuple[str, str]] = {}
# These make the sentences of cells and pictures.
MADE = ("solution", "defined", "picture", "slip", "mistake", "script", "step", "paste")
FAULTS = (*MADE, "fault")  # and these what is said of a text that is handed in

# Words in HTML: what stands between tags, but no program; and what is said aloud or written into a field.
SPOKEN = re.compile(
    r"<(?P<skipped>script|style|math|code|pre)\b.*?</(?P=skipped)>|(?<=>)(?P<text>[^<>]+)(?=<)"
    r'|\b(?:aria-label|alt|title|placeholder)="(?P<value>[^"]+)"',
    re.DOTALL,
)
# What a cell prints: a column of a line; or a whole line, with the rest of its sentence below it.
PRINTED = re.compile(r"\S.*(?:\n +(?!.*[=*])(?=.*[a-z] [a-z]).+)+|\S+(?: \S+)*")
# Where two sentences that are made of words may be joined, and how they are in Chinese.
JOINTS = re.compile(r"(; |: |, |(?<=\.) | _+ )")
JOINED = {"; ": "；", ": ": "：", ", ": "，", " ": "", ".": "。"}
# Several things are told in these, and in the others stands no list.
LONG = tuple("parts points slips slip rules text after got line known".split())
ONE = tuple("name old new loss updates unit part number layer figure n k form least most".split())
ADDED = ("before", "near")  # it may be empty
READERS = tuple("script name names part of by own old new weight others".split())  # as a script has it
GIVEN = tuple("got line known name example form shape least most n k".split())  # as a text handed in has it
NAMED = ("rate", "linear", "output")  # what a calculation calls so
# What stays as somebody wrote it, with the names of functions, numbers and rules in it.
AS_WRITTEN = re.compile(
    r"\bnew (?=\w+\[|\w*\d)|(?<=\w\d|\w\]) new\b|\bd\w(?=/d)|\w+\([^()]*\)|-?\b(?:rate|alpha)\b|\w+ \{.*\}"
    r"|\b(?:activation|loss|examples|order|biases|mean) [\w, =()]+(?:; |$)"
)
TOKEN, SPACES = re.compile(r"\S+"), re.compile(" *")
SPACE = "\N{NO-BREAK SPACE}"
# What has no words: formulas, code, names of the calculation, addresses. What is left of a text is asked for.
WORDLESS = re.compile(
    r"https?://\S+|\$[^$]*\$|`[^`]*`|<[^>]*>|\]\([^)]*\)|\\begin\{.*\\end\{\w+\}|\\[a-z]+|\b\w*[\d_]\w*\b|[∂Δ]\w+"
    r"|\[+[\w.]+\]+|(?<=[-+×*/−(] )rate\b|\brate(?= [=×*])"
    r"|\b(?:lost|theta|tanh|relu|sigmoid|softmax|exp|log|half_sse|mse|sse|mae)\b",
    re.DOTALL,
)


def is_said(text: str) -> bool:
    """Say whether there is a word in a text, something to be translated."""
    return bool(re.search(r"[A-Za-z]{2}", WORDLESS.sub("", text)))


def spoken(part: re.Match[str]) -> str:
    """Return the words of a part of HTML, or of a printed text without the numbers before and after them."""
    if part.re is SPOKEN:
        return unescape((part["text"] or part["value"] or "").strip())
    words = [token for token in TOKEN.finditer(part[0]) if re.search("[A-Za-z]", WORDLESS.sub("", token[0]))]
    core = (
        part[0][words[0].start() : words[-1].end()]
        if words and is_said(part[0]) and not is_program(part[0])
        else ""
    )
    return part[0] if re.search(r"\d", core) else core


def replaced(part: re.Match[str], translated: Callable[[str], str]) -> str:
    """Return a part of HTML or of a printed text with its words translated."""
    words = spoken(part)
    if not is_said(words):
        return part[0]
    # a sentence may be printed in two lines
    new = made_of_words(words) or made_of_words(re.sub(r"\s*\n\s*", " ", words)) or translated(words)
    if part.re is PRINTED:
        return part[0].replace(words, new)
    return part[0].replace((part["text"] or part["value"]).strip(), escape(new))


def spoken_in(html: str, translated: Callable[[str], str]) -> str:
    """Return HTML with its words translated."""
    return SPOKEN.sub(lambda part: replaced(part, translated), html)


def columns(text: str, translated: Callable[[str], str]) -> str:
    """Return a printed text with its words translated; what stands below each other stays so, nearly."""
    rows, end = [], 0
    for part in PRINTED.finditer(text):
        words, new = spoken(part), replaced(part, translated)
        if new == part[0]:
            continue
        begin = part.start() + part[0].index(words)
        rest = part[0][part[0].index(words) + len(words) :]
        new = new[part[0].index(words) : len(new) - len(rest)]
        after = SPACES.match(text, begin + len(words))[0]  # type: ignore[index]
        column = begin + len(words) + len(after)
        if len(after) > 1 or (after and is_column(text, column)):
            after = " " * max(1, len(after) + len(words) - width(new))
        rows += [text[end:begin], new, after]
        end = column
    return "".join([*rows, text[end:]])


def is_column(text: str, place: int) -> bool:
    """Say whether something in a line, from a place on, stands below or above the beginning of another."""
    lines, row = text.split("\n"), text.count("\n", 0, place)
    column = place - text.rfind("\n", 0, place) - 1
    near = lines[max(row - 1, 0) : row] + lines[row + 1 : row + 2]
    begun = [{token.start() for token in TOKEN.finditer(line)} for line in (lines[row], *near)]
    return any(start >= column and start in other for start in begun[0] for other in begun[1:])


def width(text: str) -> int:
    """Return about how many letters of code a text is wide: three in Chinese take the room of five."""
    return round(sum(5 / 3 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text))


@cache
def made_of_words(text: str, sections: tuple[str, ...] = MADE) -> str | None:
    """Return a text that is made of the words that are no page's own in the language of the book, or None.

    >>> made_of_words("slope 0.198422") is not None, made_of_words("something else")
    (True, None)
    """
    if text in NAMED or not is_said(AS_WRITTEN.sub("", text)):
        return text
    if re.search(r"(?<!\.)\.$", text) and (made := made_of_words(text[:-1], sections)):
        return made + (text[-1] if LANGUAGE == ENGLISH else JOINED[text[-1]])
    if gap := re.fullmatch(r"(.*?\w)( _+)", text):  # room to write in
        made = made_of_words(gap[1], sections)
        return made and made + gap[2]
    for pattern, template, kept in patterns(sections):
        if found := pattern.fullmatch(text):
            parts = {
                name: part
                if name in kept and (kept is GIVEN or is_code(part))
                else made_of_words(part, sections)
                for name, part in found.groupdict().items()
            }
            if None not in parts.values():
                return template.format(**parts)
    for joint in JOINTS.finditer(text):
        one, two = (made_of_words(part, sections) for part in (text[: joint.start(1)], text[joint.end() :]))
        if one and two:
            return f"{one}{joint[1] if LANGUAGE == ENGLISH else JOINED.get(joint[1], joint[1])}{two}"
    return None


def told_fault(fault: str) -> str:
    """Return what a program says of a text that it cannot read, in the language of the book.

    The keys of the text before it, each with a colon, stay as they are.
    """

    def told(what: str) -> str | None:
        # a list may be cut off in the midst of a name
        for whole in (what, re.sub(r", [^,]*\.\.\.$", "", what)):
            if made := made_of_words(whole, FAULTS):
                return made
        key, _, rest = what.partition(": ")
        before = made_of_words(key, FAULTS) or (key if re.fullmatch(r"(\[\w+\] )?\w+", key) else None)
        after = told(rest) if before and rest else None
        return after and f"{before}：{after}"

    if LANGUAGE == ENGLISH:
        return fault
    return told(fault) or SENTENCES["fault.untold"][1].format(got=fault)


def is_code(text: str) -> bool:
    """Say whether a text can be an expression of a script, or the name of its file."""
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return " " not in text
    return True


def any_text(name: str) -> str:
    """Return the pattern of what is filled in, by its name."""
    if name in ONE:
        return rf"(?P<{name}>(?:(?!; |: |, ).)+?)"
    return f"(?P<{name}>{'.*?' if name in ADDED else '.+?' if name in LONG else '[^;]+?'})"


@cache
def patterns(sections: tuple[str, ...]) -> list[tuple[re.Pattern[str], str, tuple[str, ...]]]:
    """Return every sentence of some words as a pattern, and what it is in the language of the book.

    With it are the parts of it that may be as a script has them.
    """
    found = []
    for place, (text, told) in SENTENCES.items():
        section = place.partition(".")[0]
        bare = re.sub(r"\{[^}]*\}", "", text)
        if section in sections and is_said(bare):
            before = "{before}" * (text[0] in ",;")  # it goes on with a sentence
            after = "{after}" * (text[-1] == " ")
            new = f"{before}{told}{after}"
            text = f"{before}{text}{after}"
            parts = re.split(r"\{(\w*)[^}]*\}", text)
            names = [part or "nameless" for part in parts[1::2]]
            if len({*names}) == len(names) or "nameless" not in names:
                # what stands in it again is the same again
                groups = [
                    f"(?P={name})" if name in names[:n] else any_text(name) for n, name in enumerate(names)
                ]
                literal = map(re.escape, parts[::2])
                pattern = "".join(
                    part for pair in zip_longest(literal, groups, fillvalue="") for part in pair
                )
                template = re.sub(r"\{(\w*)[^}]*\}", lambda name: f"{{{name[1] or 'nameless'}}}", new)
                kept = {"script": READERS, "fault": GIVEN}.get(section, ())
                found.append((len(bare), re.compile(pattern), template, kept))
    return [each[1:] for each in sorted(found, key=lambda each: -each[0])]


def is_program(text: str) -> bool:
    """Say whether a text is Python, and no words that happen to be, as the head "pass" of a column is."""
    try:
        return not isinstance(ast.parse(text).body[0], ast.Expr | ast.AnnAssign | ast.Pass)
    except SyntaxError:
        return False
