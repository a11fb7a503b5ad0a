# Everything that a checkout can do: each target makes the environment that it needs.
#
#   make run    make test    make bench    make help

PYTHON ?= python3
TENSORFLOW_PYTHON ?= $(PYTHON)
TENSORFLOW := 'tensorflow==2.21.*' 'keras==3.15.*'

VENV := .venv
BIN := $(VENV)/bin
ORACLE := .venv-tensorflow
ECOSYSTEM := .venv-ecosystem

# The ends of what pyproject.toml allows, which have environments of their own: $(call python-of,3.11) is that Python,
# on the path or among those of pyenv, or nothing.
OLDEST := .venv-oldest
NEWEST := .venv-newest
OLDEST_PYTHON ?= $(call python-of,3.11)
NEWEST_PYTHON ?= $(call python-of,3.13)
python-of = $(shell for p in python$(1) "$$HOME"/.pyenv/versions/$(1).*/bin/python; do \
	"$$p" -c '' 2>/dev/null && echo "$$p" && break; done)

# One worker per core, but for files that ARGS names: starting workers takes longer than the tests of one. `make test
# WORKERS=0` runs in this process, for a debugger.
WORKERS ?= $(if $(findstring .py,$(ARGS)),0,auto)

# pip in a fresh environment says that a newer pip exists; nobody asked.
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test check ends oldest newest keras ecosystem bench lint format types compare clean

help: ## this list
	@echo "gradtape: automatic differentiation with the GradientTape programming model, on NumPy."
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "PYTHON=python3.13 picks the interpreter (3.11 or newer; now: $(PYTHON))."

run: $(VENV)/run.stamp ## train a network on handwritten digits; writes digits.png
	$(BIN)/python examples/digits.py $(ARGS)

test: $(VENV)/test.stamp ## run the tests
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: lint types test keras compare ## what a change must pass: lint, types, test, keras, compare

# The rooms that meet other versions of Python and of libraries: a minute on two cores, and another to install.
ENDS := tests/values tests/engine tests/autodiff tests/autograph tests/function tests/io tests/data tests/saved_model \
	tests/summary tests/profiler tests/keras/test_training.py tests/operations/test_variables.py tests/test_house.py

ends: ## run a part of the tests on the oldest and the newest versions
	@WORKERS=auto $(MAKE) --no-print-directory oldest newest ARGS='$(ENDS)'

# Where a Python is not there, the line says so, and the rest of a check goes on.
oldest: ## run the tests on the oldest versions that pyproject.toml allows, and Python 3.11
	@$(if $(OLDEST_PYTHON),$(MAKE) --no-print-directory oldest-tested,echo "SKIPPED oldest: there is no Python 3.11; OLDEST_PYTHON=path names one.")

newest: ## run the tests on the newest versions, and Python 3.13
	@$(if $(NEWEST_PYTHON),$(MAKE) --no-print-directory newest-tested,echo "SKIPPED newest: there is no Python 3.13; NEWEST_PYTHON=path names one.")

keras: $(VENV)/test.stamp ## run Keras's own tests on gradtape; ARGS=--all writes docs/keras.md
	$(BIN)/python tests/keras/own_tests.py --workers $(WORKERS) $(ARGS)

# With TENSORFLOW_LIBRARIES=python, one that has TensorFlow and the libraries, the programs run there too.
ecosystem: $(ECOSYSTEM)/ecosystem.stamp ## run programs that use libraries made for TensorFlow on gradtape
	$(ECOSYSTEM)/bin/python tests/ecosystem/run.py \
		$(if $(TENSORFLOW_LIBRARIES),--tensorflow $(TENSORFLOW_LIBRARIES)) $(ARGS)

bench: $(VENV)/test.stamp ## measure gradtape against its peers that are installed
	$(BIN)/python -m benchmarks $(ARGS)

lint: $(VENV)/dev.stamp ## check style, formatting, and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

format: $(VENV)/dev.stamp ## repair style and formatting
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/dev.stamp ## check types, strictly in the core
	$(BIN)/mypy

compare: export GRADTAPE_TENSORFLOW_PYTHON := $(CURDIR)/$(ORACLE)/bin/python
compare: $(VENV)/test.stamp $(ORACLE)/oracle.stamp ## compare values, gradients and programs with TensorFlow
	$(BIN)/python -m pytest tests/tensorflow/test_differences.py tests/train/test_with_tensorflow.py
	$(BIN)/python -m pytest -n $(WORKERS) tests/fuzz/test_operations.py -k tensorflow
	$(BIN)/python tests/compare_operations.py
	$(BIN)/python tests/compare_programs.py

clean: ## remove the environments and caches
	rm -rf $(VENV) $(ORACLE) $(ECOSYSTEM) $(OLDEST) $(NEWEST) .mypy_cache .pytest_cache .ruff_cache .hypothesis

# An environment is remade when pyproject.toml says something new about what it holds.
$(VENV)/made.stamp:
	@$(call need-python,$(PYTHON))
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/run.stamp: pyproject.toml | $(VENV)/made.stamp
	$(BIN)/python -m pip install --quiet --editable '.[examples]'
	$(BIN)/python -m compileall -q gradtape
	@touch $@

$(VENV)/test.stamp: pyproject.toml | $(VENV)/made.stamp
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	$(BIN)/python -m compileall -q gradtape
	@touch $@ $(VENV)/run.stamp

$(VENV)/dev.stamp: pyproject.toml | $(VENV)/made.stamp
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	$(BIN)/python -m compileall -q gradtape
	@touch $@ $(VENV)/run.stamp $(VENV)/test.stamp

$(ORACLE)/oracle.stamp: Makefile
	@$(call need-python,$(TENSORFLOW_PYTHON))
	test -x $(ORACLE)/bin/python || $(TENSORFLOW_PYTHON) -m venv --clear $(ORACLE)
	$(ORACLE)/bin/python -m pip install --quiet $(TENSORFLOW)
	@touch $@

$(ECOSYSTEM)/ecosystem.stamp: pyproject.toml tests/ecosystem/requirements.txt
	@$(call need-python,$(PYTHON))
	$(PYTHON) -m venv --clear $(ECOSYSTEM)
	$(ECOSYSTEM)/bin/python -m pip install --quiet --editable '.[keras]'
	$(ECOSYSTEM)/bin/python -m pip install --quiet --no-deps --requirement tests/ecosystem/requirements.txt
	@touch $@

.PHONY: oldest-tested newest-tested
oldest-tested: $(OLDEST)/test.stamp
	$(OLDEST)/bin/python -m pytest -n $(WORKERS) $(ARGS)

newest-tested: $(NEWEST)/test.stamp
	$(NEWEST)/bin/python -m pytest -n $(WORKERS) $(ARGS)

$(OLDEST)/test.stamp: pyproject.toml tests/oldest_versions.py
	$(OLDEST_PYTHON) -m venv --clear $(OLDEST)
	$(OLDEST)/bin/python tests/oldest_versions.py > $(OLDEST)/constraints.txt
	$(OLDEST)/bin/python -m pip install --quiet --only-binary :all: -c $(OLDEST)/constraints.txt --editable '.[test]'
	@touch $@

$(NEWEST)/test.stamp: pyproject.toml
	$(NEWEST_PYTHON) -m venv --clear $(NEWEST)
	$(NEWEST)/bin/python -m pip install --quiet --only-binary :all: --editable '.[test]'
	@touch $@

define need-python
$(1) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "gradtape needs Python 3.11 or newer; \`$(1)\` is $$($(1) --version 2>/dev/null || echo 'not there')." >&2; \
	echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
	exit 1; }
endef
