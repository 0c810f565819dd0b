# make up    bring everything up and print the addresses; Ctrl-C stops it, data stays
# make test  check everything
# make faults [QUICK=1] [ROW=NAME]   strike the real stack and count what is lost, doubled or wrong
# make env   only make the environment, .venv, with the vincle command in it

.DEFAULT_GOAL := help
.PHONY: help env up test faults
.DELETE_ON_ERROR:

ENVIRONMENT := .venv/.ready

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

faults: env
	@exec .venv/bin/python -m tests.faults $(if $(QUICK),--quick) $(foreach row,$(ROW),--row $(row))
