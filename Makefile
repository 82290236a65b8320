# Every target does its own set-up: a machine with Python (venv), make and git is enough.
# `make test PYTHON=/usr/bin/python3` has an environment of its own beside that of `make test`.
PYTHON ?= python3
VERSION = $(shell $(PYTHON) -c 'import sys; print(*sys.version_info[:3], sep=".")')
VENV := $(if $(filter file,$(origin PYTHON)),.venv,.venv/for-$(VERSION))
BIN := $(VENV)/bin
LOWEST := $(VENV)/lowest
PYTEST := pytest -n auto --dist worksteal
# What pytest makes of the tests is kept for the next run, whatever the machine's habit.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help acceptance setup test lint pytest mutations coverage test-lowest demo manual bench licences audit clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

$(VENV)/ready: pyproject.toml scalingo_cli/__init__.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@

setup: $(VENV)/ready  ## make the environment that the other targets use

test: lint pytest  ## everything that a change must pass

lint: $(VENV)/ready  ## ruff, mypy, and the schema of the workflows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

pytest: $(VENV)/ready  ## the tests alone; OPTIONS='-m "not slow"' are pytest's
	$(BIN)/$(PYTEST) $(OPTIONS)

mutations: $(VENV)/ready  ## every field of every answer, changed in every way: none ends unexpected
	MUTATIONS=all $(BIN)/$(PYTEST) --timeout=3600 tests/test_mutations.py $(OPTIONS)

coverage: $(VENV)/ready  ## the tests, with the branches that they miss; fails below 93 %
	$(BIN)/$(PYTEST) --cov --cov-report=term $(OPTIONS)

# The lowest release of each direct dependency that pyproject.toml allows: its bounds as pins.
$(LOWEST)/ready: $(VENV)/ready
	$(PYTHON) -m venv --without-pip --clear $(LOWEST)
	$(BIN)/python -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
		print(*(bound.replace(">=", "==") for bound in project["dependencies"]), sep="\n")' \
		>$(LOWEST)/constraints.txt
	$(BIN)/python -m pip --python $(LOWEST)/bin/python install --quiet --disable-pip-version-check \
		pip --editable . --group dev --constraint $(LOWEST)/constraints.txt
	touch $@

test-lowest: $(LOWEST)/ready  ## the tests with the lowest releases that pyproject.toml allows
	$(LOWEST)/bin/$(PYTEST) $(OPTIONS)

demo: $(VENV)/ready  ## the main job on the sandbox
	$(BIN)/scalingo sandbox -- sh tests/demo.sh
	$(BIN)/scalingo sandbox --legacy -- sh tests/demo.sh

acceptance: $(VENV)/ready  ## the main job on the real platform, with SCALINGO_ACCEPTANCE_TOKEN; OPTIONS=--record
	$(BIN)/python -m tests.acceptance $(OPTIONS)

manual: $(VENV)/ready  ## write man/ and completions/ from the commands
	$(BIN)/python -m scalingo_cli.docs.manual .

# What a user installs is measured: no editable installation, and nothing that is for developers.
bench: $(VENV)/ready  ## measure what README promises
	$(PYTHON) -m venv --without-pip --clear $(VENV)/bench
	$(BIN)/python -m pip --python $(VENV)/bench/bin/python install --quiet --disable-pip-version-check .
	$(BIN)/python -m benchmarks --programs $(VENV)/bench/bin

# What pip installs for a user today.
licences: $(VENV)/ready  ## the licence of everything that is installed for a user
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group audit
	$(PYTHON) -m venv --without-pip --clear $(VENV)/installed
	$(BIN)/python -m pip --python $(VENV)/installed/bin/python install --quiet --disable-pip-version-check .
	$(BIN)/pip-licenses --python $(VENV)/installed/bin/python

audit: licences  ## known vulnerabilities of the same, from an online service
	sh tests/audit.sh $(BIN) $(VENV)/installed/bin/python

clean:  ## remove what all of these made
	rm -rf .venv dist htmlcov .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis
