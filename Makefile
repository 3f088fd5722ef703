# Everything a user needs: make reports · make test · make check · make lab · make data · make bench
# Each of them sets up .venv by itself. Needed beforehand: python3 (3.11 to 3.13) with venv, make, git.

PYTHON ?= python3
RAW ?= data/raw
FETCH ?=
JOBS ?= auto
LAB_ARGS ?=
# One module of the library at a time: no browser, no rendering, no notebooks.
FAST := compare docs errors figures gebiete house indicators intake intake_layouts intake_numbers intake_reading load \
	quartiere schema secrecy sources spatial style text wrong_arguments
ARGS ?=

BIN := .venv/bin
# The stamps carry a checksum of what was installed, and of the folder (a venv cannot be moved).
LOCKED := .venv/.lock-$(shell (pwd; cat requirements.lock) | cksum | cut -d' ' -f1)
READY := $(LOCKED)-$(shell cat pyproject.toml tools/lab_settings.json | cksum | cut -d' ' -f1)

.DEFAULT_GOAL := help
.PHONY: help setup reports test check lab data bench lock

help: ## diese Übersicht / this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 18

reports: $(READY) ## alle Berichte rendern / render everything: reports/index.html
	@$(BIN)/sozialraum render --all $(ARGS)

test: $(READY) ## alle Tests / run all tests
	@$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

check: $(READY) ## ruff, mypy und die schnellen Tests / ruff, mypy, fast tests: under a minute
	@$(BIN)/python -m pytest -n $(JOBS) -m "not browser and not slow" $(FAST:%=tests/test_%.py) $(ARGS)

# Working copies, because JupyterLab saves by itself; a path in the environment is meant from where it was typed.
lab: $(READY) ## JupyterLab mit Arbeitskopien öffnen / open working copies of the notebooks
	@$(BIN)/python tools/arbeitskopien.py
	@case "$$SOZIALRAUM_AREAS" in ""|/*) ;; *) export SOZIALRAUM_AREAS="$(CURDIR)/$$SOZIALRAUM_AREAS" ;; esac; \
	case "$$SOZIALRAUM_DATA" in ""|/*) ;; *) export SOZIALRAUM_DATA="$(CURDIR)/$$SOZIALRAUM_DATA" ;; esac; \
	SOZIALRAUM_WEITERGABE="$${SOZIALRAUM_WEITERGABE:-intern}" $(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/arbeit/start.ipynb $(LAB_ARGS)

data: $(READY) ## Amtliche Dateien abrufen, aus RAW=... bauen und prüfen / fetch (FETCH=--offline: not), rebuild data/essen from RAW=...
	@$(BIN)/sozialraum data fetch --raw "$(RAW)" $(FETCH) || echo "Weiter mit dem, was da ist. / Going on with what is there." >&2
	@$(BIN)/sozialraum data build --raw "$(RAW)" $(ARGS)

bench: $(READY) ## Zeit und Speicher messen / measure time and memory
	@$(BIN)/python benchmarks/bench.py $(ARGS)

lock: $(READY) ## requirements.lock und environment.yml erneuern / pin again (needs uv)
	@command -v uv >/dev/null || { echo "uv fehlt: bitte installieren (pipx install uv). / uv is missing, please install it." >&2; exit 1; }
	@uv pip compile pyproject.toml --extra dev --extra pdf --extra cluster --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --upgrade --quiet --output-file requirements.lock
	@$(BIN)/python tools/environment.py > environment.yml

setup: $(READY) ## nur .venv einrichten / only set up .venv

$(LOCKED):
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
		echo "$(PYTHON) fehlt, bitte Python 3.11 bis 3.13 installieren. / $(PYTHON) is missing, please install Python 3.11 to 3.13." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "$$("$(PYTHON)" --version) passt nicht, nötig ist 3.11 bis 3.13 (make PYTHON=python3.12). / Python 3.11 to 3.13 is needed." >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "Das Modul venv fehlt: apt install python3-venv. / The venv module is missing: apt install python3-venv." >&2; exit 1; }
	@echo "Richte .venv ein, das dauert einmalig etwa eine Minute. / Setting up .venv, about a minute, once."
	@"$(PYTHON)" -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(READY): $(LOCKED)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m ipykernel install --sys-prefix --name python3 --display-name "Python 3 (Sozialraum)" >/dev/null
	@mkdir -p .venv/share/jupyter/lab/settings
	@cp tools/lab_settings.json .venv/share/jupyter/lab/settings/overrides.json
	@touch $@
