# Everything here sets itself up on a fresh clone: Python 3.11 or newer, pip and make are enough.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# -qq: silent about progress, loud about failures. Wheels only: nothing is compiled on the way.
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: install demo test lint unit bench validate docs lock clean help

help:
	@echo "make demo      one page about the rhizosphere of a real soil: out/demo/index.html"
	@echo "make test      lint, types, import rules and all tests"
	@echo "make install   .venv with the rhizolith command, from .ci/requirements.lock"
	@echo "make bench     speed and memory beside other solvers (slow)"
	@echo "make validate  published results reproduced (slow)"
	@echo "make docs      the reference pages, made from the code"

install: $(STAMP)

$(STAMP): .ci/requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rhizolith needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing rhizolith into $(VENV) (about 80 packages; one to five minutes the first time)"
	@$(PIP) install --only-binary=:all: -r .ci/requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: install
	@$(BIN)/rhizolith demo -o out/demo

test: lint unit

lint: install
	@$(BIN)/ruff check --quiet src tests
	@$(BIN)/mypy --no-error-summary
	@PYTHONPATH=src $(BIN)/lint-imports --no-cache

unit: install
	@$(BIN)/python -m pytest -n 2

bench: install
	@$(PIP) install --only-binary=:all: -r .ci/bench.lock
	@$(BIN)/python -m benchmarks

validate: install
	@$(BIN)/python -m validation

docs: install
	@$(BIN)/python docs/build.py

# A clean environment, solved afresh from pyproject.toml; look at the change before committing it.
lock:
	@$(PYTHON) .ci/lock.py

clean:
	rm -rf $(VENV) out build dist
