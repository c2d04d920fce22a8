# How is slabot set up, checked and shown? Needs Python 3.11 or newer and make; everything else is installed into .venv.
# The network is used for the package install alone.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# Compiled modules are kept, whatever the machine says: without them each worker and each command that a test runs compiles
# everything anew (12 s for a worker).
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed
BENCH := $(VENV)/.bench
LOCKS := requirements/build.txt requirements/test.txt
# Twice quiet: errors only.
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-input --require-virtualenv
CHECKED := $(wildcard slabot slabot_sandbox adapters webhooks tests benchmarks examples)
# Workers of the test run: one more than there are cores, for tests wait a third of their time.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# More arguments for pytest: `make test ARGS="-k calendar -x"`.
ARGS ?=

# The Pythons that slabot supports, newest first. tests/golden/test_pythons.py holds who else names them.
PYTHONS := 3.14 3.13 3.12 3.11

# The newest names come after python3, so that the Python somebody chose on purpose wins. A candidate must really run
# (version managers leave dead names on the path) and must be able to make an environment (some systems split that off).
FIND_PYTHON := for candidate in $(PYTHON) python3 $(PYTHONS:%=python%); do \
	if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo "$$candidate"; exit 0; fi; done; \
	echo "slabot needs Python 3.11 or newer, with its venv module, and found none under the names" >&2; \
	echo "python3 $(PYTHONS:%=python%)." >&2; \
	echo "Install one (on Debian or Ubuntu: python3 and python3-venv), or say where it is:" >&2; \
	echo "    make PYTHON=/path/to/python3 ..." >&2; exit 1

.PHONY: help venv test test-long campaign test-pythons mutants lint types imports format demo bench dist lock clean

help: ## show these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

venv: $(INSTALLED) ## make .venv and install what the lock files name

# A changed lock file asks for a fresh environment, so that nothing is left of the old one.
$(LOCKED): $(LOCKS)
	@if [ -L $(VENV) ]; then echo "$(VENV) is a link, and a fresh environment would empty what it leads to." >&2; \
	echo "Remove the link, and run make again." >&2; exit 1; fi
	@python="$$($(FIND_PYTHON))"; \
	echo "venv: $$("$$python" --version), packages from $(LOCKS)"; \
	"$$python" -m venv --clear $(VENV)
	@$(PIP) --require-hashes -r requirements/build.txt
	@$(PIP) --require-hashes -r requirements/test.txt
	@touch $@

# A changed pyproject.toml may hold a new command or package name; the rest of the environment stays.
$(INSTALLED): $(LOCKED) pyproject.toml
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

test: venv lint types imports ## everything but the long tests: style, types, arrows, pytest
	@echo "pytest -n $(WORKERS) -m 'not long'"
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "not long" $(ARGS)

test-long: venv ## the long tests too, on both stores, with many more Hypothesis examples
	@echo "pytest -n $(WORKERS) --hypothesis-profile=long"
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal --hypothesis-profile=long $(ARGS)
	@echo "SLABOT_TEST_STORE=postgresql pytest -n $(WORKERS) tests/promises"
	@SLABOT_TEST_STORE=postgresql $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal tests/promises $(ARGS)

campaign: venv ## webs and workers under load while processes, the store, peers and the clock break (ARGS="--minutes 2")
	@$(BIN)/python -m tests.campaign $(ARGS)

test-pythons: venv ## install and a quick part of the tests on the other Pythons found here (ONLY="3.13 3.14": on these)
	@WORKERS=$(WORKERS) tools/try_pythons $(ONLY)

mutants: venv ## alter every target, comparison and boundary, and name what no test notices (half an hour)
	@$(BIN)/python tools/mutate.py --jobs $(WORKERS) $(ARGS)

lint: venv ## style, with ruff
	@echo "ruff check"
	@$(BIN)/ruff check --quiet $(CHECKED)
	@echo "ruff format --check"
	@$(BIN)/ruff format --check --quiet $(CHECKED) || { echo "Some files are not formatted: run make format." >&2; exit 1; }

types: venv ## types, with mypy --strict
	@echo "mypy"
	@$(BIN)/mypy --no-error-summary $(CHECKED)

imports: venv ## the arrows between packages, with import-linter
	@echo "lint-imports"
	@said="$$($(BIN)/lint-imports --no-logo)" || { echo "$$said" >&2; exit 1; }

format: venv ## rewrite the files in the house style
	@$(BIN)/ruff check --fix-only --quiet $(CHECKED)
	@$(BIN)/ruff format --quiet $(CHECKED)

demo: venv ## a support week in time lapse against stand-ins (SPEED=60 slows it down, KEEP=1 leaves it running)
	@$(BIN)/slabot demo $(if $(SPEED),--speed $(SPEED)) $(if $(KEEP),--keep)

bench: venv $(BENCH) ## measure slabot against its peers
	@for name in business_time decide agreements export_parse sweep_tickets webhook_requests due_to_posted reports; do \
		echo "== $$name"; $(BIN)/python -m benchmarks.$$name; done

$(BENCH): $(LOCKED) requirements/bench.txt
	@$(PIP) --require-hashes -r requirements/bench.txt
	@touch $@

dist: venv ## build sdist and wheel into dist/, and prove in a fresh environment that they hold everything
	@tools/dist

lock: ## rewrite requirements/*.txt after a change of a .in file (tools/lock --upgrade takes newer releases)
	@tools/lock

clean: ## remove .venv and everything that tools left behind
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
