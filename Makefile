# Every target sets up what it needs; `make` alone says what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
CLIENT := clients/vscode
# Real editors, servers and models on a busy machine: what fails is tried once more, and listed.
RERUN  := --reruns 1 -r aR
ARGS   ?=

.PHONY: help setup demo gen format check test e2e real editors vscode wheel bench cut cut-score all clean

help: ## Print this list
	@echo "Gearshift: make TARGET [ARGS=…]"
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade "pip>=25.1"
	$(BIN)/python -m pip install -q --editable '.[local]' --group dev
	@# As pip does for a wheel: where PYTHONDONTWRITEBYTECODE is set, each start would compile it all.
	@$(BIN)/python -m compileall -q server/gearshift
	@touch $@

setup: $(READY) ## Make the virtual environment with everything that the other targets need

demo: $(READY) ## Show the main job with the embedded models (first run pulls 1.6 GB)
	$(BIN)/gearshift demo $(ARGS)

gen: $(READY) ## Write the generated files: docs and the extension's settings
	$(BIN)/python scripts/gen.py

format: $(READY) ## Format and sort imports
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

check: $(READY) $(CLIENT)/node_modules/.ready ## Format, lint, types, import contracts, generated files
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python scripts/gen.py --check
	cd $(CLIENT) && npm run -s check

test: $(READY) ## Unit tests, cases, providers, project rules
	$(BIN)/pytest -n auto $(ARGS)

e2e: $(READY) ## The real server over stdio as each editor, then in the real editors
	$(BIN)/pytest tests/e2e tests/editors $(RERUN) $(ARGS)

real: $(READY) ## The embedded model for real (pulls the models once)
	$(BIN)/pytest tests/real $(RERUN) $(ARGS)

editors: $(READY) ## Only the real editors, headless: VS Code, Neovim, Emacs, Helix (installs them once)
	$(BIN)/pytest tests/editors $(ARGS)

$(CLIENT)/node_modules/.ready: $(CLIENT)/package-lock.json
	cd $(CLIENT) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

vscode: $(READY) $(CLIENT)/node_modules/.ready ## Build, test and package the VS Code extension
	cd $(CLIENT) && npm run -s build && npm test && npm run -s package

wheel: $(READY) ## Build the wheel, install it into a new environment, run the stdio suite against it
	rm -rf dist .cache/wheel-venv
	$(BIN)/python -m build --wheel --outdir dist >/dev/null
	$(PYTHON) -m venv .cache/wheel-venv
	.cache/wheel-venv/bin/python -m pip install -q dist/*.whl
	GEARSHIFT_COMMAND=$(CURDIR)/.cache/wheel-venv/bin/gearshift $(BIN)/pytest tests/e2e -m "not soak" $(RERUN) $(ARGS)

bench: $(READY) ## What Gearshift adds to the model's own time, beside pygls servers
	$(BIN)/python -m benchmarks $(ARGS)

cut: $(READY) ## Completion quality against other engines: ask the model for what is missing, score (hours)
	$(BIN)/python -m benchmarks.cut packages
	$(BIN)/python -m benchmarks.cut generate $(ARGS)
	$(BIN)/python -m benchmarks.cut score $(ARGS)

cut-score: $(READY) ## Score the kept replies again, and write docs/cut.md (minutes)
	$(BIN)/python -m benchmarks.cut packages
	$(BIN)/python -m benchmarks.cut score $(ARGS)

all: check test e2e wheel vscode real ## Everything that CI runs

clean: ## Remove what the targets above made
	rm -rf $(VENV) .cache dist $(CLIENT)/node_modules $(CLIENT)/out
