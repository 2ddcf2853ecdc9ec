# `make run` shows the platform, `make test` proves it; both first set up what is missing.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# A bare machine has the C locale; our files and pages are UTF-8.
export LC_ALL := C.UTF-8
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# What was compiled once is kept, whatever the machine says: the tests start the house many times.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet
UV  := $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

# A temporary folder of one's own: the tests' PostgreSQL puts a lock there, which two users cannot share.
# In memory where the machine has it: two thousand databases are made and thrown away, and none must outlive a power cut.
TESTS_TMP := $(if $(wildcard /dev/shm/.),/dev/shm,/tmp)/sanshe-$(shell id -u)
WORKERS := $(shell echo $$(( $$(nproc) + 1 )))
PYTEST := mkdir -p $(TESTS_TMP) && TMPDIR=$(TESTS_TMP) $(BIN)/python -m pytest -n $(WORKERS)

RUN_PACKAGES  := ca-certificates python3-venv fontconfig fonts-noto-cjk libmagic1 \
                 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0
TEST_PACKAGES := chromium poppler-utils webp libatomic1  # the last for the node that Playwright brings

.PHONY: help setup run demo-reset test-setup test soak check format bench screens documents lock system test-system

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: system $(BIN)/.run  ## everything needed to run

run: setup  ## start the platform, with its demonstration on first start (PORT, SANSHE_DATA)
	$(BIN)/sanshe serve --demo

demo-reset: setup  ## tell the demonstration again from the beginning
	$(BIN)/sanshe demo --reset

test-setup: setup test-system $(BIN)/.test  ## everything needed to test

test: test-setup  ## every test (ARGS="-k money" for some of them)
	$(PYTEST) $(ARGS)

soak: test-setup  ## the same properties, with far more examples, rows and clients
	export SANSHE_SOAK=1; $(PYTEST) -m soak $(ARGS)

check: $(BIN)/.test  ## style, types, the import rule, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet webapp/templates

format: $(BIN)/.test  ## put the Python into its one form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: test-setup  ## measure, and compare with the floor
	$(BIN)/python -m benchmarks $(ARGS)

screens: test-setup  ## draw docs/screens/ again
	$(BIN)/python -m tests.screens $(ARGS)

documents: test-setup  ## draw the first and last page of every document into docs/screens/documents/ again
	$(BIN)/python -m tests.document_screens $(ARGS)

lock: $(BIN)/.test  ## pin the newest versions that fit requirements.in and dev.in
	$(UV) --upgrade requirements.in -o requirements.txt
	$(UV) --upgrade dev.in --constraints requirements.txt -o dev.txt

system:
	@scripts/system.sh $(RUN_PACKAGES)

test-system:
	@scripts/system.sh $(TEST_PACKAGES)

# A stamp is younger than what it was made from, so a second run has nothing to do.
$(BIN)/python: | system
	scripts/venv.sh

$(BIN)/.run: requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/.test: dev.txt $(BIN)/.run
	$(PIP) --require-hashes -r dev.txt
	@touch $@
