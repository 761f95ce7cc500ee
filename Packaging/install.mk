# SPDX-License-Identifier: Apache-2.0
#
# make install [DESTDIR=…] [prefix=/usr/local]: installs what `make build` has built, and builds nothing itself, so that
# it can run as root. Files are found by their names: a new unit or manual page needs no line here.

DESTDIR :=
prefix := /usr/local
bindir = $(prefix)/bin
# Programs that units run and nobody types, and the configuration that the daemon falls back to.
libdir = $(prefix)/lib/sessiond
# Where the linker looks for libraries; a distribution has a folder for each architecture.
C_LIBDIR = $(prefix)/lib
unitdir = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
catalogdir = $(prefix)/lib/systemd/catalog
presetdir = $(prefix)/lib/systemd/system-preset
mandir = $(prefix)/share/man
docdir = $(prefix)/share/doc/sessiond
devdocdir = $(prefix)/share/doc/sessiond-dev
# What programs read that make or check clients.
protocoldir = $(prefix)/share/sessiond/protocol
# Where web browsers look for what talks to their extensions, and for the extension.
libexecdir = $(prefix)/libexec
chromiumhostdir = /etc/chromium/native-messaging-hosts
chromiumextensiondir = $(prefix)/share/chromium/extensions/sessiond
firefoxhostdir = $(prefix)/lib/mozilla/native-messaging-hosts
firefoxextensiondir = $(prefix)/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/web@sessiond
webdocdir = $(prefix)/share/doc/sessiond-web
pythondir = $(prefix)/lib/python3/dist-packages
nodedir = $(prefix)/share/nodejs
bashcompletiondir = $(prefix)/share/bash-completion/completions
zshcompletiondir = $(prefix)/share/zsh/site-functions
fishcompletiondir = $(prefix)/share/fish/vendor_completions.d

