# Everything sets itself up: all it takes is make and Python 3.11 or newer (or uv, which brings a Python).
#     VENV    the virtual environment to make and use
#     UV      the uv to use; empty for pip
#     PYTHON  the Python to use, if the first one found is not wanted
VENV ?= .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
UV ?= uv
export UV PYTHON

.DEFAULT_GOAL := help
.PHONY: help run test lint check soak bench shot looks lock clean

help: ## Show this
	@awk -F ':[^#]*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.for-running ## Open llmtui (ARGS='…' are handed to it)
	@$(BIN)/llmtui $(ARGS)

test: $(VENV)/.for-development ## Run the tests (ARGS='…' are handed to pytest)
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.for-development ## Look at the formatting, the style and the types
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m mypy --platform win32 src

check: lint ## The whole gate: lint, then every test
	@.ci/test-all $(BIN)/python

soak: $(VENV)/.for-development ## Attack the store for an hour: what docs/reliability.md tells of
	LLMTUI_KILLS=300 LLMTUI_WRITERS=4 LLMTUI_WRITES=1000 LLMTUI_STRIDE=1 LLMTUI_EXAMPLES=500 LLMTUI_DAMAGES=100 \
		LLMTUI_TURNS=10000 \
		$(BIN)/python -m pytest tests/store tests/end_to_end/test_killed.py tests/end_to_end/test_many_turns.py --durations=10 $(ARGS)

bench: $(VENV)/.for-development ## Measure what we promise (ARGS='…' names which)
	$(BIN)/python -m benchmarks $(ARGS)

shot: $(VENV)/.for-development ## Write the screenshots of the README from the running app
	$(BIN)/python -m docs.shot

looks: $(VENV)/.for-development ## Write pictures of a long answer, to be looked at (INTO='…' is the directory)
	$(BIN)/python -m docs.looks $(or $(INTO),$(error INTO=… names the directory))

lock: ## Pin what is installed, for every system and Python (needs uv)
	$(UV) pip compile pyproject.toml --group build $(PINNED) --output-file requirements.lock
	$(UV) pip compile pyproject.toml --group dev --group end-to-end --constraint requirements.lock $(PINNED) \
		--output-file requirements-dev.lock

PINNED = --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

clean: ## Remove all that was made here, the virtual environment too
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp says that the environment is as these files want it; what development needs includes what running needs.
$(VENV)/.for-running: requirements.lock pyproject.toml
	@.ci/set-up $(VENV) requirements.lock
	@touch $@

$(VENV)/.for-development: requirements-dev.lock pyproject.toml
	@.ci/set-up $(VENV) requirements-dev.lock
	@touch $@ $(VENV)/.for-running
