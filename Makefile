# Backstory: the development commands. `make help` lists them.

BIN := .venv/bin
PYTEST_WORKERS ?= 2
export PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help run test lint coverage faults walks golden safety-digest mutate mutate-hazards messages migration roles pictures conformance bench locks image sbom evidence audit setup clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run:  ## the clinic on http://localhost:8000, with made-up patients when it is new (PORT=... changes the port)
	@setup/prepare.sh run
	@exec $(BIN)/flask --app wsgi start

test:  ## every check and every test
	@setup/prepare.sh test
	@$(MAKE) --no-print-directory lint
	@$(BIN)/pytest -q -n $(PYTEST_WORKERS) --dist worksteal

lint:  ## style, format, strict types, and who may import whom
	@setup/prepare.sh test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

coverage:  ## which lines and branches no test runs; fails below the floor in pyproject.toml (15 minutes)
	@setup/prepare.sh test
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q -n $(PYTEST_WORKERS) --dist worksteal --ignore=tests/e2e
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report

faults:  ## crashes, full disks, floods and simultaneous presses: the short ones five times, then the long ones (45 minutes)
	@setup/prepare.sh test
	@for round in 1 2 3 4 5; do $(BIN)/pytest -q -n $(PYTEST_WORKERS) -m faults || exit 1; done
	@$(BIN)/pytest -q -m long_faults

walks:  ## five people from the link to the receipt: finger, keyboard, no scripts, large letters (10 minutes)
	@setup/prepare.sh test
	@$(BIN)/pytest -q -n $(PYTEST_WORKERS) -m walks tests/e2e

golden:  ## write the golden files anew; read the difference before you commit it
	@setup/prepare.sh test
	BACKSTORY_GOLDEN=write $(BIN)/pytest -q -m golden
	@git status --short tests docs

safety-digest:  ## what the rules make of every vignette and case, as one digest to ship; read why it changed
	@setup/prepare.sh test
	@$(BIN)/python -m tests.red_flags.verdicts
	@git status --short intake/red_flags

mutate:  ## break every rule, tier, card, watched word and piece of the engine; says what nobody notices (10 minutes)
	@setup/prepare.sh test
	@$(BIN)/python -m tests.mutation

mutate-hazards:  ## break the control of each hazard once, and see its test fail (10 minutes)
	@setup/prepare.sh test
	@$(BIN)/python -m tests.mutation.hazards

messages:  ## bring the file of every language up to date: make messages, or make messages NEW=sv to begin one
	@setup/prepare.sh run
	@setup/messages.sh "$(NEW)"

pictures:  ## take the pictures of README.md anew (needs pdftoppm)
	@setup/prepare.sh test
	@$(BIN)/python -m setup.pictures

roles:  ## write docs/roles.md: every address, what it does, and who may open it
	@setup/prepare.sh run
	@$(BIN)/python -m setup.roles

migration:  ## write the migration from the models: make migration M="add the kiosk"
	@setup/prepare.sh run
	@test -n "$(M)" || { echo 'Say what it does: make migration M="add the kiosk"'; exit 2; }
	$(BIN)/alembic revision --autogenerate -m "$(M)"

conformance:  ## foreign checkers of PDFs, pages, counts; scanners; tables in LibreOffice; sign-on, image, systemd, proxies for real. ONLY="pdfs pages export scanners sso metrics compose proxies image postgres units"
	@setup/prepare.sh test
	@$(BIN)/python -m conformance $(ONLY)

bench:  ## medians of PDFs, a pack, a page post, a search, 5,000 screenings; memory over 10,000 requests
	@setup/prepare.sh run
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.memory

locks:  ## write requirements.txt and requirements-dev.txt from the .in files
	@setup/locks.sh

image:  ## the image for Docker and Podman; BASE=debootstrap where no registry of images can be reached
	@deploy/build.sh

sbom:  ## what runs, with versions and licences, as a CycloneDX list in dist/
	@setup/prepare.sh run
	@setup/release.sh sbom

evidence:  ## papers for buyers (DPIA, DTAC, accessibility, NICE, data flow) in dist/evidence; runs their proofs (10 minutes; FULL=1, NO_RUN=1)
	@setup/prepare.sh test
	@setup/release.sh sbom || echo "No list of what runs was made; the papers say so."
	@$(BIN)/python -m setup.evidence

audit:  ## look every locked package up in the public list of vulnerabilities (asks a service on the internet)
	@setup/prepare.sh run
	@setup/release.sh audit

setup:  ## install what running and testing need, and stop there
	@setup/prepare.sh test

clean:  ## remove what these commands made, but never the clinic's data or keys
	rm -rf .venv .setup .conformance dist .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
