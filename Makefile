# Needs only python3, 3.11 or later; everything else goes into .venv, verified by hash.
PYTHON ?= python3
ARGS ?=
PYTEST = .venv/bin/pytest -n auto --dist loadgroup
ALONE = .venv/bin/pytest  # not in parallel; exit code 5 means that ARGS select none of these
AGAIN = .venv/bin/python -m tests.again
BROWSER = .venv/bin/python -m tests.browser.chrome
PROMETHEUS = .venv/bin/python -m tests.prometheus
PACKAGES = $(shell grep '^[a-z0-9].*==' requirements-dev.lock | cut -d= -f1)
# Reduces pip's output to progress: every twentieth package, and the start of the installation.
PROGRESS = { n=0; while IFS= read -r line; do case $$line in \
	"Collecting "*|"Processing "*) n=$$((n + 1)); [ $$((n % 20)) -ne 0 ] || echo "  $$n of $(words $(PACKAGES))" ;; \
	"Installing collected"*) echo "  installing them; this takes half a minute" ;; esac; done; }
LOCK = .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet $(ARGS)

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

demo: .venv/ready ## Try the bot in a browser, or as text with ARGS=--script
	.venv/bin/canary demo $(ARGS)

test: check found-browser found-prometheus ## make check, then every test except the slow ones; ARGS go to pytest
	$(PYTEST) -m "not long and not campaign" $(ARGS) || $(AGAIN) $$?
	$(ALONE) -m "campaign and not long" $(ARGS) || [ $$? -eq 5 ]
	@$(BROWSER) left-out
	@$(PROMETHEUS) left-out

quick: check ## make check, then the tests that need no server: quick feedback while editing
	$(PYTEST) tests/unit $(ARGS)

test-long: .venv/ready ## The slow tests: fault campaigns, ten thousand interleavings, the container image
	$(PYTEST) -m "long and not campaign" $(ARGS) || [ $$? -eq 5 ]
	$(ALONE) -m "campaign and long" $(ARGS) || [ $$? -eq 5 ]

check: .venv/ready ## Style, types, import rules
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

browser: .venv/ready ## Find or install a browser for the browser tests
	@rm -f .venv/no-browser
	@$(BROWSER) install

found-browser: .venv/ready
	@$(BROWSER) install

prometheus: .venv/ready ## Find or unpack a Prometheus for its tests
	@rm -f .servers/no-prometheus
	@$(PROMETHEUS) install

found-prometheus: .venv/ready
	@$(PROMETHEUS) install

bench: .venv/ready ## Benchmarks against a baseline, side by side
	.venv/bin/python -m bench $(ARGS)

pictures: found-browser ## Take the pictures of README and docs from the demo
	.venv/bin/python -m tests.browser.pictures

messages: .venv/ready ## Write docs/messages.md: every sentence that a person can read
	.venv/bin/python -m tests.messages_page

# The locked requirements: at run time; with pictures of charts; for development, with everything; and for building a wheel.
lock: .venv/ready ## Regenerate the lock files; ARGS=--upgrade for newer versions
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) pyproject.toml --extra charts --constraint requirements.lock --output-file requirements-charts.lock
	$(LOCK) pyproject.toml --extra charts --extra dev --constraint requirements-charts.lock --output-file requirements-dev.lock
	echo hatchling | $(LOCK) - --constraint requirements-dev.lock --output-file requirements-build.lock

audit: .venv/ready ## Write an SBOM, list known vulnerabilities; ARGS=--advisories=osv.zip works offline
	.venv/bin/python .ci/audit.py $(ARGS)

clean: ## Remove .venv and caches, never data
	rm -rf .venv .servers dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/ready: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is missing or older than Python 3.11: make PYTHON=/path/to/a/newer/python3"; exit 1; }
	@rm -f $@ .venv/failed
	@echo "Setting up .venv with $$($(PYTHON) --version); this happens once and takes a minute or two."
	@$(PYTHON) -m venv .venv
	@echo "Installing $(words $(PACKAGES)) packages, verified by hash:"
	@{ PYTHONUNBUFFERED=1 .venv/bin/python -m pip install --progress-bar off --disable-pip-version-check \
		--require-hashes -r requirements-dev.lock || touch .venv/failed; } | $(PROGRESS)
	@test ! -e .venv/failed || { echo "The packages could not be installed: see pip's output above."; exit 1; }
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "Done."
	@touch $@

.PHONY: help demo test quick test-long check browser found-browser prometheus found-prometheus bench pictures messages lock audit clean
