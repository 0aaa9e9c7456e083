# `make` alone lists what there is. Needs Python 3.11, 3.12 or 3.13 and make; everything else is installed below this folder.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup browser demo test check lock crash bench mutants fuzz bench-x12 crash-intake crash-jobs bench-intake fuzz-intake second-opinion docs reset clean

# the first Python that claimflow runs on; PYTHON=/path/to/python overrides. A distribution's own comes first: it is built
# with profile-guided optimisation, which what version managers compile often lacks (docs/decisions/0099)
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for each in /usr/bin/python3 python3 python3.11 python3.12 python3.13 python; do \
	if $$each -c '$(FITS)' >/dev/null 2>&1; then command -v $$each; break; fi; done)

BIN := .venv/bin
READY := .venv/.complete
UV = $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
KILLS ?= 200
COUNT ?= 1000000
SECONDS ?= 0

# trust the certificates that this machine trusts: a hospital's network often has an authority of its own
export UV_SYSTEM_CERTS := true
export UV_NATIVE_TLS := true
export PIP_ROOT_USER_ACTION := ignore

help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r name words; do \
		printf '  make %-14s %s\n' "$$name" "$$words"; done

setup: $(READY) ## install everything into this folder (.venv, .tools, .local); nothing is started

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "claimflow needs Python 3.11, 3.12 or 3.13, and none is on PATH. Install one, or run: make PYTHON=/path/to/python3.12 setup"; exit 1; }
	@command -v uv >/dev/null 2>&1 || test -x .tools/bin/uv || { \
		for pip in "$(PYTHON)" python3 ""; do test -n "$$pip" && $$pip -m pip --version >/dev/null 2>&1 && break; done; \
		test -n "$$pip" || { echo "$(PYTHON) has no pip, which is needed once to fetch uv. On Debian: apt-get install python3-pip"; exit 1; }; \
		echo "setup: uv"; $$pip -m pip install --quiet --disable-pip-version-check --target .tools 'uv>=0.9,<1'; }
	@echo "setup: virtual environment from requirements.lock"
	@$(UV) venv --quiet --allow-existing --python "$(PYTHON)" .venv
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@echo "setup: Kafka's jars"
	@$(BIN)/python -m shared.testing.servers
	@touch $@

browser: $(READY) ## have a Chromium for the browser tests: this machine's, Playwright's, or Debian's package
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		$(BIN)/python -m playwright install chromium-headless-shell >/dev/null 2>&1 || \
		{ test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq >/dev/null 2>&1 && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1; } || \
		echo "no Chromium could be had here: the browser tests will be skipped, and say so"

demo: $(READY) ## run the whole system and a day of a small hospital; ONCE=1 ends by itself with a summary
	@$(BIN)/claimflow demo $(if $(ONCE),--once)

test: $(READY) ## everything that proves this works; says at the end how many passed and failed
	@$(BIN)/python -m deploy.local.proof

check: $(READY) ## style, types, import law and the quick tests
	@$(BIN)/python -m deploy.local.proof --quick

lock: $(READY) ## resolve requirements.lock anew: hashes, all platforms, no addresses
	@$(UV) pip compile --quiet --universal --all-extras --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 pyproject.toml -o requirements.lock

crash: $(READY) ## kill -9 real processes KILLS=200 times and let an oracle check that nothing was lost or done twice
	@$(BIN)/python -m tests.faults.crash --kills $(KILLS)

bench: $(READY) ## claims per second, CPU per claim, latency: printed, never asserted
	@$(BIN)/claimflow bench

mutants: $(READY) ## one-defect X12 files of every kind: is each defect found, at its place, and nothing in the clean ones
	@$(BIN)/python -m tests.mutants

fuzz: $(READY) ## read COUNT=1000000 hostile X12 files (or for SECONDS): bent ones, soups, what atheris finds
	@$(BIN)/python -m tests.fuzz --count $(COUNT) --seconds $(SECONDS)

bench-x12: $(READY) ## how fast X12 is read, judged, proved and written, in how much memory, beside other libraries
	@$(BIN)/python -m tests.load.x12

crash-intake: $(READY) ## kill -9 intake, a door process and its database KILLS=200 times under load; the senders are the oracle
	@$(BIN)/python -m tests.faults.intake --kills $(KILLS)

crash-jobs: $(READY) ## kill -9 the submitter and remittance KILLS=200 times in the middle of their files; the partner is the oracle
	@$(BIN)/python -m tests.faults.jobs --kills $(KILLS)

bench-intake: $(READY) ## messages per second at every door of intake, each answer after its commit; python-hl7 beside it
	@$(BIN)/python -m tests.load.intake

fuzz-intake: $(READY) ## give COUNT=1000000 bent HL7 messages, FHIR documents and JSON claims to their readers
	@$(BIN)/python -m tests.fuzz.intake --count $(COUNT)

second-opinion: $(READY) ## ask pyx12 and oxedi about 2,000 claims and 2,000 payments that we wrote, and pyx12's maps about our tables
	@$(BIN)/python -m tests.grammar_second_opinion
	@$(BIN)/python -m tests.x12_second_opinion --claims 2000
	@$(BIN)/python -m tests.remit_second_opinion --files 2000

docs: $(READY) ## write docs/events, docs/findings, docs/x12, docs/howto anew from the code's own tables
	@$(BIN)/python -m shared.events.describe
	@$(BIN)/python -m shared.x12.pages
	@$(BIN)/python -m services.intake.mappings.describe

reset: $(READY) ## forget all data and settings of the local system (it must be stopped)
	@$(BIN)/claimflow reset --yes

clean: ## remove everything that make has put here
	@rm -rf .venv .tools .local .crash .bench .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
