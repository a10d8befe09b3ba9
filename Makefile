# The commands of this project. Each works from a fresh clone.

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= auto
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test test-fast check bench format lock pictures icons

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/runtime.done  ## the virtual environment with all that the program needs

setup-dev: .venv/development.done

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "HipTrack needs Python 3.11 or newer; name one with PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || sh .ci/install python3-venv
	$(PYTHON) -m venv .venv

.venv/runtime.done: requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/development.done: requirements-dev.txt .venv/runtime.done
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: setup  ## the program on 127.0.0.1:8000 (PORT=), with worker and beat
	@exec $(BIN)/python -m hiptrack.launcher

test: setup-dev  ## everything the tests need, then the whole suite
	@sh .ci/install chromium
	@sh .ci/test

test-fast: setup-dev  ## only the tests without browser and processes
	$(BIN)/pytest -q -n $(WORKERS) -m "not browser and not service"

check: setup-dev  ## linters, types, translations, migrations, content, deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python -m hiptrack.translations
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check_content
	BASE_URL=https://hiptrack.example SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))') \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: setup-dev  ## page weights, Lighthouse, taps and seconds: one JSON line a measure
	@sh .ci/install chromium nodejs npm >&2
	@$(BIN)/python -m tests.bench

format: setup-dev  ## the code as the linters want it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup-dev  ## the locked requirements from the .in files (needs uv)
	uv pip compile --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url --quiet requirements.in -o requirements.txt
	uv pip compile --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url --quiet requirements-dev.in -o requirements-dev.txt

pictures: setup-dev  ## the pictures of the README, from a running demo
	$(BIN)/python docs/pictures.py

icons: setup-dev  ## the icons of the home screen, from our own drawing
	$(BIN)/python docs/icons.py
