# Two commands on a fresh machine: `make run` polls the shipped feeds.toml and shows the digest, `make test` runs the tests.
# All that is needed is Python ≥ 3.11 with its venv module. Versions are those of the lock (requirements*.txt, made by `make lock`).

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# The lowest and the highest Python there is here: the built wheel is tried on both.
ENDS := $(shell for p in python3.11 python3.12 python3.13 python3.14; do $$p -c '' 2>/dev/null && echo $$p; done | sed -n '1p;$$p' | uniq)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# pip compiles what it installs, but not what stands here; where Python may keep no bytecode, every start would compile it anew.
# Nor would it keep what the shipped rules are worked out to, which is kept beside the bytecode.
COMPILE = $(BIN)/python -m compileall -q curator && \
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -c 'from curator import config, reading; reading.Reader(config.Config())'

.PHONY: run test lint fuzz bench docs lock dist lowest clean help

help:  ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/'

run: $(VENV)/run.stamp  ## poll the feeds of feeds.toml, then print the digest
	@$(BIN)/curator poll
	@$(BIN)/curator digest

test: $(VENV)/test.stamp  ## all tests, on all cores
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/test.stamp  ## style, format, types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

fuzz: $(VENV)/test.stamp  ## the property tests, with many more examples
	CURATOR_FUZZ=1 $(BIN)/python -m pytest -m hypothesis

bench: $(VENV)/test.stamp  ## the benchmarks that need no data, in their short form
	$(BIN)/python benchmarks/archive.py --items 20000
	$(BIN)/python benchmarks/digest.py 2000

docs: $(VENV)/test.stamp  ## docs/feeds-toml.md and docs/cli.md, from the code
	$(BIN)/python docs/generate.py

lock:  ## anew: uv.lock, and the same with hashes for pip
	uv lock --upgrade
	uv export --quiet --frozen --no-dev --no-emit-project --no-header --output-file requirements.txt
	uv export --quiet --frozen --no-dev --extra test --no-emit-project --no-header --output-file requirements-test.txt

dist: $(VENV)/test.stamp  ## wheel and sdist, looked through, installed and tried in environments of their own
	rm -rf dist build
	$(PIP) install build
	$(BIN)/python -m build --quiet
	CURATOR_DIST=$(CURDIR)/dist $(BIN)/python -m pytest tests/test_packaging.py
	set -e; for python in $(or $(ENDS),$(PYTHON)); do echo "the wheel on $$python"; rm -rf build/try; $$python -m venv build/try; \
		build/try/bin/python -m pip --disable-pip-version-check --quiet install dist/*.whl; (cd build/try; bin/curator --version; \
		bin/curator demo > demo.txt; test -s demo.txt; bin/curator init; bin/curator feeds list > /dev/null; \
		bin/curator export -f stix > /dev/null; bin/curator db verify); done
	mkdir build/source && tar xzf dist/*.tar.gz -C build/source --strip-components 1
	cd build/source && $(CURDIR)/$(BIN)/python -m pytest -p no:cacheprovider tests/test_families.py tests/test_docs.py tests/test_architecture.py

lowest: $(VENV)/bin/python  ## the tests on the lowest versions that pyproject.toml allows (needs uv)
	rm -rf build/lowest
	$(PYTHON) -m venv build/lowest
	uv pip compile --quiet --resolution lowest-direct --python build/lowest/bin/python --extra test pyproject.toml --output-file build/lowest.txt
	build/lowest/bin/python -m pip --disable-pip-version-check --quiet install -r build/lowest.txt
	build/lowest/bin/python -m pip --disable-pip-version-check --quiet install --no-deps -e .
	build/lowest/bin/python -m pytest -p no:cacheprovider -n auto --dist loadfile

clean:  ## away with everything that was made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/run.stamp: pyproject.toml requirements.txt | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps -e .
	$(COMPILE)
	@touch $@

$(VENV)/test.stamp: pyproject.toml requirements-test.txt | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements-test.txt
	$(PIP) install --no-deps -e .
	$(COMPILE)
	@touch $@ $(VENV)/run.stamp

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "curator needs Python 3.11 or newer: https://www.python.org/downloads/"; exit 1; }
	$(PYTHON) -m venv $(VENV)
