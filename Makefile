# Two commands need nothing but Python 3.11 or newer: `make app` and `make test`. `make` alone lists the rest.
PYTHON ?= python3     # which Python makes the environment
TORCH_INDEX ?=        # package index to take torch and torchvision from
PORT ?= 8501
WORKERS ?= 2          # notebooks tested at the same time
FLAGS ?= browser      # also run cells with these flags: slow cuda network browser
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help app test export readme docs wheel clean distclean
.DEFAULT_GOAL := help

help:       ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

app: $(READY)      ## open the app at http://localhost:8501 (another port: make app PORT=8600)
	$(BIN)/streamlit run app.py --server.port $(strip $(PORT))

test: $(READY)     ## check that notebooks, package and README agree, and run every notebook test
	@case " $(FLAGS) " in *" browser "*) .ci/browser;; esac
	@$(BIN)/python .ci/check.py --workers $(strip $(WORKERS)) --flags "$(strip $(FLAGS))"

export: $(READY)   ## clean the notebooks and write the package from them
	$(BIN)/nbdev_clean
	$(BIN)/nbdev_export

readme: $(READY)   ## write README.md from nbs/index.ipynb, model cards and llms.txt
	$(BIN)/python .ci/readme.py
	$(BIN)/python .ci/pages.py

docs: $(READY)     ## build the documentation site in _docs (needs Quarto)
	@command -v quarto >/dev/null || { echo "Quarto is missing: https://quarto.org/docs/get-started"; exit 1; }
	touch README.md
	PATH="$(CURDIR)/$(BIN):$$PATH" nbdev_docs

wheel: $(READY)    ## build the wheel, weights included, in dist
	rm -rf build dist
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .

clean:      ## remove what was built
	rm -rf build dist _docs _proc *.egg-info nbs/nbdev.yml

distclean: clean   ## remove the environment too
	rm -rf .venv

$(READY): settings.ini setup.py pyproject.toml
	@.ci/setup "$(strip $(PYTHON))" "$(strip $(TORCH_INDEX))"
	@touch $@
