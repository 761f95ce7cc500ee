# SPDX-License-Identifier: Apache-2.0
#
# make run    builds the release and walks through the life of a session (KEEP=1 leaves the daemon running;
#             AUTHORITY=synerise does so at an emulator of the REST API)
# make test   everything that CI runs
# make help   the other targets

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# What a Debian machine with a Swift toolchain lacks, by package name: for each target that needs something of its own.
NEEDS_build := g++ libcrypt-dev libsystemd-dev make pkg-config
NEEDS_build-c := gcc libc6-dev libjansson-dev make pkg-config
# Everything, not only what ships: the emulators' HTTP server brings Foundation's networking with it.
NEEDS_build-debug := $(NEEDS_build) libcurl4-openssl-dev
NEEDS_build-emulators := $(NEEDS_build-debug)
NEEDS_run := openssl systemd
NEEDS_run-emulator := $(NEEDS_build-debug) libcurl4
NEEDS_unit-test := libcurl4 openssl python3
# What drives the programs from outside.
NEEDS_driving := libcurl4 openssl python3 util-linux
# What real OpenID providers are fetched with, and what verifies their tokens.
NEEDS_providers := python3-jwt python3-venv
NEEDS_end-to-end-test := $(NEEDS_driving) $(NEEDS_providers) $(NEEDS_build-c) bubblewrap crun fish g++ iproute2 jq libglib2.0-dev libtss2-esys-3.0.2-0 libtss2-rc0 libtss2-tcti-swtpm0 man-db mandoc libqrencode4 nginx-light nodejs podman python3-jsonschema python3-prometheus-client qt6-base-dev socat strace swtpm systemd uidmap zbar-tools zsh
NEEDS_browser-test := $(NEEDS_driving) chromium firefox-esr libnss3-tools zbar-tools
NEEDS_app-test := $(NEEDS_driving) git
NEEDS_c-test := $(NEEDS_build-c) g++ python3 valgrind
NEEDS_conformance-test := $(NEEDS_build-c) $(NEEDS_build-debug) nodejs python3
NEEDS_python-test := mypy openssl python3
NEEDS_wheel := python3-pip python3-setuptools python3-wheel
NEEDS_javascript-test := node-typescript nodejs openssl python3
NEEDS_box := $(NEEDS_driving) $(NEEDS_providers) debian-archive-keyring mmdebstrap
NEEDS_deb-daemon := debhelper dh-python dpkg-dev python3
NEEDS_deb := $(NEEDS_build-c)
NEEDS_lint-deb := lintian
NEEDS_rpm := rpm xz-utils
NEEDS_lint-rpm := rpmlint
NEEDS_fuzz := $(NEEDS_build) python3
NEEDS_instructions := python3 util-linux valgrind
NEEDS_graph := graphviz python3
# What the daemon is measured beside.
NEEDS_bench := $(NEEDS_driving) oidc-agent-cli redis-server systemd
NEEDS_web-latency := $(NEEDS_driving) chromium firefox-esr socat
NEEDS_bench-libraries := $(NEEDS_build-c) nodejs python3
# All that its parts need, so that it is installed at once.
NEEDS_test := $(sort $(foreach part,build-debug unit-test end-to-end-test app-test browser-test c-test javascript-test python-test \
	conformance-test box deb-daemon fuzz instructions,$(NEEDS_$(part))))

# What installs them. A package build, which states its own needs, sets it to nothing that does anything.
NEED := Packaging/need
NEEDING := $(patsubst NEEDS_%,needs-%,$(filter NEEDS_%,$(.VARIABLES)))

BIN := .build/release
DEBUG_BIN := .build/debug
AUTHORITY := local
STATIC := .build/static

