"""Doctests in the pages: whatever stands behind >>> in a Python block of README.md or docs/ is run."""

from importlib.util import find_spec

# In a checkout pytest reads this file also for the examples of the module, which need NumPy and pytest alone.
if find_spec("sybil"):
    from sybil import Sybil
    from sybil.parsers.markdown import PythonCodeBlockParser

    pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()
