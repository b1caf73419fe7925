# make demo and make test set up all they need. make help lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin

# What the software itself calls, and what only the demo, the tests or the sample generator need.
# OPTIONAL_PACKAGES: without them old Word files (.doc, .wps, .rtf) are not read, and some 200 MB are saved.
OPTIONAL_PACKAGES := libreoffice-writer-nogui
RUNTIME_PACKAGES := python3-venv tesseract-ocr tesseract-ocr-chi-sim tesseract-ocr-eng libseccomp2 libarchive13
DEMO_PACKAGES := dovecot-imapd
TEST_PACKAGES := postgresql chromium-headless-shell fonts-noto-cjk fonts-arphic-uming fonts-arphic-ukai fonts-wqy-zenhei util-linux
# What make bench reads the same pages with.
BENCH_PACKAGES := ocrmypdf tesseract-ocr-osd

.PHONY: help setup setup-demo setup-test demo test bench calibrate latin taught chaos check fix samples fonts lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup:  ## system packages and .venv for running beian
	@tools/setup-system $(RUNTIME_PACKAGES)
	@tools/setup-python

setup-demo: setup
	@tools/setup-system $(DEMO_PACKAGES)

setup-test: setup-demo
	@tools/setup-system $(TEST_PACKAGES) $(OPTIONAL_PACKAGES)

demo: setup-demo  ## real mails through a real IMAP server: register and queue at the end
	@$(BIN)/beian demo

test: setup-test  ## every test
	@$(MAKE) --no-print-directory fonts || echo "test: the handwriting typefaces could not be fetched; what needs them is skipped"
	@$(BIN)/python -m pytest -n 3 --dist worksteal $(PYTEST_ARGS)

bench: setup-test fonts  ## speed and accuracy on this machine: verdicts, opening a case, statistics, intake, and how well and fast pages are read beside other programs, up to 1,000 of them (hours); LOAD=1 adds twenty people on 100,000 cases
	@tools/setup-system $(BENCH_PACKAGES)
	@$(BIN)/python -m bench.verdicts
	@$(BIN)/python -m bench.opening
	@$(BIN)/python -m bench.statistics
	@$(BIN)/python -m bench.intake
	@$(BIN)/python -m bench.reading
	@if [ -n "$(LOAD)" ]; then $(BIN)/python -m bench.review_load; fi

calibrate: setup-test fonts  ## measure anew how often values read from pictures are right; draws docs/reliability.png
	@$(BIN)/python -m bench.calibrate

.venv-training/.installed: requirements.lock training/requirements.lock | setup
	@[ -x .venv-training/bin/python ] || $(BIN)/python -m venv .venv-training
	@.venv-training/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@.venv-training/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r training/requirements.lock
	@touch $@

latin: .venv-training/.installed  ## learn the network of the Latin reader anew (hours of CPU); PyTorch goes into .venv-training
	@.venv-training/bin/python -m training.learn --typefaces training/.typefaces $(LATIN_ARGS)

taught: .venv-training/.installed  ## teach the taught reader anew (hours of CPU), in the same environment
	@command -v npm >/dev/null || tools/setup-system npm
	@mkdir -p training/.taught && cp training/taught/package.json training/taught/package-lock.json training/.taught/
	@npm ci --prefix training/.taught --silent --no-audit --no-fund --ignore-scripts
	@.venv-training/bin/python -m training.taught.learn --material training/.taught $(TAUGHT_ARGS)

chaos: setup-test  ## minutes of killed processes, broken connections and renumbered mailboxes on both databases: nothing may be lost, doubled or damaged
	@BEIAN_EVERY_POINT=1 $(BIN)/python -m pytest tests/path/test_killed_at_every_point.py
	@$(BIN)/python -m tests.chaos
	@$(BIN)/python -m tests.chaos --database postgresql

check: setup  ## format, lint, types and import rules; changes nothing
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: setup  ## format and mend what can be mended by itself
	@$(BIN)/ruff check --fix-only --quiet . || true
	@$(BIN)/ruff format .

fonts: setup  ## the handwriting typefaces that the sample generator draws with
	@command -v npm >/dev/null || tools/setup-system npm
	@npm ci --silent --no-audit --no-fund --ignore-scripts

samples: setup-test fonts  ## make the checked-in samples again from their seed
	@$(BIN)/python -m samples make

lock: setup  ## pin the newest allowed versions into requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --generate-hashes --python-version 3.11 --universal --upgrade --no-header -o requirements.lock --quiet

clean:  ## remove .venv and caches; leaves data alone
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
