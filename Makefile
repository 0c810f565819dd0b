# make up    bring everything up and print the addresses; Ctrl-C stops it, data stays
# make test  check everything
# make faults [QUICK=1] [ROW=NAME]   strike the real stack and count what is lost, doubled or wrong; goes on where it was left
# make bench [QUICK=1] [VAST=1] [ROW=NAME]   measure beside peers; a table, and JSON in .data/benchmarks.json
# make test-browser   only the tests in a real browser
# make attacks [MUTANTS=10000] [SEED=1] [SERVER=1]   attack the database as an analyst and say what got out; SERVER: that of the settings, which must serve nobody else
# make licences   the licence of every package that is installed
# make audit   known weaknesses of the locked packages, if the package registry tells them
# make env   only make the environment, .venv, with the vincle command in it

.DEFAULT_GOAL := help
.PHONY: help env up test test-browser faults bench attacks licences audit
.DELETE_ON_ERROR:

ENVIRONMENT := .venv/.ready

# What Python compiles is kept, whatever the shell says: else each process compiles all of it again.
unexport PYTHONDONTWRITEBYTECODE

help:
	@sed -n 's/^# make/make/p' Makefile

env: $(ENVIRONMENT)

$(ENVIRONMENT): requirements.lock pyproject.toml infra/environment.sh
	@sh infra/environment.sh .venv
	@touch $@

up: env
	@exec .venv/bin/vincle up

test: env
	@exec .ci/check

test-browser: env
	@.ci/browser
	@exec .venv/bin/pytest tests/browser

faults: env
	@exec .venv/bin/python -m tests.faults $(if $(QUICK),--quick) $(foreach row,$(ROW),--row $(row))

bench: env
	@exec .venv/bin/python -m infra.benchmarks $(if $(QUICK),--quick) $(if $(VAST),--vast) $(foreach row,$(ROW),--row $(row))

attacks: env
	@exec .venv/bin/python -m tests.access $(if $(MUTANTS),--mutants $(MUTANTS)) $(if $(SEED),--seed $(SEED)) $(if $(SERVER),--server)

licences: env
	@exec .venv/bin/python -m infra.licences

audit: env
	@exec .venv/bin/python -m infra.audit
