# Each target sets up .venv by itself: only Python (3.11 or newer) and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test bench simulate check clean

SEEDS ?= 1:10000
CASES ?= 1000000
JOBS ?= 2

demo: $(READY)
	$(BIN)/connector demo

test: $(READY)
	$(BIN)/python -m pytest -n 2 tests

bench: $(READY)
	$(BIN)/python -m pytest tests/benchmarks

simulate: $(READY)
	$(BIN)/python -m tests.simulation.planner --cases $(CASES) --jobs $(JOBS)
	$(BIN)/python -m tests.simulation --seeds $(SEEDS) --jobs $(JOBS)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
