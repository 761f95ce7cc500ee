# SPDX-License-Identifier: Apache-2.0
#
# The Debian packages, from the sources as they are in the folder, committed or not. They come out in .build/deb.

DEB := .build/deb
# Packages of debugging symbols take longer than all the rest; DEB_BUILD_OPTIONS= makes them.
export DEB_BUILD_OPTIONS ?= noautodbgsym

# Sources of an earlier version have it one folder higher.
VERSION := $(shell sed -n 's/.*version = "\(.*\)"/\1/p' \
	$(firstword $(wildcard Sources/Session/SessionProtocol/Product.swift Sources/SessionProtocol/Product.swift)))
DEB_SOURCE := $(DEB)/sessiond-$(VERSION)

# $(call built-packages,FOLDER[,FURTHER…]): what is installed on a device, among what was built there.
built-packages = $$(echo $(patsubst %,$(CURDIR)/$(1)/%_*.deb,sessiond $(2)))

# The files of the project: what git would commit, or, in an unpacked archive, all but what was built.
SOURCE_FILES = if [ -e .git ]; then git ls-files -z --cached --others --exclude-standard --deduplicate; \
	else find . \( -name '.build*' -o -name .box -o -name .providers -o -name .run \) -prune -o \( -type f -o -type l \) -printf '%P\0'; fi

.PHONY: deb-tree
deb-tree:
	@rm -rf $(DEB) && mkdir -p $(DEB_SOURCE)
	@$(SOURCE_FILES) | while read -rd '' file; do [ ! -e "$$file" ] || printf '%s\0' "$$file"; done | \
	    tar -cf - --null --files-from=- | tar -C $(DEB_SOURCE) -xf -
	@cp -r Packaging/debian $(DEB_SOURCE)/debian

# With the release binaries of this folder, instead of building them once more: Debian's Swift need not be there.
BUILD_DEB = cd $(DEB_SOURCE) && SESSIOND_BIN="$(CURDIR)/$(BIN)" dpkg-buildpackage --build=binary --no-sign \
	--no-check-builddeps

.PHONY: deb
deb: needs-deb needs-deb-daemon build build-emulators deb-tree ## Builds the Debian packages into .build/deb.
	$(BUILD_DEB)

.PHONY: deb-daemon
deb-daemon: needs-deb-daemon build deb-tree ## The same, but the package for developers, whose emulators take a while.
	$(BUILD_DEB) --build-profiles=pkg.sessiond.nodev

.PHONY: deb-source
deb-source: needs-deb-daemon deb-tree ## Makes the Debian source package; dpkg-buildpackage in it builds everything, without a network.
	swift package resolve
	Packaging/source-package $(DEB_SOURCE)

# A commit to upgrade from; it is built with the packaging of this folder. Nothing older can read a sealed state again.
FROM := 10493d9
EARLIER := .build/upgrade-from
EARLIER_TREE := $(EARLIER)/tree

.PHONY: earlier-deb
earlier-deb: needs-deb-daemon needs-build
	@mkdir -p $(EARLIER_TREE)
	@git archive $(FROM) | tar -C $(EARLIER_TREE) -xf -
	@cp -r Makefile Packaging $(EARLIER_TREE)
	@sed -i '1s/(\(.*\)-1)/(\1~$(FROM)-1)/' $(EARLIER_TREE)/Packaging/debian/changelog
	$(MAKE) -C $(EARLIER_TREE) deb-daemon NEED=: COMMIT=$(FROM)

.PHONY: upgrade-test
upgrade-test: needs-box deb-daemon earlier-deb ## Upgrades from the package of an earlier commit: FROM=.
	SESSIOND_PACKAGES="$(call built-packages,$(DEB))" \
	SESSIOND_PREVIOUS_PACKAGE="$(call built-packages,$(EARLIER_TREE)/$(DEB))" \
	    python3 Tests/System/run.py test_package

.PHONY: lint-deb
lint-deb: needs-lint-deb deb-source deb ## Has lintian look at the packages: no errors and no warnings.
	lintian --fail-on error,warning --pedantic --info $(DEB)/*.dsc $(DEB)/*.changes
