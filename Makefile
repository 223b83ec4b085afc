# `make` lists the targets; each sets up what it needs. Without make: README.md has the same commands in plain words.
PYTHON ?= python3
BIN := .venv/bin
export NO_MKDOCS_2_WARNING := 1

help: ## list the targets
	@awk -F ': .*## ' '/^[a-z]+:.* ## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

setup: .venv/.ready ## install the pinned packages and front-end files
results: setup ## run the snippets that have changed, or with SHARD=K/N the K-th of N parts of them
	$(BIN)/python -m lab run $(if $(SHARD),--shard $(SHARD))
site: setup ## run what has changed, build both languages into site/
	$(BIN)/mkdocs build --strict
serve: setup ## the same, served on http://127.0.0.1:8000 with live reload
	$(BIN)/mkdocs serve --dev-addr 127.0.0.1:8000
decks: setup ## make the Anki decks that the site offers, into .cache/downloads/
	$(BIN)/python -m lab run && $(BIN)/python -m press decks
pdf: site ## print each chapter (needs Chromium), then build the site again, which now offers the PDFs
	$(BIN)/python -m press pdf && $(BIN)/mkdocs build --strict
epub: site ## bind each language into a book for e-readers, likewise
	$(BIN)/python -m press epub && $(BIN)/mkdocs build --strict
test: setup ## run every test
	$(BIN)/pytest
gpu: ## on a machine with CUDA: run every snippet on its CPU and its GPU, into records/ (needs the snippets' packages alone)
	$(PYTHON) -m lab record --device cpu && $(PYTHON) -m lab record --device cuda
seeds: setup ## run what draws random numbers with twenty other seeds: do the claims hold? (takes half an hour)
	$(BIN)/python -m lab seeds
lint: setup ## check the style of the Python files
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
ids: ## add new question ids to the list of published ones, before a release
	@sed -nE 's/^## .*\{ #([a-z0-9-]+) .*/\1/p' docs/en/*/*.md | sort -uo tests/question_ids.txt - tests/question_ids.txt
bench: setup ## measure the lab beside other engines, and pages in Chromium; writes bench/report/ (takes an hour)
	$(BIN)/python -m bench
zensical: site ## build the same pages with Zensical into .cache/zensical/site (no gate)
	@sh theme/zensical.sh
clean: ## remove everything that the machine made, except .venv and node_modules
	rm -rf site results .cache .pytest_cache .ruff_cache .hypothesis

.venv/.ready: requirements.txt constraints.txt package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"Python 3.11 or newer is needed, $(PYTHON) is {sys.version.split()[0]}: make PYTHON=python3.12 …")'
	@echo "Installing the pinned packages into .venv; torch is large, this takes a minute or more."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@$(BIN)/python theme/hooks/assets.py
	@touch $@

.PHONY: help setup results site serve decks pdf epub test gpu seeds lint ids bench zensical clean
