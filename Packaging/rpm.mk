# SPDX-License-Identifier: Apache-2.0
#
# Packages for systems with rpm, from the sources as they are in the folder, committed or not. They come out in .build/rpm.

RPM := .build/rpm
RPM_SPEC := Packaging/rpm/sessiond.spec
RPM_WORK := $(CURDIR)/$(RPM)/work

# With the release binaries of this folder; what Debian calls what they are built with is no name that rpm knows.
.PHONY: rpm
rpm: needs-rpm $(call built,build) ## Builds packages for systems with rpm into .build/rpm.
	@rm -rf $(RPM) && mkdir -p $(RPM)
	@$(SOURCE_FILES) | while read -rd '' file; do [ ! -e "$$file" ] || printf '%s\0' "$$file"; done | sort -z | \
	    tar --null --files-from=- --transform='flags=r;s,^,sessiond-$(VERSION)/,' --owner=0 --group=0 --numeric-owner \
	        --mode=u+rw,go=rX --mtime="$$(sed -n 's/^\* \(... ... .. ....\) .*/\1 UTC/p' $(RPM_SPEC))" \
	        -cJf $(RPM)/sessiond-$(VERSION).tar.xz
	rpmbuild -ba --nodeps --define '_topdir $(RPM_WORK)' --define '_sourcedir $(CURDIR)/$(RPM)' \
	    --define '_srcrpmdir $(CURDIR)/$(RPM)' --define '_rpmdir $(CURDIR)/$(RPM)' \
	    --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' \
	    --define 'programs $(CURDIR)/$(BIN)' $(RPM_SPEC)
	@rm -rf $(RPM_WORK)

.PHONY: lint-rpm
lint-rpm: needs-lint-rpm rpm ## Has rpmlint look at them: no errors, and no warnings but those that Packaging/rpm/rpmlint.toml explains.
	rpmlint --strict --config Packaging/rpm/rpmlint.toml $(RPM_SPEC) $(RPM)/*.rpm
