# Needs only python3 (3.11 or newer) and make. Everything else is locked in requirements/ and goes into .venv.

WORKERS ?= 2
OUT ?= out
AGREEMENT ?= joint-2009
RATE ?= 1
PORT ?= 8765
BIN := .venv/bin
MADE_312 := .venv-312

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run staircase exercise night test lint warmup test-312 bench docs lock clean

help: ## what each target does
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## .venv with the locked dependencies, the jointsky command in .venv/bin, kernels compiled
	@python3 tools/environment.py --set run
	@python3 tools/build_client.py || echo "setup: everything but the browser console is ready"
	@$(BIN)/jointsky warmup

setup-test:
	@python3 tools/environment.py --set test
	@python3 tools/build_client.py || echo "setup: everything but the browser console is ready; its tests are left out"

warmup: setup ## the same; says what was compiled
	@:

run: warmup ## the headline study on the reference case: a table, and out/report.html
	@$(BIN)/jointsky study studies/headline.yaml --workers $(WORKERS) --out $(OUT)

staircase: warmup ## what each group of clauses adds to the one before: a longer study, into out/staircase
	@$(BIN)/jointsky study studies/staircase.yaml --workers $(WORKERS) --out $(OUT)/staircase

exercise: warmup ## the reference raid, live in the browser: prints a link for each seat
	@$(BIN)/jointsky exercise scenarios/union-5-10.yaml --agreement $(AGREEMENT) --rate $(RATE) --port $(PORT)

lint: setup-test ## ruff, and pyright in strict mode on src
	@$(BIN)/ruff check --quiet .
	@$(BIN)/pyright --project . --pythonpath $(BIN)/python

test: setup-test ## lint, then the whole suite, then the quick part of it on Python 3.12
	@python3 tools/programs.py
	@$(MAKE) --no-print-directory lint
	@$(BIN)/jointsky warmup
	@python3 tools/build_client.py --check
	@$(BIN)/python -m pytest -q -n 2
	@$(MAKE) --no-print-directory test-312

night: setup-test ## a thousand generated scenarios, every planted leak, 100,000 mutated inputs for each parser of feeds
	@JOINTSKY_NIGHT=1 $(BIN)/python -m pytest -q -n 2 tests/secrecy tests/leaks tests/property/test_authority_oracle.py \
	  tests/property/test_generated_runs.py tests/property/test_joint_assignment.py tests/property/test_feeds.py

test-312: ## unit tests and pinned digests on Python 3.12, where it exists
	@if python3 tools/environment.py --python python3.12 --find >/dev/null; then \
	  python3 tools/environment.py --python python3.12 --venv $(MADE_312) --set test && \
	  $(MADE_312)/bin/jointsky warmup && \
	  $(MADE_312)/bin/python -m pytest -q -n 2 $(wildcard tests/unit tests/golden); \
	else echo "test: no python3.12 here, so the suite ran on $$($(BIN)/python --version) alone"; fi

bench: setup-test ## every claim of the README measured here, beside its peer; JSON
	@for bench in $$(find bench -name 'bench_*.py' 2>/dev/null | sort); do $(BIN)/python $$bench || exit 1; done

docs: setup-test ## the documentation as a site, in site/
	@$(BIN)/python -m pip install --quiet --no-compile --require-hashes --requirement requirements/docs.txt
	@$(BIN)/mkdocs build --strict --quiet

lock: ## compile requirements/*.txt anew (needs uv)
	@sh tools/lock.sh

clean: ## remove environments and results
	@rm -rf .venv $(MADE_312) .venv-node $(OUT) site web/node_modules web/dist-bench
