# Every target does its own set-up: a machine with Python (venv), make and git is enough.
PYTHON ?= python3
BIN := .venv/bin
LOWEST := .venv/lowest
# What pytest makes of the tests is kept for the next run, whatever the machine's habit.
export PYTHONDONTWRITEBYTECODE =

.PHONY: test test-lowest demo manual bench licences audit clean

.venv/ready: pyproject.toml scalingo_cli/__init__.py
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@

test: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term

# The lowest release of each direct dependency that pyproject.toml allows: its bounds as pins.
$(LOWEST)/ready: .venv/ready
	$(PYTHON) -m venv --without-pip --clear $(LOWEST)
	$(BIN)/python -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
		print(*(bound.replace(">=", "==") for bound in project["dependencies"]), sep="\n")' \
		>$(LOWEST)/constraints.txt
	$(BIN)/python -m pip --python $(LOWEST)/bin/python install --quiet --disable-pip-version-check \
		pip --editable . --group dev --constraint $(LOWEST)/constraints.txt
	touch $@

test-lowest: $(LOWEST)/ready
	$(LOWEST)/bin/pytest -n auto --dist worksteal

demo: .venv/ready
	$(BIN)/scalingo sandbox -- sh tests/demo.sh
	$(BIN)/scalingo sandbox --legacy -- sh tests/demo.sh

manual: .venv/ready
	$(BIN)/python -m scalingo_cli.docs.manual .

# What a user installs is measured: no editable installation, and nothing that is for developers.
bench: .venv/ready
	$(PYTHON) -m venv --without-pip --clear .venv/bench
	$(BIN)/python -m pip --python .venv/bench/bin/python install --quiet --disable-pip-version-check .
	$(BIN)/python -m benchmarks --programs .venv/bench/bin

# What pip installs for a user today.
licences: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group audit
	$(PYTHON) -m venv --without-pip --clear .venv/installed
	$(BIN)/python -m pip --python .venv/installed/bin/python install --quiet --disable-pip-version-check .
	$(BIN)/pip-licenses --python .venv/installed/bin/python

audit: licences
	sh tests/audit.sh $(BIN) .venv/installed/bin/python

clean:
	rm -rf .venv dist htmlcov .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis
