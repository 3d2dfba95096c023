# Headway's commands for people and for CI. Everything happens in .venv, which is made at the first use.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo ui ui-check test compose-test chaos bench bench-web lint format docs screenshots openapi constraints clean \
	system-packages

BIN := .venv/bin
STAMP := .venv/.installed
RABBITMQ := /usr/lib/rabbitmq/bin/rabbitmq-server
PGBOUNCER := /usr/sbin/pgbouncer
CHROMIUM := /usr/bin/chromium
INTERPRETERS := $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3
# three test processes, each with servers of its own, for they often wait; a file's tests stay together, for they may
# share a cluster
PYTEST_ARGS ?= -n 3 --dist loadfile --no-loadscope-reorder
BENCH_ARGS := $(if $(ONLY),--only $(ONLY)) $(if $(EVENTS),--events $(EVENTS)) $(if $(ROUNDS),--rounds $(ROUNDS))
UI_STAMP := .venv/.ui-built
UI_PACKAGES := web/ui/node_modules/.installed
UI_SOURCES := $(shell find web/ui -name node_modules -prune -o -type f ! -name schema.d.ts -print) web/openapi.json
NODE_IS_THERE := node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' 2> /dev/null && npm --version > /dev/null 2>&1
NODE_IS_MISSING := the UI needs Node 20 or newer with npm (nodejs and npm)
USABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-12s %s\n", $$1, $$2 }'

demo: $(STAMP)  ## start a cluster, run the example DAGs on two queues, show what happened, stop (KEEP=1: at Ctrl-C)
	@if $(NODE_IS_THERE); then $(MAKE) --no-print-directory ui; \
		else echo "$(NODE_IS_MISSING): the demo goes on with the REST API alone"; fi
	@$(BIN)/headway demo $(if $(KEEP),--keep)

ui: $(UI_STAMP)  ## build the UI, which the web node serves and the wheel contains

ui-check: $(UI_STAMP)  ## check the UI's style and types, and run its tests
	@cd web/ui && npm run --silent check && npm run --silent test

test: $(STAMP) system-packages lint ui-check  ## check style, types and imports, then run every test
	@$(BIN)/pytest $(PYTEST_ARGS)

# an engine is brought along where there is none
compose-test: $(STAMP) $(UI_STAMP)  ## run it all on Docker Compose: scale, kill, restart, drain, remove
	@tests/compose/engine.sh $(BIN)/pytest tests/compose --timeout 400

chaos: $(STAMP)  ## shoot at a cluster under load, then prove that nothing went wrong: make chaos SEED=7, SEEDS="1-20 33", SHORT=1
	@PYTHONPATH=tests $(BIN)/python -m chaos $(or $(SEEDS),$(SEED),1) $(if $(SHORT),--short) $(if $(PLAN),--plan) $(if $(KEEP),--keep)

bench: $(STAMP)  ## measure beside raw Celery: make bench ONLY=chain_50 EVENTS=off ROUNDS=3
	@$(BIN)/python -m bench $(BENCH_ARGS)

bench-web: $(STAMP) $(UI_STAMP)  ## measure each page's API calls and how long pages scroll, with 2,000,000 task instances
	@$(BIN)/python -m bench.web

lint: $(STAMP)  ## check style, types and import contracts
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/mypy tests/typing docs
	@$(BIN)/lint-imports --no-logo > .venv/contracts.log || { cat .venv/contracts.log; exit 1; }

format: $(STAMP)  ## bring the code into the house style
	@$(BIN)/ruff check --quiet --fix --exit-zero
	@$(BIN)/ruff format --quiet

docs: $(STAMP)  ## write the tables of the documentation that come from the code
	@$(BIN)/python docs/reference.py

screenshots: $(STAMP) $(UI_STAMP)  ## take a picture of every page, light and dark, into docs/images/ui
	@$(BIN)/pytest -q -n 0 tests/browser/take_screenshots.py

openapi: $(STAMP)  ## write web/openapi.json from the routes
	@$(BIN)/python -m headway_web.openapi web/openapi.json

constraints: $(STAMP)  ## pin the newest versions that pyproject.toml allows
	@$(BIN)/python -m venv .venv-pin && .venv-pin/bin/pip install --quiet uv
	@.venv-pin/bin/uv pip compile pyproject.toml --extra dev --universal --upgrade --quiet \
		--no-header --no-emit-index-url --no-annotate -o constraints.txt
	@rm -rf .venv-pin

clean:  ## remove the virtual environment, caches and the demo's cluster
	@if [ -L .headway/demo/servers ]; then rm -rf "$$(readlink -f .headway/demo/servers)"; fi
	@rm -rf .venv .venv-pin .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache build dist
	@rm -rf .headway web/headway_web/ui web/ui/node_modules web/ui/src/api/schema.d.ts

system-packages:
	@missing="$$(test -x $(RABBITMQ) || echo rabbitmq-server) $$(test -x $(PGBOUNCER) || echo pgbouncer)"; \
	missing="$$missing $$(test -x $(CHROMIUM) || echo chromium)"; \
	missing="$$(echo $$missing)"; \
	test -z "$$missing" || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
			echo "installing $$missing, which the tests need"; \
			export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1; \
			{ apt-get update && apt-get install -y --no-install-recommends $$missing; } > .venv/apt.log 2>&1 \
				|| { tail -n 5 .venv/apt.log; exit 1; }; \
		else \
			echo "the tests need servers and a browser: ask your administrator for 'apt-get install $$missing'" >&2; exit 1; \
		fi; }

$(UI_PACKAGES): web/ui/package-lock.json
	@$(NODE_IS_THERE) || { echo "$(NODE_IS_MISSING)" >&2; exit 1; }
	@echo "installing the UI's packages: half a minute or more"
	@cd web/ui && npm ci --silent --no-audit --no-fund
	@touch $@

$(UI_STAMP): $(STAMP) $(UI_PACKAGES) $(UI_SOURCES)
	@echo "building the UI"
	@cd web/ui && npm run --silent build > ../../.venv/ui.log 2>&1 || { cat ../../.venv/ui.log; exit 1; }
	@touch $@

$(STAMP): pyproject.toml constraints.txt
	@if ! $(BIN)/python -c pass 2> /dev/null; then \
		for name in $(INTERPRETERS); do \
			if $$name -c '$(USABLE)' 2> /dev/null; then interpreter=$$name; break; fi; \
		done; \
		test -n "$${interpreter:-}" || { \
			echo "Headway needs Python 3.11 or newer with its venv module: install python3 and python3-venv," \
				"or name one: make PYTHON=/path/to/python3" >&2; exit 1; }; \
		rm -rf .venv; \
		$$interpreter -m venv .venv; \
	fi
	@echo "installing Headway and about a hundred packages into .venv: a minute or two"
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
