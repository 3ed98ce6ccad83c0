# Everything here sets itself up on a fresh clone: Python >= 3.11, pip and make are enough.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: install demo test lint unit bench validate docs clean

install: $(STAMP)

$(STAMP): .ci/requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("rhizolith needs Python 3.11 or newer; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing rhizolith into $(VENV)"
	@$(BIN)/python -m pip install --quiet --only-binary=:all: -r .ci/requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: install
	@$(BIN)/rhizolith demo -o out/demo

test: lint unit

lint: install
	@$(BIN)/ruff check src tests
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache --no-logo 2>/dev/null || $(BIN)/lint-imports --no-cache

unit: install
	@$(BIN)/python -m pytest -n 2

bench: install
	@$(BIN)/python -m pip install --quiet --only-binary=:all: -r .ci/bench.lock
	@$(BIN)/python -m benchmarks

validate: install
	@$(BIN)/python -m validation

docs: install
	@$(BIN)/python docs/build.py

clean:
	rm -rf $(VENV) out build dist
