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

# As JSON each licence is one line, also of packages whose metadata holds the whole text: its first line names it.
licences: $(VENV)/.dev
	$(BIN)/pip-licenses --with-system --from=mixed --format=json --order=name --output-file $(VENV)/licences.json \
	  --packages $$(sed -n 's/==.*//p' constraints.txt)
	{ sed '/^| Name/,$$d' docs/licences.md; echo '| Name | Version | Licence |'; echo '| --- | --- | --- |'; \
	  awk -F '": "' '{ sub(/",?$$/, "", $$2); sub(/\\n.*/, "", $$2) } $$1 ~ /"License$$/ { licence = $$2 } $$1 ~ /"Name$$/ { name = $$2 } \
	    $$1 ~ /"Version$$/ { sub(/\+.*/, "", $$2); print "| " name " | " $$2 " | " licence " |" }' $(VENV)/licences.json | LC_ALL=C sort -f; \
	} > docs/licences.new
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
