# Feldkit. `make` alone explains the targets.
PORT ?= 8080
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
TESTED := .venv/ready-test
# On several cores, a file of tests on one of them: what its tests share is made once.
PYTEST := $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

##@ Benutzen
.PHONY: help run hub
help: ## Diese Übersicht
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(READY) ## Das Kit starten, neu mit Beispieldaten (PORT=8080; leer wie ein Gerät: EMPTY=1)
	@$(BIN)/fieldkit serve --port $(PORT) $(if $(EMPTY),,--demo)

hub: PORT = 9090
hub: $(READY) ## Den Hub starten (PORT=9090)
	@$(BIN)/fieldkit hub serve --port $(PORT)

##@ Entwickeln
.PHONY: test fast check fix golden texts powercut bench bench-peers bench-sync bench-hotspot bench-workshop wheel release install-device
test: $(TESTED) ## Alle Tests, auch die langsamen
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/fieldkit methods check
	$(PYTEST)

fast: $(TESTED) ## Die schnellen Tests, ohne Server und Browser
	$(PYTEST) -m "not slow"

fix: $(TESTED) ## Form und Stil in Ordnung bringen
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: $(TESTED) ## Türliste, Schema und Ausreiseliste neu schreiben (danach ansehen!)
	scripts/golden

texts: $(TESTED) ## Neue Texte in die Kataloge holen
	scripts/texts

powercut: $(TESTED) ## Den Strom abschalten, nach jedem Schreiben: 20.000 Datenträger, einige Minuten
	$(BIN)/python scripts/powercut

bench: $(TESTED) ## Messen: Anfragen je Sekunde, Speicher, Start, Bytes
	$(BIN)/python scripts/bench

bench-peers: $(TESTED) ## Dieselbe Last auf kiwix-serve, Kolibri und Datasette
	$(BIN)/python scripts/bench --peers

bench-sync: $(TESTED) ## Messen: die Übergabe, jede Stufe und das Ganze
	$(BIN)/python scripts/bench-sync

bench-hotspot: $(TESTED) ## Messen: was ein Telefon den anderen antun kann (als root)
	$(BIN)/python scripts/bench-hotspot

bench-workshop: $(TESTED) ## Messen: ein Workshop mit 200 Handys, fünf Minuten (PHONES=400 SECONDS=60)
	$(BIN)/python scripts/bench-workshop $(if $(PHONES),--phones $(PHONES)) $(if $(SECONDS),--seconds $(SECONDS))

wheel: $(READY) ## Ein Paket zum Installieren bauen, nach dist/
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

release: $(READY) ## Archive zum Installieren bauen, mit allen Paketen: x86_64 und aarch64, nach dist/
	scripts/release $(MACHINES)

install-device: MACHINES = $(shell uname -m)
install-device: ARCHIVE = dist/feldkit-$(shell $(BIN)/python -c 'import fieldkit; print(fieldkit.__version__)')-$(MACHINES)
install-device: release ## Diesen Rechner zu einem Kit machen (Debian, Raspberry Pi OS; mit sudo)
	rm -rf $(ARCHIVE)
	tar --extract --file $(ARCHIVE).tar.gz --directory dist
	sudo $(ARCHIVE)/install-pi

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Feldkit braucht Python 3.11 oder neuer.")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(TESTED): pyproject.toml $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@
