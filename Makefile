# One word each; `make help` lists them. All tools live in .venv, which scripts/setup makes and keeps up to date.
SHELL := /bin/sh
.SHELLFLAGS := -ec
.DEFAULT_GOAL := help

bin := .venv/bin
# Two more than there are processors: tests that kill processes, or look at a browser, wait most of their time.
workers := $(shell echo $$(($$(nproc 2>/dev/null || echo 2) + 2)))
compile := $(bin)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	$(if $(filter 1,$(UPGRADE)),--upgrade)

# Compiled modules are kept whatever the environment says: without them each process would compile five seconds long.
unexport PYTHONDONTWRITEBYTECODE

# The pinned pyright comes whole in its wheel; it need not ask whether there is a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

# What make test does before the tests, side by side: hardly any of it uses more than one processor.
before_tests := lint-rules lint-types test-web collect

.PHONY: help demo demo-run demo-verdict test test-web collect chaos bench setup setup-test lint lint-rules lint-types \
	format wheel requirements docs clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | awk -F '\t' '{printf "make %-14s %s\n", $$1, $$2}'

# The demo's exit code is make's own. GNU make answers 2 for any recipe that failed; in question mode, where only
# lines that begin with + are carried out, it answers 1 for what is left to do. So the verdict is left to do if the
# demo failed, for whatever reason; keyturn demo itself says 3 where it could not go on. Nothing is printed after the program: with ONCE=1 its JSON is the last line.
ifeq ($(MAKECMDGOALS),demo)
MAKEFLAGS += --question
endif

demo: demo-verdict ## offboard a suspended sandbox user and stay up; ONCE=1: check the result, then exit

demo-run: setup
	+@$(bin)/keyturn demo $(if $(filter 1,$(ONCE)),--once) && echo 0 > .venv/demo-exit || echo $$? > .venv/demo-exit

demo-verdict: demo-run
	$(if $(filter 0,$(shell cat .venv/demo-exit)),+@true,@false)

test: setup-test ## install what tests need, lint, run all tests; ARGS="-k word" goes to pytest
	@$(MAKE) --no-print-directory --jobs=4 $(if $(filter output-sync,$(.FEATURES)),--output-sync) $(before_tests)
	@exec $(bin)/pytest -q -n $(workers) $(ARGS)

# In a fresh clone this compiles the tests and what they import, once; else each of pytest's processes would.
collect: setup-test
	@$(bin)/pytest -q --collect-only $(ARGS) >/dev/null 2>&1 || true

test-web: setup-test ## types, rules, unit tests and bundle size of the web app
	@$(bin)/python -m keyturn.server.openapi web/src/api/openapi.json
	@cd web && npm run --silent types >/dev/null && npm run --silent check && npm test --silent && npm run --silent size

chaos: setup ## kill, stall and cut off everything under load, then count: SEED=7 EVENTS=200
	@exec $(bin)/python bench/chaos/chaos.py $(if $(SEED),--seed $(SEED)) $(if $(EVENTS),--events $(EVENTS))

setup: ## install the program into .venv
	+@scripts/setup run

setup-test: ## install the tests' and linters' tools as well
	@scripts/setup test

bench: ## measure and write bench/results.json; QUICK=1: tiny rounds, ARGS="--help" for more
	@scripts/setup bench
	@exec $(bin)/python -m bench $(if $(filter 1,$(QUICK)),--quick) $(ARGS)

lint: lint-rules lint-types ## formatting, rules, imports between rooms, types

lint-rules: setup-test
	@$(bin)/ruff format --check --output-format=concise . || { echo "To mend: make format" >&2; exit 1; }
	@$(bin)/ruff check .
	@$(bin)/lint-imports --no-logo

lint-types: setup-test
	@$(bin)/pyright

format: setup-test ## format the sources and mend what the linters can mend
	@$(bin)/ruff format .
	@$(bin)/ruff check --fix .
	@cd web && npm run --silent format

wheel: setup ## build dist/*.whl
	@rm -rf dist
	@$(bin)/uv build --quiet --wheel --no-build-isolation --python $(bin)/python --out-dir dist
	@ls dist/*.whl

requirements: setup ## pin anew after a change in pyproject.toml; UPGRADE=1: take the newest versions
	@$(compile) pyproject.toml --output-file requirements/run.txt
	@$(compile) --group build --constraint requirements/run.txt --output-file requirements/build.txt
	@$(compile) --group test --constraint requirements/run.txt --constraint requirements/build.txt \
		--output-file requirements/test.txt
	@$(compile) --group bench --constraint requirements/run.txt --constraint requirements/build.txt \
		--constraint requirements/test.txt --output-file requirements/bench.txt

docs: setup ## write anew what is generated: connectors as JSON, pages of the cards, schemas
	@$(bin)/python -m keyturn.connectors.build src/keyturn/connectors/built
	@$(bin)/python -m keyturn.cards.evidence tests/cards/cases docs/cards
	@$(bin)/keyturn cards --docs docs/cards
	@$(bin)/python -m keyturn.flows.schema docs/flow.schema.json
	@$(bin)/python -m keyturn.connectors.schema docs/connector.schema.json

clean: ## remove .venv, caches and what was built
	@rm -rf .venv dist build web/node_modules src/keyturn/server/web .pytest_cache .ruff_cache .hypothesis .import_linter_cache
