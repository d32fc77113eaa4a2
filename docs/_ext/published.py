"""The published examples: what became of every printed number, as a line each, and one by one.

The checks take a while, so what they say is kept beside the outputs of the cells, and as long as those.
"""

import json
import os
import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from docutils import nodes
from reports import in_words
from shapes import SIGNS, blocks
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from translated import in_language, said, untranslated

from workings.check import check
from workings.check.report import TELLING, Found
from workings.net import read
from workings.words import WORDS

HERE = Path(__file__).parent
EXAMPLES: dict[str, dict[str, Any]] = tomllib.loads((HERE / "published.toml").read_text("utf-8"))
SAID, KINDS, CALLED = said("published"), said("kind"), said("example")
UNKNOWN = "unknown"
# The causes of sentences of a report that name no kind of mistake.
BEGINS = {
    "It is the number after": "a pass more or less",
    "It differs": "one digit differs",
    "It is off": "one digit differs",
}


def cause(found: Found | None) -> list[str]:
    """Return what explains a wrong number: kinds of mistakes, or another cause."""
    if found is None or (found.slips and found.score < TELLING):
        return [UNKNOWN]
    if not found.slips:
        return [next((words for begin, words in BEGINS.items() if found.says.startswith(begin)), UNKNOWN)]
    return [*dict.fromkeys(slip.kind for slip in found.slips)]


def checked(name: str) -> dict[str, Any]:
    """Return what is kept of the check of an example."""
    sheet = read(HERE.parent / "examples" / f"{name}.toml")
    report = check(sheet)
    by_hand = EXAMPLES[name].get("by_hand", {})
    wrong = [verdict for verdict in report.verdicts if verdict.word == "wrong"]
    return {
        "title": sheet.title,
        "url": sheet.url,
        "sizes": sheet.network.sizes,
        "counts": report.counts,
        "text": str(report),
        "causes": [
            [f"{name}.{verdict.figure.name}"] if verdict.figure.name in by_hand else cause(verdict.found)
            for verdict in wrong
        ],
    }


@cache
def examples(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what is known of every example, from the file in the folder if there is one."""
    said = sha256(Path(__file__).read_bytes() + json.dumps(EXAMPLES).encode()).hexdigest()[:16]
    kept = folder / f"published-{said}.json"
    if not kept.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        new = folder / f"{kept.name}-{os.getpid()}"  # another page may be asking at the same time
        new.write_text(json.dumps({name: EXAMPLES[name] | checked(name) for name in EXAMPLES}), "utf-8")
        new.replace(kept)
    found: dict[str, dict[str, Any]] = json.loads(kept.read_text("utf-8"))
    return found


def bar(counts: dict[str, int]) -> str:
    """Return the counts as a bar of parts, each as long as its count."""
    parts = "".join(f'<span class="{word}" style="flex-grow: {n}"></span>' for word, n in counts.items() if n)
    return f'<span class="bar" aria-hidden="true">{parts}</span>'


def counted(counts: dict[str, int]) -> str:
    """Return the counts in signs, and in words for who hears them."""

    def told(word: str, n: int) -> str:
        heard = in_language(WORDS["mistake"][f"counted: {word}"].format(count=n))
        sign = f'<span aria-hidden="true">{n}\N{NO-BREAK SPACE}{SIGNS[word]}</span>'
        return f'{sign}<span class="visually-hidden">{heard}</span>'

    return "\N{NO-BREAK SPACE} ".join(told(word, n) for word, n in counts.items() if n)


def linked(name: str, example: dict[str, Any]) -> str:
    """Return the short name of an example, which leads to what is said of it."""
    return f"[{CALLED[f'{name}.called']}](#example-{name})" + ("\\*" if "read" in example else "")


def tally(found: dict[str, dict[str, Any]]) -> str:
    """Return a line for each example, after the totals."""
    sums = dict.fromkeys(SIGNS, 0)
    rows, right, total = [f"| {SAID['example']} | {SAID['became']} |", "|---|---|"], 0, 0
    for name, example in found.items():
        counts, note = example["counts"], ""
        if example.get("counted", True):
            total += 1
            sums = {word: n + counts[word] for word, n in sums.items()}
            right += not (counts["follows"] or counts["wrong"])
        else:
            note = f" ({SAID['not counted']})"
        shape = "\N{NON-BREAKING HYPHEN}".join(map(str, example["sizes"]))
        rows.append(f"| {linked(name, example)} {shape}{note} | {bar(counts)} {counted(counts)} |")
    totals = SAID["total"].format(examples=total, numbers=sum(sums.values()), right=right, **sums)
    return f"{totals}\n\n" + "\n".join(rows)


def causes(found: dict[str, dict[str, Any]]) -> str:
    """Return what made the wrong numbers, commonest first, and in which examples."""
    kinds: dict[str, list[str]] = {}
    for name, example in found.items():
        for causes in example["causes"] if example.get("counted", True) else ():
            told = SAID["and"].join((SAID | KINDS | CALLED)[cause] for cause in causes)
            kinds.setdefault(told, []).append(linked(name, example))
    rows = [f"| {SAID['cause']} | {SAID['where']} |", "|---|---|"]
    for kind, where in sorted(kinds.items(), key=lambda item: (item[0] == SAID[UNKNOWN], -len(item[1]))):
        count = SAID["counted"].format(cause=kind, count=len(where))
        rows.append(f"| {count} | {SAID['and'].join(dict.fromkeys(where))} |")
    return "\n".join(rows)


def one(name: str, example: dict[str, Any]) -> str:
    """Return the source of an example, and a row for each number that is not right."""
    title, url = example["title"], example["url"]
    source = SAID["source"].format(title=f"[{title}]({url})" if url else title)
    if "read" in example:
        source += f" *{CALLED[f'{name}.read']}*"
    counts = example["counts"]
    below = SAID["all right"].format(count=sum(counts.values()))
    amiss = [part for part in blocks(example["text"]) if " follows " in part[0] or " wrong " in part[0]]
    if amiss:
        rows = in_words("\n".join("\n    ".join(part) for part in amiss))
        below = f'<div class="report">{rows}</div>'
    return f"{source}\n\n{bar(counts)} {counted(counts)}\n\n{below}"


class Published(SphinxDirective):
    """``{published} mazur`` shows an example, ``tally`` a line for each, ``causes`` what went wrong."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write it as text and have that read."""
        found = examples(Path(self.config.nb_execution_cache_path))
        what = self.arguments[0]
        ways = {"tally": tally, "causes": causes}
        text = ways[what](found) if what in ways else one(what, found[what])
        return [nodes.container("", *untranslated(self.parse_text_to_nodes(text)), classes=["published"])]


def setup(app: Sphinx) -> dict[str, Any]:
    """Join the directive to Sphinx."""
    app.add_directive("published", Published)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
