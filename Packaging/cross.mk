# SPDX-License-Identifier: Apache-2.0
#
# Another toolchain and another architecture: Debian's own Swift, on a Debian that is made in .box, and packages for arm64
# that are cross-built there for Debian 12 or, with SUITE=trixie, Debian 13. All of it needs root, as boxes do.

BOXES := $(or $(SESSIOND_BOX_DIR),.box)
MAKE_BOX := Tests/System/systemd-box create --force
SPACE := $(subst ,, )
# $(call list,WORDS): with commas.
list = $(subst $(SPACE),$(COMMA),$(strip $(1)))

# The release of Debian that has Swift; and qemu-user, newer than Debian 12's.
SWIFT_BOX := $(BOXES)/sid-swift

.PHONY: swift-box
swift-box: needs-box ## Makes the Debian that has Debian's own Swift: 0.9 GB from the network, 3.9 GB in .box.
	@$(MAKE_BOX) --suite=sid --include=$(call list,build-essential ca-certificates git lld qemu-user swiftlang \
	    $(NEEDS_build)) $(SWIFT_BOX)
	@# Debian has the module that joins Testing and Foundation, and not its library, of which no test calls anything.
	@ar rcs $(SWIFT_BOX)/root/usr/libexec/swift/lib/swift/linux/lib_Testing_Foundation.a

TARGETS := build

.PHONY: debian-swift
debian-swift: swift-box ## Builds the release with Debian's own Swift, into .build-debian: TARGETS= for other targets.
	Packaging/in-swift-box .build-debian make $(TARGETS)

REBUILT := .build-debian/rebuilt

.PHONY: rebuild-source
rebuild-source: swift-box deb-source ## Builds the packages from the source package on that Debian, twice, without a network: the same bytes come out.
	@rm -rf $(REBUILT) && mkdir -p $(REBUILT) && cp $(DEB)/*.dsc $(DEB)/*.tar.xz $(REBUILT)
	Packaging/in-swift-box .build-debian bash -euc 'Packaging/need $(NEEDS_deb) $(NEEDS_deb-daemon) $(NEEDS_lint-deb) \
	    $(NEEDS_build-debug) systemd-dev; Packaging/rebuild $(REBUILT:.build-debian/%=.build/%)'

# What is built for: the libraries and headers of arm64 in a tree whose tools are this machine's.
ARM64_SUITE := $(or $(SUITE),bookworm)
ARM64_TREE := $(BOXES)/$(ARM64_SUITE)-arm64/root
ARM64_GCC := $(if $(filter trixie,$(ARM64_SUITE)),14,12)

.PHONY: arm64-tree
arm64-tree: needs-box
	@$(MAKE_BOX) --suite=$(ARM64_SUITE) --architectures=amd64$(COMMA)arm64 --include=$(call list,$(NEEDS_deb-daemon) \
	    binutils-aarch64-linux-gnu pkg-config $(patsubst %,%:arm64,libcrypt-dev libcurl4-openssl-dev \
	    libstdc++-$(ARM64_GCC)-dev libsystemd-dev)) $(BOXES)/$(ARM64_SUITE)-arm64
	@# Absolute links would lead out of it.
	@find $(ARM64_TREE)/usr/lib/aarch64-linux-gnu -lname '/*/aarch64-linux-gnu/*' -printf '%p %l\n' | \
	    while read -r link target; do ln -sf "$${target##*/}" "$$link"; done

.PHONY: arm64-runtime
arm64-runtime: swift-box
	@Packaging/cross/fetch-runtime $(SWIFT_BOX)

ARM64_BUILD := .build-arm64-$(ARM64_SUITE)
ARM64_BIN := $(ARM64_BUILD)/release
ARM64_DEB := $(ARM64_BUILD)/deb
# $(call build-for-arm64,TARGETS): in the box, where the folder is the same and .build another.
build-for-arm64 = SYSROOT="$(ARM64_TREE)" Packaging/in-swift-box $(ARM64_BUILD) make $(1) CROSS=$(ARM64_SUITE) NEED=:

.PHONY: build-arm64
build-arm64: arm64-tree arm64-runtime ## Builds the release for arm64 of Debian 12, or 13 with SUITE=trixie, into .build-arm64-SUITE.
	$(call build-for-arm64,build)

.PHONY: deb-arm64
deb-arm64: needs-box $(call built,build-arm64) ## The same, and its Debian packages.
	@$(MAKE) --no-print-directory deb-tree DEB=$(ARM64_DEB)
	Packaging/cross/with-arm64 --in $(ARM64_TREE) bash -euc 'cd $(ARM64_DEB)/$(notdir $(DEB_SOURCE)) && \
	    SESSIOND_BIN="$(CURDIR)/$(ARM64_BIN)" dpkg-buildpackage --host-arch=arm64 --build=any --no-sign \
	        --no-check-builddeps --build-profiles=cross$(COMMA)pkg.sessiond.nodev'

# A Debian of arm64 alone, as on a device; every program in it runs in qemu-user.
ARM64_DEVICE := $(BOXES)/$(ARM64_SUITE)-arm64-device

.PHONY: arm64-device
arm64-device: arm64-tree swift-box
	@Packaging/cross/with-arm64 $(ARM64_TREE) $(MAKE_BOX) --suite=$(ARM64_SUITE) --architectures=arm64 \
	    --include=libcurl4$(COMMA)openssl $(ARM64_DEVICE)

.PHONY: try-arm64
try-arm64: arm64-device $(call built,deb-arm64) ## Installs the package on a Debian of arm64 alone, in qemu-user, and has somebody sign in there.
	Packaging/cross/with-arm64 --in $(ARM64_DEVICE)/root Packaging/cross/try $(CURDIR)/$(ARM64_DEB)/sessiond_*_arm64.deb

# What is driven there: what ships is for arm64; what stands beside it, emulators and probes, is this machine's.
ARM64_TESTED := $(ARM64_BUILD)/tested

.PHONY: test-arm64
test-arm64: needs-end-to-end-test $(call built,build-debug build-arm64) ## Drives the programs for arm64 from outside, in qemu-user: TESTS= for some modules.
	@rm -rf $(ARM64_TESTED) && mkdir $(ARM64_TESTED)
	@ln -s $(foreach program,$(EMULATORS) session-probe session-bench bare-server,$(CURDIR)/$(DEBUG_BIN)/$(program)) \
	    $(foreach program,$(PROGRAMS) $(WEB_HOST),$(CURDIR)/$(ARM64_BIN)/$(program)) $(ARM64_TESTED)
	LEFT_OUT="$(CURDIR)/Tests/EndToEnd/emulated.txt" SESSIOND_BIN_DIR="$(CURDIR)/$(ARM64_TESTED)" \
	    Packaging/cross/with-arm64 $(ARM64_TREE) python3 Tests/EndToEnd/run.py $(TESTS)
