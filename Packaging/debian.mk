# SPDX-License-Identifier: Apache-2.0
#
# The Debian packages, from the sources as they are in the folder, committed or not. They come out in .build/deb.

DEB := .build/deb
# Packages of debugging symbols take longer than all the rest; DEB_BUILD_OPTIONS= makes them.
export DEB_BUILD_OPTIONS ?= noautodbgsym

VERSION := $(shell sed -n 's/.*version = "\(.*\)"/\1/p' Sources/SessionProtocol/Product.swift)
DEB_SOURCE := $(DEB)/sessiond-$(VERSION)
DEB_ORIG := $(DEB)/sessiond_$(VERSION).orig.tar.xz

# The files of the project: what git would commit, or, in an unpacked archive, all but what was built.
SOURCE_FILES = if [ -e .git ]; then git ls-files -z --cached --others --exclude-standard --deduplicate; \
	else find . -name '.build*' -prune -o -name .run -prune -o \( -type f -o -type l \) -printf '%P\0'; fi

.PHONY: deb-tree
deb-tree:
	@rm -rf $(DEB) && mkdir -p $(DEB_SOURCE)
	@$(SOURCE_FILES) | while read -rd '' file; do [ ! -e "$$file" ] || printf '%s\0' "$$file"; done | \
	    tar -cf - --null --files-from=- | tar -C $(DEB_SOURCE) -xf -
	@cp -r Packaging/debian $(DEB_SOURCE)/debian

.PHONY: deb
deb: build build-emulator deb-tree ## Builds the Debian packages into .build/deb, with the release binaries of this folder.
	cd $(DEB_SOURCE) && SESSIOND_BIN="$(CURDIR)/$(BIN)" dpkg-buildpackage --build=binary --no-sign
	@ls -l $(DEB)/*.deb

.PHONY: deb-source
deb-source: packages deb-tree ## Makes the Debian source package; dpkg-buildpackage in it builds everything.
	@tar -C $(DEB) --sort=name --owner=0 --group=0 --numeric-owner --exclude=$(notdir $(DEB_SOURCE))/debian \
	    --mtime=@$$(dpkg-parsechangelog -l Packaging/debian/changelog -S Timestamp) \
	    -cJf $(DEB_ORIG) $(notdir $(DEB_SOURCE))
	cd $(DEB) && dpkg-source --build $(notdir $(DEB_SOURCE))

.PHONY: lint-deb
lint-deb: deb ## Has lintian look at the packages: no errors and no warnings.
	lintian --fail-on error,warning --pedantic --info $(DEB)/*.changes
