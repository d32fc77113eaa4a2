"""Doctests in the pages: whatever stands behind >>> in a Python block of README.md or docs/ is run."""

from importlib.util import find_spec

collect_ignore = ["docs/live"]  # it runs in a browser

# In a checkout pytest reads this file also for the examples of the module, which need NumPy and pytest alone.
if find_spec("sybil"):
    from sybil import Sybil
    from sybil.parsers.markdown import PythonCodeBlockParser

    pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()

    def pytest_runtest_setup(item):
        """Run what stands before an example in its page, if another worker has had it."""
        if example := getattr(item, "example", None):
            done = vars(example.document).setdefault("done", set())
            for before in example.document.examples():
                if before.start < example.start and before.start not in done:
                    before.evaluate()
                    done.add(before.start)
            done.add(example.start)
