# Verbs only: what they do is in crmlab/bootstrap.py, crmlab/cli.py and tests/run.py.
PYTHON ?= python3
RUN = $(PYTHON) crmlab/bootstrap.py
CRMLAB = .venv/bin/crmlab

.PHONY: env lab test check notebooks new-section new-case new-lab docs lock

lab:
	@$(RUN) lab
env:
	@$(RUN) env
test:
	@$(RUN) test
check:
	@$(RUN) check
notebooks: env
	@$(CRMLAB) notebooks --execute
new-section: env
	@$(CRMLAB) new section $(NAME)
new-case: env
	@$(CRMLAB) new case $(NAME)
new-lab: env
	@$(CRMLAB) new lab $(NAME)
docs: env
	@.venv/bin/python -m sphinx -W --keep-going -n -q -b html docs docs/_build && echo "手册写好了，用浏览器打开：docs/_build/index.html"
# Needs uv; run after changing the dependencies in pyproject.toml.
lock:
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --all-extras --custom-compile-command "make lock" pyproject.toml -o requirements.lock
