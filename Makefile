# make run    make the environment, start the page (an empty store gets the bundled sample)
# make licences   write docs/licences.md again
# make test   make the environment with the developers' tools, then format, lint, types and tests
PYTHON ?= python3
VENV ?= .venv
ARGS ?=
BIN := $(VENV)/bin
CODE := app.py ui indexer retriever prompts eval
export GRADIO_ANALYTICS_ENABLED := False

.PHONY: run test check format licences help
help:
	@sed -n 's/^# //p' Makefile

run: $(VENV)/.run
	$(BIN)/python app.py $(ARGS)

test: $(VENV)/.dev check

check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CODE)
	$(BIN)/python -m pytest $(ARGS)

licences: $(VENV)/.dev
	{ sed '/^| Name/,$$d' docs/licences.md; $(BIN)/pip-licenses --with-system --from=mixed --format=markdown --order=name \
	  --packages $$(sed -n 's/==.*//p' constraints.txt) | sed 's/ *| */ | /g; s/^ | /| /; s/ | $$/ |/'; } > docs/licences.new
	mv docs/licences.new docs/licences.md

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt requirements-server.txt requirements-ray.txt requirements.txt constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements-dev.txt
	touch $@ $(VENV)/.run