# The Swift runtime and libstdc++ are linked in: a device has neither. lld, identical code folding and packed
# relocations take a third off the start-up time; symbols that nobody exports can be left out. Where it was built is not
# in it, nor a hash of that, by which debugging information would name C's modules, and no library is looked for beside
# the program. Overlapping accesses are looked for in debug builds, which is what is tested: to look for them all the
# time would be a quarter of the instructions of a request.
PREFIX_MAP := $(CURDIR)=.
RELEASE_FLAGS := -c release --static-swift-stdlib --disable-local-rpath -Xswiftc -use-ld=lld \
	-Xlinker -L$(CURDIR)/$(STATIC) \
	-Xlinker --icf=all -Xlinker --no-export-dynamic -Xlinker -z -Xlinker pack-relative-relocs \
	-Xswiftc -Xclang-linker -Xswiftc -static-libgcc -Xswiftc -enforce-exclusivity=unchecked \
	-Xcc -ffile-prefix-map=$(PREFIX_MAP) -Xcxx -ffile-prefix-map=$(PREFIX_MAP) \
	-Xswiftc -file-prefix-map -Xswiftc $(PREFIX_MAP) -Xswiftc -Xfrontend -Xswiftc -no-clang-module-breadcrumbs

# In the box of Debian's Swift, `make build-arm64` says for which Debian: its libraries and headers are in SYSROOT, where
# the Swift SDK of Packaging/cross looks for them.
CROSS :=
SYSROOT := $(if $(CROSS),/srv/sysroot)
ifdef CROSS
# What the release of Debian lacks for the Swift runtime.
COMPATIBILITY := $(if $(wildcard Packaging/cross/$(CROSS).cc),$(STATIC)/$(CROSS).o)
RELEASE_FLAGS += --swift-sdks-path Packaging/cross --swift-sdk debian-arm64 \
	--pkg-config-path $(SYSROOT)/usr/lib/aarch64-linux-gnu/pkgconfig $(COMPATIBILITY:%=-Xlinker $(CURDIR)/%)

$(STATIC)/%.o: Packaging/cross/%.cc
	@mkdir -p $(STATIC)
	clang++ --target=aarch64-unknown-linux-gnu --sysroot=$(SYSROOT) -O2 -fPIC -c -o $@ $<
endif

# $(call release-build,PRODUCT): what is bound at the start is read-only from then on. sessionctl, which lives for two
# milliseconds, would spend a twentieth of them on that.
release-build = swift build $(RELEASE_FLAGS) -Xlinker -z -Xlinker $(if $(filter sessionctl,$(1)),lazy,now) --product $(1)

# What is installed: built programs that are typed, and scripts that only units run.
PROGRAMS := sessiond sessionctl
HELPERS := Packaging/sessiond-key
# What browsers start; sources of an earlier version have none.
WEB_HOST := $(if $(wildcard Web),sessiond-web-host)

include Packaging/install.mk
include Packaging/debian.mk

.PHONY: help
help: ## Shows the targets.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: $(NEEDING)
$(NEEDING): needs-%:
	@$(NEED) $(NEEDS_$*)

IS_ROOT := $(filter 0,$(shell id -u))
COMMA := ,
# How many parts of `make test` run side by side.
AT_ONCE := 3
PARTS_LOGS := .run/parts

# A folder with nothing but the archive in it is what makes the linker take it.
$(STATIC)/libstdc++.a: | needs-build
	@mkdir -p $(STATIC) && ln -sf "$(or $(wildcard $(SYSROOT)/usr/lib/gcc/aarch64-linux-gnu/*/libstdc++.a),$$(g++ -print-file-name=libstdc++.a))" $@

