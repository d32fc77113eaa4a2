"""Doctests in the pages: whatever stands behind >>> in a Python block of README.md or docs/ is run."""

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()
