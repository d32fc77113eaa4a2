"""Search in Chinese without a dictionary: pages and questions are cut into pairs of characters."""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

HAN = "\u3400-\u9fff"
RUN = re.compile(rf"[{HAN}]+|[^\W{HAN}]+")
SPLIT = r"""
const HAN = "\\u3400-\\u9fff", RUN = new RegExp(`[${HAN}]+|(?:(?![${HAN}])[\\p{L}\\p{N}_])+`, "gu");
const pairs = (run) => [...run].slice(1).map((sign, n) => run[n] + sign);
var splitQuery = (query) =>
  (query.match(RUN) ?? []).flatMap((run) => (run > "\u3400" && run[1] ? pairs(run) : [run]));
"""


class Pairs(SearchEnglish):
    """Latin words as in English; of Chinese every character, and every two that stand side by side."""

    lang = "zh"
    language_name = "English"  # the stemmer, which Chinese has no need of
    js_splitter_code = SPLIT

    def split(self, input: str) -> list[str]:  # noqa: A002 # Sphinx calls it so
        """Return the words of a text."""
        return [word for run in RUN.findall(input) for word in (pairs(run) if run > "\u3400" else [run])]


def pairs(run: str) -> list[str]:
    """Return the characters of some Chinese, and their pairs.

    >>> pairs("反向传")
    ['反', '向', '传', '反向', '向传']
    """
    return [*run, *(run[n : n + 2] for n in range(len(run) - 1))]


def setup(app: Sphinx) -> dict[str, Any]:
    """Join it to Sphinx."""
    app.add_search_language(Pairs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