.PHONY: build
build: $(STATIC)/libstdc++.a $(COMPATIBILITY) ## Builds the release: daemon and command line in .build/release.
	@$(foreach product,$(PROGRAMS) $(WEB_HOST),$(call release-build,$(product));)
	@SYSROOT=$(SYSROOT) Packaging/built-from >$(BIN)/built-from
	@# What those Swift packages ask to have passed on; a source package has them beside its sources.
	@cat $(or $(wildcard swift-*/NOTICE.txt),.build/checkouts/*/NOTICE.txt) >$(BIN)/NOTICE

.PHONY: build-emulators
build-emulators: needs-build-emulators $(STATIC)/libstdc++.a ## Builds the release of the emulators of authorities.
	@$(foreach product,$(EMULATORS),$(call release-build,$(product));)

.PHONY: run-emulator
run-emulator: needs-run-emulator
	swift build --product $(AUTHORITY)-emulator

.PHONY: debug-emulators
debug-emulators: needs-build-debug
	$(foreach product,$(EMULATORS),swift build --product $(product);)

.PHONY: run
run: needs-run build $(if $(filter openid synerise,$(AUTHORITY)),run-emulator) ## Walks through the life of a session under systemd-socket-activate.
	@BIN="$(CURDIR)/$(BIN)" EMULATORS="$(CURDIR)/$(DEBUG_BIN)" AUTHORITY="$(AUTHORITY)" Packaging/walk

# The library for programs in C: Libraries/c.
C_LIBRARY = $(MAKE) -C Libraries/c BUILD="$(CURDIR)/.build/c" VERSION="$(VERSION)"

.PHONY: build-c
build-c: needs-build-c ## Builds libsessiond, the library for programs in C, in .build/c.
	$(C_LIBRARY) all drivers

.PHONY: c-test
c-test: needs-c-test ## The library for programs in C: what it exports, how it compiles, what it leaves in memory.
	$(C_LIBRARY) check

.PHONY: c-fuzz
c-fuzz: needs-build-c ## Feeds random bytes to what reads the daemon's lines in C: SECONDS=60. Needs clang, as Swift has it.
	$(C_LIBRARY) fuzz SECONDS=$(SECONDS)

.PHONY: lint
lint: ## Checks the format of the sources, and that every mutant still fits them.
	swift format lint --strict --recursive Bench Examples Fuzz Sources Tests Tools Package.swift
	python3 Tests/Mutants/mutants.py --check

# These keep the processors busy; beside them, tests that wait for sockets would wait too long.
COMPUTING_TESTS := SessionMachineTests|SealedStoreTests|SessionProtocolTests|SessionConfigurationTests|ArchitectureTests|ManualTests

.PHONY: build-debug
build-debug: needs-build-debug
	swift build

.PHONY: build-tests
build-tests: needs-build-debug
	swift build --build-tests

# $(call built,TARGET…): whatever tests builds what it tests, but for BUILT=1: that takes what is there.
built = $(if $(BUILT),,$(1))

# $(call swift-test,FOLDER): what was built there, by itself: `swift test` would wait for as long as anything else is built.
# A test that hangs is named and ended.
swift-test = NO_COLOR=1 python3 Tests/Support/unhung.py $(1)/sessiondPackageTests.xctest --testing-library swift-testing
# All at once, a test would wait for its turn while the deadlines of its calls run. Swift 6.2 knows one by one.
WIDTH := --experimental-maximum-parallelization-width
AT_A_TIME = $(if $(shell swift test --help-hidden | grep -e $(WIDTH)),$(WIDTH) 8,--no-parallel)

.PHONY: unit-test
unit-test: needs-unit-test $(call built,build-tests) ## Builds for debugging and runs the unit tests.
	$(call swift-test,$(DEBUG_BIN)) $(AT_A_TIME) --filter '$(COMPUTING_TESTS)'
	$(call swift-test,$(DEBUG_BIN)) $(AT_A_TIME) --skip '$(COMPUTING_TESTS)'

.PHONY: end-to-end-test
end-to-end-test: needs-end-to-end-test $(call built,build-debug) ## Drives the real binaries from outside, in Python and shell.
	SESSIOND_BIN_DIR="$(CURDIR)/$(DEBUG_BIN)" python3 Tests/EndToEnd/run.py

# Those that anybody can run: without other users, mounts, namespaces, and looks into the daemon's process.
UNPRIVILEGED_TESTS := $(addprefix test_,bad_input changes completions crash earlier_state emulator examples exec install \
	json make manual metrics older_state openid_binding openid_discovery openid_grant openid_life openid_sign_in prompt providers readme \
	schema session synerise_bounds synerise_crash synerise_pauses synerise_races synerise_walk watch_load wire)

.PHONY: unprivileged-test
unprivileged-test: needs-end-to-end-test $(call built,build-debug) ## Those end-to-end tests that need no root.
	SESSIOND_BIN_DIR="$(CURDIR)/$(DEBUG_BIN)" python3 Tests/EndToEnd/run.py $(UNPRIVILEGED_TESTS)

.PHONY: browser-test
browser-test: needs-browser-test $(call built,build-debug) ## Web pages in headless Chromium and Firefox, with extension, host and daemon.
	SESSIOND_BIN_DIR="$(CURDIR)/$(DEBUG_BIN)" python3 Tests/Browsers/run.py

.PHONY: app-test
app-test: needs-app-test $(call built,build-debug) ## Builds apps with the library alone: the example, and the tutorial from a fresh clone.
	SESSIOND_BIN_DIR="$(CURDIR)/$(DEBUG_BIN)" python3 Tests/Apps/run.py

.PHONY: javascript-test
javascript-test: needs-javascript-test $(call built,build-debug) ## The library for Node, at the real daemon, with its types; what reads lines is fuzzed.
	cd Libraries/javascript && SESSIOND_BIN_DIR="$(CURDIR)/$(DEBUG_BIN)" timeout 300 node --test test/*.test.js

.PHONY: python-test
python-test: needs-python-test $(call built,build-debug) ## The package for Python, at the real daemon, with its types; what reads lines is fuzzed.
	SESSIOND_BIN_DIR="$(CURDIR)/$(DEBUG_BIN)" python3 Libraries/python/tests/run.py

.PHONY: wheel
wheel: needs-wheel ## Builds the package for Python into .build/wheel.
	@rm -rf .build/wheel && mkdir -p .build/wheel/source && cp -r Libraries/python/README.md Libraries/python/pyproject.toml \
	    Libraries/python/src .build/wheel/source
	python3 -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir .build/wheel .build/wheel/source

.PHONY: conformance-test
conformance-test: needs-conformance-test build-c $(call built,build-debug) ## The libraries of all languages in the same situations: LANGUAGES= for some.
	SESSIOND_BIN_DIR="$(CURDIR)/$(DEBUG_BIN)" python3 Tests/Conformance/run.py $(LANGUAGES)

# The app that some of the tests have use the daemon.
.PHONY: build-probe
build-probe: $(STATIC)/libstdc++.a
	$(call release-build,session-probe)

# What is installed in a box and thrown away need not be small; xz(1) would take as long as compiling the daemon.
build-device system-test upgrade-test browser-system-test image-test restart-test journal-test: export DPKG_DEB_COMPRESSOR_TYPE = gzip

RUN_SYSTEM_TESTS = SESSIOND_PACKAGES="$(call built-packages,$(DEB))" python3 Tests/System/run.py

.PHONY: system-test
system-test: needs-box $(call built,deb-daemon build-probe debug-emulators) ## Boots a systemd in a box, installs the package there and tests it as a service.
	$(RUN_SYSTEM_TESTS)

.PHONY: newer-system-test
newer-system-test: export SUITE = trixie
newer-system-test: system-test ## The same under the systemd of Debian 13, with the drop-ins that it knows.

.PHONY: browser-system-test
browser-system-test: needs-box $(call built,deb-daemon) ## Pages in Chromium and Firefox of a box where the packages are installed; the first time makes its Debian, of 1.2 GB.
	SESSIOND_PACKAGES="$(call built-packages,$(DEB),sessiond-web)" python3 Tests/Browsers/Installed/run.py

UPDATES := 50
ROLLBACKS := 10
CLONES := 10

.PHONY: restart-test
restart-test: needs-box deb-daemon build-probe ## 200 restarts in the box with apps that go on asking, and 200 with apps that change things.
	RESTARTS=200 $(RUN_SYSTEM_TESTS) test_restarts

.PHONY: journal-test
journal-test: needs-box deb-daemon ## A minute in the box with journald stopped and callers that want everything logged.
	JOURNAL_STOPPED_SECONDS=60 $(RUN_SYSTEM_TESTS) test_journal

.PHONY: image-test
image-test: needs-box $(call built,deb-daemon debug-emulators) ## 50 updates and as many rollbacks of an image with somebody signed in, at each authority, 10 of the state, and ten clones: UPDATES=, ROLLBACKS=, CLONES=.
	UPDATES=$(UPDATES) ROLLBACKS=$(ROLLBACKS) CLONES=$(CLONES) $(RUN_SYSTEM_TESTS) test_image

.PHONY: box
box: needs-box ## Makes the small Debian that boxes are booted from, where it is not there yet.
	python3 Tests/System/run.py --make-tree

.PHONY: providers
providers: needs-providers ## Fetches the real OpenID providers that tests start, where they are not there yet.
	python3 Tests/EndToEnd/providers/kept.py

REBOOTS := 200

.PHONY: reboot-test
reboot-test: needs-box ## 200 reboots of a box in a row under callers who enter it all the time, on busy processors: REBOOTS=.
	REBOOTS=$(REBOOTS) python3 Tests/System/run.py test_box

# What the tests of a device and the counts take of the release.
.PHONY: build-device
build-device: deb-daemon build-probe build-client-bench

# Each with those that it comes after. What fails most often and takes least is first; of those that can begin, builds are
# before tests that wait for them, and one that computes runs beside one that waits. SwiftPM builds one thing at a time.
PARTS := lint $(if $(IS_ROOT),box:lint) providers:lint build-c:lint build-tests:lint unit-test:build-tests \
	build-device:build-tests $(if $(IS_ROOT),end-to-end-test,unprivileged-test):build-tests,providers,build-c \
	$(if $(IS_ROOT),system-test:build-device$(COMMA)box$(COMMA)providers) fuzz:build-tests \
	app-test:build-tests browser-test:build-tests javascript-test:build-tests python-test:build-tests \
	conformance-test:build-tests,build-c c-test:build-c instructions:build-device
# What is left out where somebody else than root runs them, who cannot install anything either.
FOR_ROOT := end-to-end-test system-test

.PHONY: test
test: $(if $(IS_ROOT),needs-test) ## Everything that CI runs, side by side, or what can run without root; the output of each part is kept in .run/parts.
	@MAKE="$(MAKE)" python3 Tests/Support/parts.py --at-once $(AT_ONCE) --logs $(PARTS_LOGS) \
	    $(if $(IS_ROOT),,--as-installed $(FOR_ROOT:%=--for-root %)) BUILT=1 SECONDS=5 $(PARTS)

# Rounds by the hundred are one test.
crash-test changes-test watch-test synerise-crash-test openid-crash-test restart-test reboot-test journal-test: \
	export TEST_SECONDS = 7200

# What arrives from outside: Fuzz/README.md.
SECONDS := 60

.PHONY: fuzz-dependencies
fuzz-dependencies: needs-fuzz
	$(call built,swift build --target SessionAuthorities)

.PHONY: fuzz
fuzz: fuzz-dependencies ## Feeds random bytes to what reads them: SECONDS=60 for each of TARGET= (default: all).
	Fuzz/build .build/fuzz
	python3 Fuzz/fuzz.py run --seconds $(SECONDS) $(TARGET)

.PHONY: fuzz-coverage
fuzz-coverage: fuzz-dependencies ## How many lines of each parser the fuzzers' corpus reaches; fails below 90 %.
	python3 Fuzz/fuzz.py coverage

.PHONY: fuzz-planted
fuzz-planted: fuzz-dependencies ## Removes bounds checks from a copy and waits for the fuzzers to notice, 5 minutes at most.
	python3 Fuzz/fuzz.py planted

# Parts of names, one word each: Tests/Mutants/README.md.
MUTANTS :=

.PHONY: mutants
mutants: needs-build-debug needs-unit-test needs-end-to-end-test ## Breaks the code in a copy, one fault after the other, and fails unless tests notice 95 %: MUTANTS=NAME.
	python3 Tests/Mutants/mutants.py $(MUTANTS)

.PHONY: crash-test
crash-test: needs-driving $(call built,build-debug) ## 1,000 cycles of a change with kill -9 at a random instant.
	SESSIOND_BIN_DIR="$(CURDIR)/$(DEBUG_BIN)" CRASH_CYCLES=1000 python3 Tests/EndToEnd/run.py test_crash

.PHONY: changes-test
changes-test: needs-driving $(call built,build-debug) ## 100 cycles of changes with kill -9 under an app that follows the session.
	SESSIOND_BIN_DIR="$(CURDIR)/$(DEBUG_BIN)" CRASH_CYCLES=100 python3 Tests/EndToEnd/run.py test_changes

.PHONY: watch-test
watch-test: needs-driving $(call built,build-debug) ## 500 watchers and 2,000 changes, 50 a second, and one watcher that does not read.
	SESSIOND_BIN_DIR="$(CURDIR)/$(DEBUG_BIN)" WATCHERS=500 CHANGES=2000 python3 Tests/EndToEnd/run.py test_watch_load

.PHONY: event-latency
event-latency: needs-driving build build-probe ## How long after a sign-in was answered another app hears of it, beside a bare socket; at most 10 ms.
	SESSIOND_BIN_DIR="$(CURDIR)/$(BIN)" ROUNDS=1000 python3 Tests/EndToEnd/bench_events.py

.PHONY: synerise-crash-test
synerise-crash-test: needs-driving $(call built,build-debug) ## 200 cycles of a refresh with kill -9 around its answer.
	SESSIOND_BIN_DIR="$(CURDIR)/$(DEBUG_BIN)" CRASH_CYCLES=200 python3 Tests/EndToEnd/run.py test_synerise_crash

.PHONY: openid-crash-test
openid-crash-test: needs-end-to-end-test $(call built,build-debug) ## 1,000 renewals of a grant at each provider, 50 of them cut off by kill -9, 250 sign-ins, and 200 beside a sign-out.
	CRASH_CYCLES=1000 CRASH_EVERY=20 RACE_ROUNDS=200 SESSIOND_BIN_DIR="$(CURDIR)/$(DEBUG_BIN)" python3 Tests/EndToEnd/run.py test_openid_crash test_openid_races

.PHONY: exhaustive-test
exhaustive-test: needs-unit-test $(call built,build-tests) ## Every order of what can happen to a session, one step longer.
	EXHAUSTIVE_LENGTH=6 TEST_SECONDS=3600 $(call swift-test,$(DEBUG_BIN)) --filter OrderTests

# The daemon, what it is measured with, and what it is measured beside.
.PHONY: build-bench
build-bench: $(STATIC)/libstdc++.a
	$(foreach product,$(PROGRAMS) session-bench bare-server,$(call release-build,$(product));)

.PHONY: attack
attack: needs-driving build-bench ## 1,000 connections of one user doing their worst, beside a bare epoll server.
	SESSIOND_BIN_DIR="$(CURDIR)/$(BIN)" python3 Tests/EndToEnd/attack.py

# End-to-end tests that drive most of the code and wait for nothing but the daemon.
SANITIZED_TESTS := test_access test_activation test_bad_input test_durability test_json test_limits test_reload test_session \
	test_synerise_binding test_synerise_races test_synerise_walk test_wire

# $(call sanitized-test,SANITIZER,VARIABLE): what a sanitizer reports of any process, also of one that is killed, is a file.
# Leaks are not looked for: that takes ptrace(2), which the daemon forbids. Unit tests run one at a time: all of it is
# many times slower, and the deadlines of the client are what they are.
define sanitized-test
	@rm -rf .run/$@ && mkdir -p .run/$@ && chmod 1777 .run/$@
	swift build --build-tests --sanitize=$(1) --scratch-path .build/$@
	export $(2)="log_path=$(CURDIR)/.run/$@/report detect_leaks=0" TEST_SECONDS=3600; \
	for filter in --filter --skip; do \
	    $(call swift-test,.build/$@/debug) --no-parallel $$filter '$(COMPUTING_TESTS)'; \
	done; \
	SESSIOND_BIN_DIR="$(CURDIR)/.build/$@/debug" python3 Tests/EndToEnd/run.py $(SANITIZED_TESTS)
	@cat .run/$@/* 2>/dev/null && exit 1 || echo "nothing was reported"
endef

.PHONY: test-tsan
test-tsan: needs-build-debug needs-unit-test needs-end-to-end-test ## Runs unit tests and end-to-end tests under ThreadSanitizer.
	$(call sanitized-test,thread,TSAN_OPTIONS)

.PHONY: test-asan
test-asan: needs-build-debug needs-unit-test needs-end-to-end-test ## The same under AddressSanitizer.
	$(call sanitized-test,address,ASAN_OPTIONS)

.PHONY: bench
bench: needs-bench build-bench build-emulators ## Measures the daemon beside a bare epoll server, redis and oidc-agent: Bench/README.md.
	SESSIOND_BIN_DIR="$(CURDIR)/$(BIN)" python3 Bench/bench.py $(BENCH_FLAGS)

# How the libraries are measured: Python's and Node's drivers are scripts.
.PHONY: build-client-bench
build-client-bench: $(STATIC)/libstdc++.a
	$(call release-build,client-bench)

.PHONY: bench-libraries
bench-libraries: needs-bench-libraries $(call built,build build-client-bench) ## The libraries of all languages side by side, beside a client that parses nothing: Bench/README.md.
	$(C_LIBRARY) all bench
	SESSIOND_BIN_DIR="$(CURDIR)/$(BIN)" python3 Bench/libraries.py $(BENCH_FLAGS)

COUNT_INSTRUCTIONS = SESSIOND_BIN_DIR="$(CURDIR)/$(BIN)" python3 Bench/instructions.py

.PHONY: instructions
instructions: needs-instructions $(call built,build build-client-bench) ## Counts the instructions of a request, a change, `sessionctl token` and a call in Swift and Python; fails beside those recorded.
	$(COUNT_INSTRUCTIONS)

.PHONY: record-instructions
record-instructions: needs-instructions build build-client-bench ## Records them.
	$(COUNT_INSTRUCTIONS) --record

.PHONY: web-latency
web-latency: needs-web-latency build ## From the daemon's event to a page's callback, beside bare native messaging in the same browser: Bench/README.md.
	SESSIOND_BIN_DIR="$(CURDIR)/$(BIN)" python3 Bench/web/web.py $(BENCH_FLAGS)

.PHONY: fleet-simulation
fleet-simulation: $(STATIC)/libstdc++.a ## A day of 1,000,000 devices at their authority, and one of 20,000 with tokens of five minutes; draws .run/fleet*.svg.
	@mkdir -p .run
	$(call release-build,fleet-simulation)
	$(BIN)/fleet-simulation --plot .run/fleet.svg
	$(BIN)/fleet-simulation --tokens granted --devices 20000 --plot .run/fleet-granted.svg

.PHONY: graph
graph: needs-graph ## Draws which module knows which: docs/modules.svg.
	python3 Tests/Support/graph.py >.build/modules.dot
	dot -Tsvg .build/modules.dot >docs/modules.svg

DOCS := .build/docs

.PHONY: docs
docs: needs-build-debug ## Renders the library's documentation and its tutorial into .build/docs, by the docc of the toolchain.
	@command -v docc >/dev/null || { echo "there is no docc: it comes with Swift's toolchain, beside swift" >&2; exit 1; }
	$(if $(BUILT),,swift build --target SessionClient)
	@rm -rf $(DOCS) && mkdir -p $(DOCS)/symbols
	swift symbolgraph-extract -module-name SessionClient -minimum-access-level public \
	    -target $$(uname -m)-unknown-linux-gnu -I $(DEBUG_BIN)/Modules \
	    -Xcc -fmodule-map-file=$(DEBUG_BIN)/CSessiondLinux.build/module.modulemap -output-dir $(DOCS)/symbols
	docc convert Sources/Apps/SessionClient/SessionClient.docc --additional-symbol-graph-dir $(DOCS)/symbols \
	    --output-path $(DOCS)/html --transform-for-static-hosting --warnings-as-errors \
	    --fallback-bundle-identifier sessiond.SessionClient --fallback-display-name SessionClient
	@echo "python3 -m http.server -d $(DOCS)/html shows it: http://localhost:8000/tutorials/sessionclient"

include Packaging/cross.mk
include Packaging/rpm.mk

.PHONY: clean
clean: ## Removes what was built and run.
	rm -rf .build .build-* .run
