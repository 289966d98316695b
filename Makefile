# A python3 of 3.11 or later is all that this needs; the rest goes into .venv, by hash.
PYTHON ?= python3
ARGS ?=
PYTEST = .venv/bin/pytest -n auto --dist loadgroup
ALONE = .venv/bin/pytest  # by itself; its exit code 5 says that ARGS select none of these
LOCK = .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet $(ARGS)

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

demo: .venv/ready ## Try the bot in a browser, or as text with ARGS=--script
	.venv/bin/canary demo $(ARGS)

test: check ## Style, types and every test but the slow ones; ARGS go to pytest
	$(PYTEST) -m "not long and not campaign" $(ARGS) || [ $$? -eq 5 ]
	$(ALONE) -m "campaign and not long" $(ARGS) || [ $$? -eq 5 ]

test-long: .venv/ready ## The slow ones: faults in number, ten thousand interleavings, the container image
	$(PYTEST) -m "long and not campaign" $(ARGS) || [ $$? -eq 5 ]
	$(ALONE) -m "campaign and long" $(ARGS) || [ $$? -eq 5 ]

check: .venv/ready ## Style, types, directions of import
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: .venv/ready ## Ours against a baseline, side by side
	.venv/bin/python -m bench $(ARGS)

# What runs; with what it is developed in; and with what a wheel of it is built.
lock: .venv/ready ## Write the lock files anew; ARGS=--upgrade for newer versions
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) pyproject.toml --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	echo hatchling | $(LOCK) - --constraint requirements-dev.lock --output-file requirements-build.lock

clean: ## Remove .venv and caches, never data
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/ready: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than Python 3.11: make PYTHON=/path/to/a/newer/python3"; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: help demo test test-long check bench lock clean
