"""The story on paper: a document that can be read, looked things up in, and printed again."""

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from bplit.article import FIRST_PASS
from paper.__main__ import joined, link, printed

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow
ENTRY = re.compile(r"^(\d*) ?([A-Z].+?) (\d+)$", re.MULTILINE)


def text_of(page):
    """Return what stands on a page, in one line, without ligatures: its number comes first."""
    return " ".join(normalize("NFKC", page.extract_text()).replace("\N{MINUS SIGN}", "-").split())


@pytest.fixture(scope="module")
def document(site):
    return joined(site)


@pytest.fixture(scope="module")
def data(browser, document, site):
    return printed(browser, document, site)


@pytest.fixture(scope="module")
def pages(data):
    return [text_of(page) for page in PdfReader(io.BytesIO(data)).pages]


def test_it_is_a_book_to_carry(data, pages):
    assert 90 <= len(pages) <= 130
    assert len(data) <= 2_000_000
    first = PdfReader(io.BytesIO(data)).pages[0].mediabox
    assert [round(float(side) / 72 * 25.4) for side in (first.width, first.height)] == [210, 297]
    assert pages[0].startswith("One backpropagation, calculated by hand")
    assert all(text.startswith(f"{number} ") for number, text in enumerate(pages[1:], 2))


def test_the_chinese_book_is_printed_too(site):
    environment = os.environ | {"BOOK_LANGUAGE": "zh_CN"}
    subprocess.run(
        [sys.executable, "-m", "paper"], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    file = site / "zh" / "bplit.pdf"
    assert file.stat().st_size <= 2_000_000
    sheets = [text_of(page) for page in PdfReader(file).pages]
    assert sheets[0].startswith("手算一次反向传播")
    assert [number for number in FIRST_PASS.values() if number not in " ".join(sheets)] == []
    assert 'href="bplit.pdf"' in (site / "zh" / "index.html").read_text("utf-8")


def test_the_contents_lead_to_every_chapter(data, pages):
    reader = PdfReader(io.BytesIO(data))
    entries = ENTRY.findall(reader.pages[1].extract_text().replace("\xa0", " "))
    numbers = [int(number) for number, _, _ in entries if number]
    assert numbers == [*range(1, len(numbers) + 1)]
    assert len(numbers) >= 18
    for number, title, page in entries:
        assert f"{number} {title}".strip() in pages[int(page) - 1]
    chapters = [entry for entry in reader.outline if not isinstance(entry, list)]
    outlined = {
        " ".join(entry.title.split()): reader.get_destination_page_number(entry) + 1 for entry in chapters
    }
    assert {
        f"{number} {title}".strip(): int(page) for number, title, page in entries
    }.items() <= outlined.items()


def test_the_numbers_that_the_article_printed_stand_in_it(pages):
    whole = " ".join(pages)
    assert [number for number in FIRST_PASS.values() if number not in whole] == []


def test_an_answer_stands_at_the_end_and_nowhere_before(pages):
    start = next(k for k, text in enumerate(pages) if text.startswith(f"{k + 1} Solutions"))
    story, end = " ".join(pages[2:start]), " ".join(pages[start:])
    assert "0.736822" in end  # the w5 that makes the partial of w1 zero: an exercise of chapter 5
    assert "0.736822" not in story
    (place,) = re.findall(r"Find a value of w5 .*? Solutions: page (\d+)", story)
    assert "For the third, the two paths must cancel" in pages[int(place) - 1]


def test_what_only_a_screen_can_do_is_left_out(document, pages):
    assert document.select("input, button, script, .play, .turning, [role=status]") == []
    assert not [text for text in pages if "Turn w5 and read its slope" in text]


def test_the_same_document_is_printed_as_the_same_bytes(browser, document, data, site):
    assert printed(browser, document, site) == data


def test_every_page_of_the_site_names_it_once_beside_the_epub(site, tmp_path):
    shutil.copy(site / "forward.html", tmp_path)
    for _ in range(2):
        link(tmp_path)
    page = (tmp_path / "forward.html").read_text("utf-8")
    assert re.findall(r'<a href="(bplit\.\w+)" download>', page) == ["bplit.epub", "bplit.pdf"]
