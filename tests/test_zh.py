"""The Chinese edition says what the English one says, in its own words: the same numbers and links."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from copy import copy
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from conftest import REQUIRED, soup

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "docs" / "live"), str(ROOT / "docs" / "_ext")]

import sentences  # noqa: E402
import translated  # noqa: E402
from own_network import work  # noqa: E402

DOCS = ROOT / "docs"
LOCALE = DOCS / "locale" / "zh_CN"
CATALOGS = {path.stem: path for path in sorted(LOCALE.glob("LC_MESSAGES/*.po"))}
TERMS = {
    re.compile(rf"\b(?:{english})\b", re.IGNORECASE): chinese
    for english, chinese in tomllib.loads((LOCALE / "terms.toml").read_text("utf-8"))["terms"].items()
}
HAN = "\u3400-\u9fff"
MATH, CODE = re.compile(r"\$[^$]+\$"), re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
ROLE = re.compile(r"\{(blank|term)\}`([^`]*)`")
NAMED = re.compile(r"(?:input|hidden unit|输入|隐藏单元) \d")  # an answer in words
LINK, TAG, HOLE = re.compile(r"\]\(([^)]*)\)"), re.compile(r"<[^>]+>"), re.compile(r"\{[^}`]*\}")
COMMAND = re.compile(r"\bbplit (?:check|explain|new)\b(?: --\w+)*")
ITALIC = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
NAME = re.compile(r"(?<![\w.])(?:[∂Δ]?[a-zA-Z]+_\w+|[∂Δ]?[a-zA-Z]{1,4}\d+|theta)(?![\w(])")
NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:[.,]\d+)*(?:e-?\d+)?(?![\w])")
# A count may be a word in one language and digits in the other.
COUNTS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
)
WORDS = {word: str(n) for n, word in enumerate(COUNTS.split())}
WORDS |= {"twenty": "20", "hundred": "100", "thousand": "1000", "million": "100", "hundredth": "100"}
WORDS |= {"thousandth": "1000", "thirty": "30", "forty": "40", "fifty": "50", "twice": "2", "half": "2"}
SMALL = {str(n) for n in range(11)}
SIGNS = "，。：；？！、（）“”《》"
WESTERN = re.compile(
    rf"[{HAN}][,.;:?!]|[{HAN}]\s?\((?!http)|\)[{HAN}]|\s[，。：；？！、）]|[，。：；？！、（]\s"
)
TIGHT = re.compile(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]")
TITLE = re.compile(r"(?<!\*)\*[^*]+\*(?!\*)")  # of a foreign work, in italics
UNTRANSLATED = re.compile(r"(?<![\w.-])[a-z]{2,}(?: [a-z]{2,})+(?![\w.-])")


def bare(text):
    """Return a text without formulas, code, targets of links and tags: what a reader reads as words."""
    text = ROLE.sub(lambda role: "X" if NUMBER.fullmatch(role[2]) or NAME.search(role[2]) else role[2], text)
    for pattern, instead in (MATH, "X"), (CODE, "X"), (COMMAND, "X"), (LINK, "]"), (TAG, ""):
        text = pattern.sub(instead, text)
    return text


def held(text):
    """Return what must be the same in both languages, by its kind."""
    words = bare(text)
    roles = [(kind, answer) for kind, answer in ROLE.findall(text) if kind == "blank"]
    return {
        "formulas": {*MATH.findall(text)},
        "code": {code for _, code in CODE.findall(ROLE.sub("", text))} | {*COMMAND.findall(text)},
        "links": Counter(LINK.findall(text)),
        "tags": Counter(TAG.findall(text)),
        "what is filled in": {*HOLE.findall(ROLE.sub("", MATH.sub("", text)))},
        "blanks": Counter(answer.count("|") or NAMED.sub("a name", answer) for _, answer in roles),
        "terms": sum(kind == "term" for kind, _ in ROLE.findall(text)),
        "bold": len(BOLD.findall(text)),
        "names": {*NAME.findall(words)},
        "numbers": {number.replace("−", "-") for number in NUMBER.findall(words)} - SMALL,
    }


def terms(text):
    """Go through the terms in an English text, those of most letters first: each place counts once."""
    found = []
    for term, chinese in TERMS.items():
        found += [(place.span(), place[0], chinese) for place in term.finditer(text)]
    taken = []
    for (start, end), english, chinese in sorted(found, key=lambda each: each[0][0] - each[0][1]):
        if all(end <= a or b <= start for a, b in taken):
            taken.append((start, end))
            yield english, chinese


def faults(message):
    """Go through what is wrong with the translation of a message."""
    english, chinese = str(message.id), str(message.string)
    if message.fuzzy:
        yield "fuzzy: the English has changed; translate anew and take the line '#, fuzzy' away"
    if not chinese:
        yield "not translated"
        return
    one, other = held(english), held(chinese)
    spelled = {digits for word, digits in WORDS.items() if re.search(rf"\b{word}s?\b", english, re.I)}
    other["numbers"] -= spelled - one["numbers"]
    for kind in one:
        if one[kind] != other[kind]:
            yield f"{kind} differ: {one[kind]!r} in English, {other[kind]!r} in Chinese"
    if chinese == english:  # code, a name or a title that stays as it is
        return
    titles = {*ITALIC.findall(english)} & {*ITALIC.findall(chinese)}  # of works, which keep their names
    for title in titles:
        chinese = chinese.replace(title, "X")
    words, asked = bare(chinese), HOLE.sub("", bare(english))
    free = {word for comment in message.user_comments for word in comment.removeprefix("free:").split(", ")}
    free = {word.strip() for word in free}
    for term, wanted in terms(asked):
        if term.lower() not in free and not any(word in chinese for word in wanted):
            yield f"term: {term} is {' or '.join(wanted)}"
    for what, pattern, text in (
        ("a western sign, or a space beside a Chinese one", WESTERN, words),
        ("no space between Chinese and Latin", TIGHT, re.sub(r"[*\[\]]", "", words)),
        ("English is left", UNTRANSLATED, TITLE.sub("", COMMAND.sub("", HOLE.sub("", words)))),
    ):
        if found := pattern.search(text):
            yield f"{what}: …{text[max(0, found.start() - 12) : found.end() + 12]}…"
    # CommonMark neither begins nor ends bold type between a letter and a sign
    for part in BOLD.finditer(chinese):
        around = f" {chinese} "[part.start()], f" {chinese} "[part.end() + 1]
        if any(part[1][k] in SIGNS and around[k].isalnum() for k in (0, -1)):
            yield f"bold that would stay asterisks, put the sign outside of it: {part[0]}"
    if re.search("[A-Za-z]", asked) and not re.search(f"[{HAN}]", chinese):
        yield "no Chinese in it"


@pytest.mark.parametrize(
    ("english", "chinese", "wrong"),
    [
        ("{unit}: {value}", "{unit}：{value}", None),
        ("the step of {weight}", "{weight} 走的一步", None),
        ("the weight {weight}", "第 {weight} 个", "term"),
        ("{count} more", "{count}", "no Chinese"),
        ("as of bplit explain --seed", "与 bplit explain --seed 一致", None),
        ("as of bplit explain --seed", "与 bplit check --seed 一致", "code differ"),
    ],
)
def test_what_is_filled_in_and_a_command_are_no_words(english, chinese, wrong):
    found = [*faults(Message(english, chinese))]
    assert [fault.startswith(wrong) for fault in found] == [True] if wrong else not found


def messages(name):
    with CATALOGS[name].open("rb") as file:
        return [message for message in read_po(file, "zh_CN") if message.id]


@pytest.mark.parametrize("name", CATALOGS)
def test_a_catalog_is_translated_and_true(name):
    found = messages(name)
    if not any(message.string for message in found):
        pytest.skip("not begun")
    wrong = [f"{message.id}\n{message.string}\n  {fault}" for message in found for fault in faults(message)]
    assert not wrong, "\n\n".join(["", *wrong])


# Sentences that programs make


@pytest.fixture
def told(monkeypatch):
    """Return what tells a sentence in Chinese."""
    monkeypatch.setattr(sentences, "LANGUAGE", sentences.CHINESE)
    monkeypatch.setattr(sentences, "SENTENCES", translated.sentences(sentences.CHINESE))
    kept = sentences.made_of_words, sentences.patterns
    for each in kept:
        each.cache_clear()
    yield sentences.made_of_words
    for each in kept:
        each.cache_clear()


@pytest.mark.parametrize(
    ("english", "parts"),
    [
        ("So are out_o1 after 10000, E after 9.", ["10000 次更新后的 out_o1", "9 次更新后的 E"]),
        ("Nothing that was tried gives it.", ["。"]),
        ("3-b.py: 1 error in 4 partials and 9 updates, at 40 random networks", ["3-b.py", "40"]),
        ("line 7: dw uses w5 after its update in line 5, the sweep uses the old one", ["第 7 行", "第 5 行"]),
        ("line 8: sum is updated twice in one pass, in line 5 and line 6", ["sum", "第 5 行", "第 6 行"]),
        ("line 9: dh: the factor out * (1 - out) is missing", ["dh", "out * (1 - out)"]),
        (
            "line 11: d1: h * (1 - h) is the slope of a sigmoid, and h is a tanh: its slope is 1 - h ** 2, "
            "in all 2 elements",
            ["第 11 行", "h * (1 - h)", "1 - h ** 2", "2"],
        ),
        (
            "Line 3: w9 = 0.3 is left out: it is no name that is known, perhaps w8, "
            "and no number of this calculation.",
            ["w9 = 0.3", "或许是 w8"],
        ),
        (
            "Line 3: w9 = 0.3 is left out: it is no name that is known, and no number of this calculation.",
            ["w9 = 0.3"],
        ),
    ],
)
def test_a_sentence_is_told_in_chinese(told, english, parts):
    chinese = told(english)
    assert all(part in chinese for part in parts)
    assert not re.search(r"[a-z]{2,} [a-z]|[Ll]ine|perhaps", chinese)
    assert not (found := WESTERN.search(chinese)), found


@pytest.mark.parametrize("text", ["something else", "Notice: something", "the factor out is large"])
def test_what_is_not_made_of_words_is_left_alone(told, text):
    assert told(text) is None


def test_a_sentence_that_is_printed_in_two_lines_is_one(told):
    printed = (
        "Rules: activation linear or tanh or relu; loss half_sse or mse or sse; examples\n"
        "  batch_mean; order simultaneous; biases per_unit. If yours are others, say so.\n"
    )
    chinese = sentences.columns(printed, str)
    assert "loss half_sse or mse or sse" in chinese
    assert not re.search("Rules|others", chinese)


NETWORK = """\
inputs = [0.5, -1.0]
targets = [0.3]
[[layer]]
weights = [[0.2, -0.4]]
activation = "tanh"
"""


@pytest.mark.parametrize(
    ("text", "numbers", "parts"),
    [
        ("你好", "", ["300", "out_h1 = 0.5933"]),
        (NETWORK, "foo = 3", ["w1, w2"]),
        (NETWORK.replace("activation", "activatoin"), "", ["第 1 层", "activatoin", "或许是 activation"]),
        (NETWORK.replace("tanh", "tahn"), "", ["第 1 层", "'tahn'", "或许是 tanh"]),
        (NETWORK.replace("-0.4]]", "-0.4"), "", ["第 5 行", "TOML"]),
        (NETWORK.replace("targets = [0.3]\n", ""), "", ["targets", "没有给出"]),
        (NETWORK.replace("[0.5, -1.0]", "[0.5]"), "", ["inputs", "2", "1"]),
        (f"inputs = {[0.5] * 400}\ntargets = [1]\n[[layer]]\nweights = [{[0.1] * 400}]", "", ["写不下"]),
        ("{bad", "", ["JSON"]),
        ('{"inputs": [1]}', "", ["targets", "没有给出"]),
        ("x = 1.0\ny = open('a')\nnp.exp(y)\n", "", ["第 2 行", "open"]),
        ("x = 1.0\nloss = (x * w - 1) ** 2\n", "", ["第 2 行", "w 还没赋值"]),
        ("import os\nw = os.getcwd()\n", "w = 1", ["网络", "脚本"]),
    ],
)
def test_a_fault_of_what_is_handed_in_is_told_in_chinese(told, text, numbers, parts):
    with pytest.raises(ValueError, match=".") as fault:
        work(text, numbers=numbers)
    chinese = sentences.told_fault(str(fault.value))
    assert all(part in chinese for part in parts)
    assert "。。" not in chinese
    # after the last colon Python itself may speak, of a text that is no TOML and no JSON
    said, _, reason = chinese.rpartition("：")
    assert not re.search("[a-z]{3,} [a-z]{2,}|expected|missing", said)
    assert "OML" in said or "JSON" in said or not re.search("[a-z]{3,} [a-z]{3,}", reason)


def test_a_fault_that_is_no_known_sentence_is_said_to_be_english(told):
    assert sentences.told_fault("network: something else") == "以下是英文说明：network: something else"


# The built edition


@pytest.fixture(scope="session")
def zh(site):
    """Return the folder of the built Chinese pages."""
    if not (site / "zh").is_dir():
        pytest.skip("no page is translated yet")
    return site / "zh"


# What is made from the docstrings of the sources is English.
ENGLISH = {path.stem for path in DOCS.glob("room-*.md")} | {"house", "module"}


def complete():
    """Return the pages whose catalogs are translated down to the last message."""
    return {name for name in CATALOGS if all(m.string and not m.fuzzy for m in messages(name))} - {"words"}


def test_every_catalog_is_complete():
    unfinished = {*CATALOGS} - complete() - {"words"}
    unfinished |= {"words"} if any(not m.string or m.fuzzy for m in messages("words")) else set()
    assert not unfinished


@pytest.mark.slow
def test_the_catalogs_hold_what_the_pages_say(tmp_path):
    """A changed English sentence has to be taken in, by `make catalogs`, and then to be translated."""
    shutil.copytree(LOCALE.parent, tmp_path / "locale")
    command = [sys.executable, *"-m sphinx -b gettext -W -n -q -c . -d".split(), str(tmp_path / "doctrees")]
    command += ["-D", f"locale_dirs={tmp_path / 'locale'}", "docs", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    renewed = {path.stem: path for path in (tmp_path / "locale").rglob("*.po")}
    changed = [name for name in renewed if renewed[name].read_bytes() != CATALOGS[name].read_bytes()]
    assert renewed.keys() == CATALOGS.keys()
    assert not changed, "run `make catalogs`, and translate what is new"


def test_a_page_is_there_exactly_if_its_catalog_is_complete(zh):
    made = {path.stem for path in zh.glob("*.html")} - {"search"}
    assert made == complete()
    assert not {name for name in made if (DOCS / f"{name}.md").is_file()} & ENGLISH


def words_of(page, *more):
    """Return what a page says: its texts, and what is said aloud or stands in fields."""
    page = copy(page)
    for part in page.select(", ".join(("script, style, [lang=en], .highlight, code, math", *more))):
        part.decompose()
    said = [part[name] for part in page.select("*") for name in SAID if part.get(name)]
    return [*page.stripped_strings, *said]


SAID = ("aria-label", "alt", "title", "placeholder", "data-head")
SENTENCE = re.compile(r"(?<![\w.@/-])[A-Za-z]{2,}(?:,? [a-z]{2,}){2,}(?![\w/-])")
TITLES = [tomllib.loads(path.read_text("utf-8"))["title"] for path in DOCS.glob("examples/*.toml")]
# The rules of a calculation, by the words of a network file.
RULES = re.compile(r"\b(?:activation|loss|examples|order|biases|mean) \w+(?:, \w+)*")


def test_no_english_sentence_is_left(zh):
    """What may be English: code, titles of works, names of pages that are English, rules by their names."""
    left = []
    for path in {*zh.glob("*.html")} - {zh / "references.html"}:
        page = soup(zh, path.stem)
        for text in words_of(page, "a.external", "select"):
            for title in TITLES:
                text = text.replace(title, "")
            if found := SENTENCE.search(RULES.sub("", text)):
                left.append(f"{path.stem}: {found[0]}: {text[:100]}")
    assert not left, "\n".join(left)


def test_both_languages_have_the_same_numbers_formulas_and_places(zh, site):
    """Both come from the same cells."""
    for path in sorted(zh.glob("*.html")):
        if path.stem == "search":
            continue
        one, other = (soup(folder, path.stem).select_one("article") for folder in (site, zh))
        for what in ("div.math math", ".cell_input pre"):
            said = [[part.get_text() for part in page.select(what)] for page in (one, other)]
            assert said[0] == said[1], (path.stem, what)
        ids = [{part["id"] for part in page.select("section[id]")} for page in (one, other)]
        assert ids[0] <= ids[1], path.stem
        decimals = [set(re.findall(r"\d+\.\d{3,}", str(page))) for page in (one, other)]
        assert decimals[0] == decimals[1], (path.stem, decimals[0] ^ decimals[1])


def test_each_page_knows_the_other_language(zh, site):
    sitemap = (site / "sitemap.xml").read_text("utf-8")
    for name in complete():
        one, other = soup(site, name), soup(zh, name)
        assert (one.html["lang"], other.html["lang"]) == ("en", "zh-CN")
        for page in (one, other):
            told = {link["hreflang"]: link["href"] for link in page.select("link[rel=alternate][hreflang]")}
            assert told["en"].endswith(f"/{name}.html")
            assert told["zh-CN"].endswith(f"/zh/{name}.html")
            assert told["en"] == told["x-default"] != told["zh-CN"]
        assert one.select_one("a.language")["href"] == f"zh/{name}.html"
        assert other.select_one("a.language")["href"] == f"../{name}.html"
        assert f"/zh/{name}.html<" in sitemap
    for name in ENGLISH:
        assert not soup(site, name).select("a.language, link[rel=alternate][hreflang]")


# An anchor is reached smoothly, so after a while.
AT_W5 = "Math.abs(document.getElementById('w5').getBoundingClientRect().top) < 100"


def test_the_switch_keeps_the_place(zh, address, page):
    page.goto(f"{address}/output-layer.html#w5")
    page.wait_for_function(AT_W5)
    page.locator(".sidebar-drawer a.language").click()
    page.wait_for_url(f"{address}/zh/output-layer.html#w5")
    page.wait_for_function(AT_W5)
    page.locator(".sidebar-drawer a.language").click()
    page.wait_for_url(f"{address}/output-layer.html#w5")
    page.goto(f"{address}/find.html?number=0.051986")
    page.locator(".sidebar-drawer a.language").click()
    page.wait_for_url(f"{address}/zh/find.html?number=0.051986")
    assert not page.wrong


@pytest.mark.parametrize(
    ("asked", "found"),
    [("反向传播", "glossary"), ("偏导数", "output-layer"), ("隐藏单元", "network"), ("sigmoid", "forward")],
)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_search_finds_chinese(scheme, asked, found, zh, address, page):
    page.goto(f"{f'{address}/zh' if scheme == 'http' else zh.as_uri()}/search.html?q={asked}")
    # one result comes after the other
    page.wait_for_selector(f"#search-results li a[href^='{found}.html']", timeout=120_000)


def test_digits_lead_to_the_finder_which_answers_in_chinese(zh, address, page):
    page.goto(f"{address}/zh/search.html?q=0.189518")
    page.wait_for_url(f"{address}/zh/find.html?number=0.189518")
    page.wait_for_selector(".found")
    page.wait_for_function("!document.querySelector('.answer > .note:last-child')")
    answers = page.locator(".found").all_inner_texts()
    assert answers
    for answer in answers:
        assert re.search(f"[{HAN}]", answer)
        assert not SENTENCE.search(re.sub(r"（.*?）", "", answer)), answer
    assert not page.wrong


def test_no_sign_is_without_a_glyph(zh, address, page):
    """What no font has is drawn like a sign that does not exist."""
    used = {*"".join(path.read_text("utf-8") for path in zh.glob("*.html"))}
    signs = "".join(sorted(sign for sign in used if sign.isprintable() and not sign.isspace()))
    page.goto(f"{address}/zh/forward.html")
    boxes = page.evaluate(
        """signs => {
            const canvas = new OffscreenCanvas(40, 40).getContext("2d", { willReadFrequently: true });
            canvas.font = `24px ${getComputedStyle(document.body).fontFamily}`;
            const drawn = sign => {
                canvas.clearRect(0, 0, 40, 40);
                canvas.fillText(sign, 4, 30);
                return new TextDecoder("latin1").decode(canvas.getImageData(0, 0, 40, 40).data);
            };
            const box = drawn("\\u{10FFFD}");
            return [...signs].filter(sign => drawn(sign) === box);
        }""",
        signs,
    )
    if len(boxes) > 100 and not REQUIRED:
        pytest.skip("no Chinese font")
    assert not boxes


def test_the_epub_is_chinese_too(zh):
    with zipfile.ZipFile(zh / "bplit.epub") as book:
        pages = {Path(name).stem: book.read(name).decode() for name in book.namelist() if "xhtml" in name}
    assert complete() <= pages.keys()
    assert "前向传播" in pages["forward"]
    assert 'lang="zh-CN"' in pages["forward"]


# The README


def test_the_chinese_readme_has_the_commands_of_the_english_one():
    blocks = []
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text("utf-8")
        code = re.findall(r"^```(\w+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        blocks.append([(kind, re.sub(r" *#.*", "", lines)) for kind, lines in code])
        links = {*re.findall(r"\]\((?!README)([^)]*)\)", text)}
        blocks[-1].append(("links", links))
        blocks[-1].append(("numbers", {*re.findall(r"\d[\d,.]*\d", text)}))
        blocks[-1].append(("code", {*re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)}))
    assert blocks[0] == blocks[1]
