# EyeVsAI. `make help` lists what can be done; `make play` runs the game.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
VAR_DIR ?= var
BIN := .venv/bin
# The environment's own Python once there is one; say which with PYTHON=… .
PYTHON ?= $(shell test -x $(BIN)/python && echo $(BIN)/python || command -v python3.11 \
	|| command -v python3)
PREFLIGHT = @test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it and try again." >&2; exit 1; }; \
	"$(PYTHON)" config/preflight.py
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
# Runs opponents as a browser does, for the parity gate.
WASM := classifiers/training/wasm
PAGE_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o \
	-path frontend/dist -prune -o -type f -print 2>/dev/null | sed 's/ /\\ /g')

.PHONY: help
help: ## what can be done
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

.PHONY: play
play: ## install what the game needs, prepare it and run it (PORT, VAR_DIR)
	$(PREFLIGHT) python node port:$(PORT)
	@$(MAKE) -s -j2 .venv/.base frontend/dist/index.html
	@PORT="$(PORT)" VAR_DIR="$(VAR_DIR)" exec $(BIN)/python manage.py play

.PHONY: setup
setup: ## the environment that play, test and training need
	$(PREFLIGHT) python node
	@$(MAKE) -s -j2 .venv/.all frontend/dist/index.html $(WASM)/node_modules/.installed

.venv/bin/python:
	$(PREFLIGHT) python
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.base: requirements/base.txt | .venv/bin/python
	@echo "Installing Python packages (about a minute)"
	@$(PIP) -r requirements/base.txt
	@touch $@

.venv/.all: requirements/train.txt requirements/dev.txt .venv/.base
	@echo "Installing what training and tests need (a few minutes)"
	@$(PIP) "$$(grep '^torch==' requirements/train.txt)"
	@$(PIP) -r requirements/base.txt -r requirements/train.txt -r requirements/dev.txt
	@touch $@

$(WASM)/node_modules/.installed: $(WASM)/package-lock.json
	@echo "Installing what runs opponents in WebAssembly"
	@cd $(WASM) && exec npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json frontend/package.json
	$(PREFLIGHT) node
	@echo "Installing what builds the page"
	@cd frontend && exec npm ci --silent --no-audit --no-fund
	@touch $@

frontend/dist/index.html: frontend/node_modules/.installed $(PAGE_SOURCES)
	@echo "Building the page"
	@cd frontend && exec node node_modules/vite/bin/vite.js build --logLevel warn
	@touch $@

.PHONY: test
test: setup ## every test, on SQLite and on PostgreSQL, and the page's own
	@tests/run

.PHONY: e2e
e2e: setup ## only the tests that drive Chromium
	@$(PYTEST) tests/e2e

.PHONY: check
check: setup ## linters, types, layers, migrations, schema and generated client
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py spectacular --fail-on-warn --format openapi-json | diff - frontend/openapi.json
	cd frontend && npm run --silent check && npm run --silent gen:check && npm run --silent size

.PHONY: fix
fix: setup ## format, and bring schema and client up to date
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .
	$(BIN)/python manage.py spectacular --fail-on-warn --format openapi-json > frontend/.openapi.json
	mv frontend/.openapi.json frontend/openapi.json
	cd frontend && npm run --silent gen && npm run --silent fix

.PHONY: bench
bench: setup ## the figures of docs/figures.md
	$(BIN)/python benchmarks/rounds.py
	$(BIN)/python benchmarks/board_fanout.py
	$(BIN)/python benchmarks/onnx_serving.py
	$(BIN)/python benchmarks/features.py
	$(BIN)/python benchmarks/auth.py

.PHONY: train-bundled
train-bundled: setup ## train the bundled opponents again (about ten minutes)
	$(BIN)/python -m classifiers.training bundled
