# `make` lists what it can do.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help setup demo dev check lint test docs focus reliability chaos audit bench sbom clean

help:  ## List these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: $(VENV)/.ready  ## Make a virtual environment with everything in it

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "spend-pipeline needs Python 3.11 or newer: make PYTHON=python3.12 setup")'
	@echo "Making $(VENV): this takes a minute, once" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]' >&2
	@touch $@

demo: setup  ## Show one real sync, from a request to its answer, against a sandbox
	@$(BIN)/spend demo

dev: setup  ## Start everything in .spend and keep it running
	@$(BIN)/spend up

check: lint test  ## Everything CI checks

lint: setup  ## Format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: setup  ## The tests, on a real PostgreSQL, over real sockets
	$(BIN)/pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder  # else files of few, long tests come last

docs: setup  ## Write docs/providers.md anew from the declarations
	@$(BIN)/python -m spend_pipeline.providers.page > docs/providers.md

focus: setup .venv-focus/.ready  ## Check the FOCUS export by the FinOps Foundation's validator (PYTHON312)
	FOCUS_VALIDATOR=$(CURDIR)/.venv-focus/bin/focus-validator $(BIN)/pytest spend_pipeline_tests/cli/test_focus_validator.py

PYTHON312 ?= python3.12

.venv-focus/.ready: spend_pipeline_tests/cli/focus-validator.txt
	@$(PYTHON312) -m venv .venv-focus
	@.venv-focus/bin/pip install --quiet --disable-pip-version-check --requirement $< >&2
	@touch $@

reliability: setup  ## The tests behind docs/reliability.md, and their figures written into it
	$(BIN)/pytest -p spend_pipeline_tests.figures --every-stage --numprocesses 2 --dist loadfile $$($(BIN)/python -m spend_pipeline_tests.reliability_page)

audit: setup  ## Look every pinned version up among the known vulnerabilities
	@BIN=$(BIN) .ci/audit

bench: setup benchmarks/.venv/.ready  ## Measure us and others anew (NAME=sync for one), into docs/performance.md
	@$(BIN)/python -m benchmarks $(NAME) $(if $(SIZES),--sizes $(SIZES))

benchmarks/.venv/.ready: benchmarks/requirements.txt
	@$(PYTHON) -m venv benchmarks/.venv
	@benchmarks/.venv/bin/pip install --quiet --disable-pip-version-check --requirement benchmarks/requirements.txt >&2
	@touch $@

sbom: setup  ## Write sbom.json: everything that is installed, in CycloneDX
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file sbom.json $(VENV)

KILLS ?= 50
SEED ?= 1

chaos: setup  ## Kill each part at each stage of a sync, and KILLS of them at random moments (SEED)
	$(BIN)/pytest spend_pipeline_tests/e2e/test_killed.py spend_pipeline_tests/e2e/test_killed_at_random.py spend_pipeline_tests/distributed spend_pipeline_tests/e2e/test_full_disk.py \
		--every-stage --kills $(KILLS) --seed $(SEED)

clean:  ## Remove the virtual environment and the caches; never .spend, which holds data
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