UNIT_TYPES := service socket target timer path
UNITS := $(foreach type,$(UNIT_TYPES),$(wildcard systemd/*.$(type)))
# UNIT.d/10-systemd-VERSION.conf has lines that an earlier version would warn about: those are installed that the systemd of
# this machine knows (or another, SYSTEMD_VERSION=257), and all of them as examples, for a system that is upgraded later.
# systemd reads drop-ins by their names: an administrator's override.conf comes after these.
DROP_INS := $(wildcard systemd/*.d/*.conf)
SYSTEMD_VERSION = $(firstword $(shell { pkg-config --modversion libsystemd || systemctl --version; } 2>/dev/null | \
	grep -o '[0-9]*' || echo 249))
KNOWN_DROP_INS = $(foreach file,$(DROP_INS),$(shell \
	[ $(patsubst 10-systemd-%.conf,%,$(notdir $(file))) -gt $(SYSTEMD_VERSION) ] || echo $(file)))
# Of authorities, for who develops an app.
EMULATORS := synerise-emulator openid-emulator
DEV_MANUALS := $(wildcard $(EMULATORS:%=man/%.*))
# Of the libraries, which install their own.
LIBRARY_MANUALS := $(wildcard man/*.3)
WEB_MANUALS := $(wildcard man/sessiond-web.*)
MANUALS := $(filter-out $(DEV_MANUALS) $(LIBRARY_MANUALS) $(WEB_MANUALS),$(wildcard man/*.[1-9]))

# Units name the programs where a distribution has them.
WITH_PREFIX = sed -e 's,/usr/bin/session,$(bindir)/session,g' -e 's,/usr/lib/sessiond/,$(libdir)/,g'

# $(call install-unit,FOLDER): $$unit, with its programs where they are installed.
install-unit = file="$(DESTDIR)$(1)/$${unit\#systemd/}"; $(INSTALL) -d "$${file%/*}"; $(WITH_PREFIX) "$$unit" >"$$file"; \
	chmod 644 "$$file"

INSTALL := install
INSTALL_PROGRAM = $(INSTALL)
INSTALL_DATA := $(INSTALL) -m 644

# $(call install-manuals,FILES): each into the folder of its section.
define install-manuals
	@for manual in $(1); do \
	    $(INSTALL_DATA) -D -t "$(DESTDIR)$(mandir)/man$${manual##*.}" "$$manual"; \
	done
endef

# $(call install-completion,SHELL,FILE): what $$program offers to a shell, which reads it and does not run it.
install-completion = $(INSTALL_DATA) -D /dev/null "$(DESTDIR)$(2)" && \
	"$(BIN)/$$program" --generate-completion-script $(1) | sed '1{/^\#!/d}' >"$(DESTDIR)$(2)"

.PHONY: install
install: ## Installs the built programs, units, manual and completions: DESTDIR=, prefix=/usr/local.
	@for program in $(PROGRAMS); do \
	    [ -x "$(BIN)/$$program" ] || { echo "there is no $(BIN)/$$program: run 'make build' first" >&2; exit 1; }; \
	    $(INSTALL_PROGRAM) -D -t "$(DESTDIR)$(bindir)" "$(BIN)/$$program"; \
	    $(call install-completion,bash,$(bashcompletiondir)/$$program); \
	    $(call install-completion,zsh,$(zshcompletiondir)/_$$program); \
	    $(call install-completion,fish,$(fishcompletiondir)/$$program.fish); \
	done
	$(INSTALL) -D -t "$(DESTDIR)$(libdir)" $(HELPERS)
	$(INSTALL_DATA) -D -t "$(DESTDIR)$(libdir)" Packaging/sessiond.conf
	@for unit in $(UNITS) $(KNOWN_DROP_INS); do $(call install-unit,$(unitdir)); done
	@for unit in $(DROP_INS); do $(call install-unit,$(docdir)/examples); done
	$(INSTALL_DATA) -D systemd/sessiond.sysusers.conf "$(DESTDIR)$(sysusersdir)/sessiond.conf"
	@for preset in $(wildcard systemd/*.preset); do $(INSTALL_DATA) -D -t "$(DESTDIR)$(presetdir)" "$$preset"; done
	@for catalog in $(wildcard systemd/*.catalog); do $(INSTALL_DATA) -D -t "$(DESTDIR)$(catalogdir)" "$$catalog"; done
	$(call install-manuals,$(MANUALS))
	$(INSTALL_DATA) -D -t "$(DESTDIR)$(docdir)" README.md "$(BIN)/built-from" "$(BIN)/NOTICE"
	$(INSTALL_DATA) -D -t "$(DESTDIR)$(docdir)/examples/monitoring" Packaging/monitoring/*

.PHONY: install-strip
install-strip: INSTALL_PROGRAM = $(INSTALL) -s
install-strip: install ## The same without symbols, half as large.

.PHONY: install-c
install-c: ## Installs the library for programs in C, libsessiond: DESTDIR=, prefix=/usr/local, C_LIBDIR=.
	$(C_LIBRARY) install DESTDIR="$(DESTDIR)" prefix="$(prefix)" libdir="$(C_LIBDIR)" mandir="$(mandir)"

# $(call install-host,FOLDER,MEMBER,EXTENSION): says to a browser where the host is, and whose it is.
install-host = sed -e 's,/usr/libexec/,$(libexecdir)/,' -e 's,"stdio",&\,\n  "$(2)": ["$(3)"],' Web/sessiond_web.json | \
	$(INSTALL_DATA) -D /dev/stdin "$(DESTDIR)$(1)/sessiond_web.json"

.PHONY: install-web
install-web: ## Installs what web pages need besides: the host, the extension of Chromium and Firefox, and examples.
	$(INSTALL_PROGRAM) -D -t "$(DESTDIR)$(libexecdir)" "$(BIN)/$(WEB_HOST)"
	@$(call install-host,$(chromiumhostdir),allowed_origins,chrome-extension://jcdbopldfphkmboikdadmopeijdapehc/)
	@$(call install-host,$(firefoxhostdir),allowed_extensions,web@sessiond)
	@for folder in "$(chromiumextensiondir)" "$(firefoxextensiondir)"; do \
	    $(INSTALL_DATA) -D -t "$(DESTDIR)$$folder" Web/extension/*; \
	done
	$(call install-manuals,$(WEB_MANUALS))
	$(INSTALL_DATA) -D -t "$(DESTDIR)$(webdocdir)" Web/sessiond.d.ts
	$(INSTALL_DATA) -D -t "$(DESTDIR)$(webdocdir)/examples/till" Examples/web/*
	$(INSTALL_DATA) -D -t "$(DESTDIR)$(webdocdir)/examples/policies" Packaging/web/*

.PHONY: install-dev
install-dev: ## Installs what app developers need besides: the emulators of authorities, and examples.
	$(INSTALL_PROGRAM) -D -t "$(DESTDIR)$(bindir)" $(EMULATORS:%="$(BIN)/%")
	$(call install-manuals,$(DEV_MANUALS))
	$(INSTALL_DATA) -D -t "$(DESTDIR)$(protocoldir)" Protocol/*.json
	@for language in python node c glib qt shell; do \
	    $(INSTALL_DATA) -D -t "$(DESTDIR)$(devdocdir)/examples/$$language" Examples/$$language/*.*; \
	done
	$(INSTALL_DATA) -D -t "$(DESTDIR)$(devdocdir)" "$(BIN)/NOTICE"
	$(INSTALL_DATA) -D -t "$(DESTDIR)$(devdocdir)/examples" Examples/README.md
	$(INSTALL_DATA) -D -t "$(DESTDIR)$(devdocdir)/examples/protocol" Tests/SessionProtocolTests/Golden/*.json

# As Debian has packages for Python; elsewhere `make wheel` is what pip(1) installs.
.PHONY: install-python
install-python: ## Installs the package for Python, as Debian's are.
	$(INSTALL_DATA) -D -t "$(DESTDIR)$(pythondir)/sessiond" Libraries/python/src/sessiond/*.py Libraries/python/src/sessiond/py.typed
	printf 'Metadata-Version: 2.1\nName: sessiond\nVersion: %s\n' "$(VERSION)" | \
	    $(INSTALL_DATA) -D /dev/stdin "$(DESTDIR)$(pythondir)/sessiond-$(VERSION).egg-info"

# As Debian has packages for Node; elsewhere `npm pack` in the folder makes what npm(1) installs.
.PHONY: install-javascript
install-javascript: ## Installs the package for Node, as Debian's are.
	$(INSTALL_DATA) -D -t "$(DESTDIR)$(nodedir)/sessiond" Libraries/javascript/*.js Libraries/javascript/*.ts Libraries/javascript/package.json
