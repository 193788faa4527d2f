# Every target installs what it needs, once: a stamp remembers the lock file it came from.
PYTHON ?= python3
PY := .venv/bin/python
ENV := $(PYTHON) tools/bootstrap.py

.PHONY: help demo test check fix bench screenshots lock

help:  ## what there is
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo:  ## the demo district on 127.0.0.1:8000
	@$(ENV) runtime node
	@$(PY) -m linli demo

test:  ## all tests, browser journeys included, on SQLite and on PostgreSQL
	@$(ENV) dev node
	@$(PY) -m tools.messages compile
	@$(PY) -m tools.run_tests $(TESTS)

check:  ## format, lint, types, layers, templates, migrations, diagrams, translations, locks
	@$(ENV) dev node
	@$(PY) -m tools.check

fix:  ## put right what a tool can put right
	@$(ENV) dev node
	@$(PY) -m tools.check --fix

bench:  ## measured speed, one table
	@$(ENV) dev node
	@$(PY) -m tools.messages compile
	@$(PY) -m benchmarks $(BENCH)

screenshots:  ## the pictures of the README
	@$(ENV) dev node
	@$(PY) -m tools.messages compile
	@$(PY) -m tools.screenshots

lock:  ## write the lock files anew from pyproject.toml and package.json
	@$(ENV) dev
	@$(PY) -m tools.locks write
