# One Makefile without configure: `make help` names the targets, `make V=1` shows the commands.
# The source is divided into rooms (src/ROOM); a program is what one room may use, so the linker
# holds each one to its layers. The sections down to "build" are all that the programs need;
# "tests" builds what ./dev runs, and "install" comes last.

VERSION = 0.1.0

PREFIX       = /usr
SYSCONFDIR   = /etc
LIBDIR       = $(PREFIX)/lib
BINDIR       = $(PREFIX)/bin
LIBEXECDIR   = $(PREFIX)/libexec/iamlp
DATADIR      = $(PREFIX)/share
DOCDIR       = $(DATADIR)/doc/pam_iamlp
MANDIR       = $(DATADIR)/man
SYSUSERSDIR  = $(LIBDIR)/sysusers.d
PROFILEDIR   = $(SYSCONFDIR)/profile.d
FISHDIR      = $(DATADIR)/fish/vendor_conf.d
BASHCOMPDIR  = $(DATADIR)/bash-completion/completions
ZSHCOMPDIR   = $(DATADIR)/zsh/site-functions
FISHCOMPDIR  = $(DATADIR)/fish/vendor_completions.d
AUTOSTARTDIR = $(SYSCONFDIR)/xdg/autostart
TMPFILESDIR  = $(LIBDIR)/tmpfiles.d
UNITDIR      = $(LIBDIR)/systemd/system
PAMDIR       = $(LIBDIR)/security

SANITIZE   =
FUZZ       =
BUILD      = $(if $(SANITIZE),build-san,build)
WERROR     =
PKG_CONFIG = pkg-config
RUN        = # what stands in front of a program that was built for another machine: qemu-aarch64

# ---- rooms and programs ------------------------------------------------------

# What a room may use, itself included; its unit tests are linked with exactly these.
USES_base   = base
USES_wire   = base wire
USES_state  = base state
USES_pwgen  = base pwgen
USES_conf   = base conf
USES_aws    = base aws
USES_cred   = base aws cred
USES_iam    = base aws pwgen iam
USES_core   = base wire conf pwgen state core
USES_helper = base wire conf state pwgen core helper
USES_net    = base wire aws pwgen cred iam net
USES_dropin = base aws pwgen cred iam dropin
USES_pamd   = base pamd
USES_cli    = base wire conf state pamd cli
USES_direct = base wire conf pwgen state aws cred iam dropin pamd cli direct
USES_pam    = base wire state pam

# A program is a room with a main.c, which is its last one here, and what that may use.
PROGRAMS = iamlp-helper iamlp-net iamlp-aws iamlp

ROOMS_iamlp-helper = $(USES_helper)
ROOMS_iamlp-net    = $(USES_net)
ROOMS_iamlp-aws    = $(USES_direct)
ROOMS_iamlp        = $(USES_cli)
ROOMS_pam_iamlp.so = $(USES_pam)

# Third-party libraries, by the one room that knows them.
LIBS_conf = -liniparser
LIBS_aws  = $(shell $(PKG_CONFIG) --libs libcurl libcrypto expat jansson)
LIBS_pam  = -lpam
LIBS_net  = -lseccomp
LIBS_of   = $(foreach r,$(1),$(LIBS_$(r)))

# ---- flags ---------------------------------------------------------------------

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
       -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual -Wcast-align \
       -Wwrite-strings -Wundef -Wformat=2 -Wvla -Wimplicit-fallthrough -Wdouble-promotion

# Hardening flags are probed one by one: an older compiler or another
# architecture leaves out what it does not know instead of failing.
probe = $(shell printf 'int main(void){return 0;}' | \
          $(CC) -Werror -O2 $(1) -x c - -o /dev/null 2>/dev/null && echo '$(1)')
HARDEN_CC = -fstack-protector-strong -fstack-clash-protection -fcf-protection \
            -ftrivial-auto-var-init=zero -fno-delete-null-pointer-checks \
            -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
HARDEN_LD = -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,defs -Wl,--as-needed

# Exported, so that a make within this one (uninstall, counted) does not probe once more.
ifndef HARDEN
export HARDEN  := $(if $(SANITIZE),,$(foreach f,$(HARDEN_CC),$(call probe,$(f))))
export HARDENL := $(if $(SANITIZE),,$(foreach f,$(HARDEN_LD),$(call probe,$(f))))
endif

CFLAGS   = -O2 -g
SAN      = $(if $(SANITIZE),-fsanitize=address$(,)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer) \
           $(if $(filter libfuzzer,$(FUZZ)),-fsanitize=fuzzer-no-link)
ALL_CPPFLAGS = -D_GNU_SOURCE -DIAMLP_VERSION='"$(VERSION)"' -DIAMLP_LIBEXECDIR='"$(LIBEXECDIR)"' \
               -DIAMLP_SYSCONFDIR='"$(SYSCONFDIR)"' -DIAMLP_PAMDIR='"$(PAMDIR)"' $(if $(SANITIZE),-DIAMLP_SANITIZED) \
               -Isrc $(CPPFLAGS)
# -fPIC, not -fPIE: rooms are compiled once, for the programs and for the module.
# Sections: the module is to hold only what it can reach, and tests/check judges that.
ALL_CFLAGS   = -std=c11 -fPIC -ffunction-sections $(WARN) $(WERROR) $(HARDEN) $(SAN) $(CFLAGS)
ALL_LDFLAGS  = -pie $(HARDENL) $(SAN) $(LDFLAGS)
SO_LDFLAGS   = -shared -Wl,--gc-sections $(HARDENL) $(SAN) $(LDFLAGS)
, = ,

Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

# ---- build -----------------------------------------------------------------------

.PHONY: all
all: $(PROGRAMS:%=$(BUILD)/%) $(BUILD)/pam_iamlp.so

objects = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(foreach r,$(1),$(sort $(wildcard src/$(r)/*.c))))

define compile
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
endef

$(BUILD)/obj/%.o: src/%.c Makefile
	$(compile)

$(BUILD)/obj/pam_iamlp.o: pam_iamlp.c Makefile
	$(compile)

# The main.c of every room but the last: iamlp-aws has cli's verbs, and a main of its own.
mains = $(patsubst %,$(BUILD)/obj/%/main.o,$(filter-out $(lastword $(1)),$(1)))

# The program $(1) in the folder $(2), with more objects $(3) and flags $(4).
define program
$(BUILD)/$(2)$(1): $(filter-out $(call mains,$(ROOMS_$(1))),$(call objects,$(ROOMS_$(1)))) $(3)
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(ALL_LDFLAGS) $(4) -o $$@ $$^ $$(call LIBS_of,$$(ROOMS_$(1)))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# The module in the folder $(1), with more objects $(2) and flags $(3).
define module
$(BUILD)/$(1)pam_iamlp.so: $(BUILD)/obj/pam_iamlp.o $(call objects,$(ROOMS_pam_iamlp.so)) $(2) \
                           src/pam/pam_iamlp.map
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(SO_LDFLAGS) $(3) -Wl,--version-script=src/pam/pam_iamlp.map -o $$@ \
	    $$(filter %.o,$$^) $$(call LIBS_of,$$(ROOMS_pam_iamlp.so))
endef
$(eval $(call module))

# ---- tests -----------------------------------------------------------------------

# tests/unit/ROOM/NAME.c is one cmocka program, linked with what ROOM may use. A call of NAME
# comes to its __wrap_NAME, where it has one (tests/unit/nth.h).
UNIT_SOURCES = $(sort $(wildcard tests/unit/*/*.c))
UNIT = $(patsubst tests/%.c,$(BUILD)/tests/%,$(UNIT_SOURCES))
LED  = `sed -n 's/^__wrap_\([A-Za-z0-9_]*\)(.*/-Wl,--wrap=\1/p' $<`

define unit
$(BUILD)/tests/unit/$(1)/%: tests/unit/$(1)/%.c $(call objects,$(USES_$(1))) Makefile
	@mkdir -p $$(@D)
	$$(call say,TEST,$$@)
	$$(Q)$$(CC) $$(ALL_CPPFLAGS) $$(ALL_CFLAGS) -MMD -MP -MF $$@.d $$(ALL_LDFLAGS) $$(LED) -o $$@ \
	    $$< $$(filter-out %/main.o,$$(filter %.o,$$^)) $$(call LIBS_of,$$(USES_$(1))) -lcmocka
endef
$(foreach r,$(sort $(notdir $(patsubst %/,%,$(dir $(UNIT_SOURCES))))),$(eval $(call unit,$(r))))

# Small programs that the tests under tests/e2e run.
E2E = $(addprefix $(BUILD)/tests/e2e/,iamcall puppet resolve)
ROOMS_iamcall = base aws pwgen cred iam
ROOMS_resolve = base aws

define e2e
$(BUILD)/tests/e2e/$(1): tests/e2e/$(1).c $(call objects,$(ROOMS_$(1))) Makefile
	@mkdir -p $$(@D)
	$$(call say,TEST,$$@)
	$$(Q)$$(CC) $$(ALL_CPPFLAGS) $$(ALL_CFLAGS) -MMD -MP -MF $$@.d $$(ALL_LDFLAGS) -o $$@ \
	    $$< $$(filter %.o,$$^) $$(call LIBS_of,$$(ROOMS_$(1)))
endef
$(foreach p,iamcall resolve,$(eval $(call e2e,$(p))))

# An iamlp-net that is somebody else's: its sandbox is the real one's.
$(BUILD)/tests/e2e/puppet: tests/e2e/puppet.c $(call objects,base) \
                           $(BUILD)/obj/net/sandbox.o $(BUILD)/obj/net/landlock.o Makefile
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ \
	    $< $(filter %.o,$^) $(LIBS_net)

# What the scenarios under tests/pam run: a host program, and a module that stands ahead of
# ours; and a module of tests/hosts.
PAM_TESTS = $(BUILD)/tests/pam/host $(BUILD)/tests/pam/before.so $(BUILD)/tests/pam/probe.so \
            $(BUILD)/tests/world/pam_say.so

# Hosts: programs that use PAM.
$(BUILD)/tests/bench/logins $(BUILD)/tests/pam/host: $(BUILD)/%: %.c Makefile
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< -lpam

$(BUILD)/tests/%.so: tests/%.c Makefile
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -fPIC -shared $(HARDENL) $(SAN) $(LDFLAGS) -o $@ $< -lpam $(LIBS)

# What tests/bench runs: a host, and a module for comparison.
BENCH = $(addprefix $(BUILD)/tests/bench/,logins curl_module.so)

.PHONY: bench-tools
bench-tools: $(BENCH)

$(BUILD)/tests/bench/curl_module.so: LIBS = `$(PKG_CONFIG) --libs libcurl`

# What tests/torture runs: a tracer, and objects that make allocations fail and a sanitizer's
# reports fatal. The programs that one is linked into are a build of their own (see ./dev
# torture): their LDFLAGS name it.
TORTURE = $(addprefix $(BUILD)/tests/torture/,killat failalloc.o sanoptions.o)

$(BUILD)/tests/torture/killat: $(wildcard tests/torture/*.h) Makefile
$(BUILD)/tests/torture/killat: $(addprefix tests/torture/,killat.c attack.c tracee.c)
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.c,$^)

$(BUILD)/tests/torture/%.o: tests/torture/%.c Makefile
	$(compile)

# The iamlp-helper that runs under valgrind is one more link (see ./dev analyse).
TRACED = $(BUILD)/tests/analyse/traced.o

$(TRACED): tests/analyse/traced.c Makefile
	$(compile)

$(eval $(call program,iamlp-helper,traced/,$(TRACED),-Wl$(,)--wrap=syscall))

# Programs that are counted, a build of their own (see ./dev coverage): each keeps its counters in a
# file in the folder COUNTERS, and lets an allocation fail.
COUNTED = $(addprefix $(BUILD)/tests/,coverage/counters.o torture/failalloc.o)

$(BUILD)/tests/coverage/%.o: tests/coverage/%.c Makefile
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) -DCOUNTERS='"$(COUNTERS)"' $(ALL_CFLAGS) -c -o $@ $<

.PHONY: counted
counted: $(COUNTED)
	+$(Q)$(MAKE) tests HARDEN= HARDENL= \
	    CFLAGS='-O0 -g --coverage -fprofile-update=atomic -fdata-sections' \
	    LDFLAGS='$(COUNTED) --coverage -Wl,--build-id,--wrap=__gcov_exit,-T,tests/coverage/counters.ld'

# The programs once more, for tests/torture/leftover.py: a call into a library can be made to
# fail, and what is left at the end is said. In sanitized builds, which look for lost memory.
FAILCALL = $(BUILD)/tests/torture/failcall.o
LEFTOVER = $(addprefix $(BUILD)/leftover/,$(PROGRAMS) pam_iamlp.so tests)
WRAPPED  = `nm $(FAILCALL) | sed -n 's/.* T __wrap_/-Wl,--wrap=/p'`

$(FAILCALL): SAN =
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p),leftover/,$(FAILCALL),$(WRAPPED))))
$(eval $(call module,leftover/,$(FAILCALL),$(WRAPPED)))

$(BUILD)/leftover/tests: $(PAM_TESTS)
	@mkdir -p $(@D)
	$(Q)ln -sfn ../tests $@

# tests/fuzz/TARGET.c is one fuzz target: linked with what the room may use, without the objects
# that it stands in for, and with secrets on the heap. It replays files; FUZZ=libfuzzer (clang) and
# FUZZ=afl (CC=afl-clang-fast) make it feed itself, see ./dev fuzz.
ROOM_ask    = core
ROOM_bulk   = cli
ROOM_conf   = conf
ROOM_dates  = aws
ROOM_files  = cred
ROOM_frame  = wire
ROOM_hook   = pam
ROOM_input  = dropin
ROOM_json   = cred
ROOM_net    = net
ROOM_pamd   = pamd
ROOM_person = core
ROOM_record = state
ROOM_talk   = cli
ROOM_text   = cred
ROOM_uri    = direct
ROOM_xml    = iam

# More of this folder and of the rooms; objects that the target stands in for, and calls of the C library.
WITH_ask      = script.o
WITH_net      = script.o
WITH_person   = script.o
WITH_talk     = script.o
ALSO_hook     = pam_iamlp
ALSO_text     = helper/session
STANDS_IN_ask = core/keyring
STANDS_IN_net = aws/http
WRAPS_net     = nanosleep
WRAPS_hook    = openat fstatat fstat read getpwnam_r geteuid getuid socket sendto socketpair mmap munmap \
                syscall poll kill waitid

FUZZ_TARGETS = $(filter-out fuzz heap replay script,$(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/*.c))))
FUZZERS      = $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/%)
FUZZ_SHARED  = $(addprefix $(BUILD)/tests/fuzz/,fuzz.o heap.o $(if $(FUZZ),,replay.o))

$(BUILD)/tests/fuzz/%.o: tests/fuzz/%.c Makefile
	$(compile)

define fuzzer
$(BUILD)/tests/fuzz/$(1): $(addprefix $(BUILD)/tests/fuzz/,$(1).o $(WITH_$(1))) $(FUZZ_SHARED) \
    $(filter-out $(patsubst %,$(BUILD)/obj/%.o,base/pages $(STANDS_IN_$(1))),$(call objects,$(USES_$(ROOM_$(1))))) \
    $(ALSO_$(1):%=$(BUILD)/obj/%.o)
	$$(call say,FUZZ,$$@)
	$$(Q)$$(CC) $$(ALL_LDFLAGS) $(if $(FUZZ),-fsanitize=fuzzer) $(WRAPS_$(1):%=-Wl,--wrap=%) -o $$@ \
	    $$(filter-out %/main.o,$$^) $$(call LIBS_of,$$(USES_$(ROOM_$(1))))
endef
$(foreach t,$(FUZZ_TARGETS),$(eval $(call fuzzer,$(t))))

.PHONY: unit tests fuzzers check demo torture bench torture-tools
fuzzers: $(FUZZERS)

torture-tools: $(TORTURE) $(PAM_TESTS)

unit: $(UNIT)

tests: all unit $(E2E) $(PAM_TESTS) $(TORTURE) $(FUZZERS) $(if $(SANITIZE),$(LEFTOVER))

check: ## run the whole test suite
	./dev test

demo: ## a first password against the fake AWS
	./dev demo

torture: ## the tests that take long
	./dev torture

bench: ## ratios against a login without us and the AWS CLI
	./dev bench

# ---- install -----------------------------------------------------------------------

# Files that name our programs: as they stand they belong to PREFIX = /usr.
place = install -D -m $(2) $(1) $(DESTDIR)$(3) && sed -i 's|/usr/bin/iamlp|$(BINDIR)/iamlp|; \
    s|/usr/libexec/iamlp|$(LIBEXECDIR)|; s|/usr/share/iamlp|$(DATADIR)/iamlp|' $(DESTDIR)$(3)

# $(1): a shell; what completes the command there is made by the command.
complete = install -d $(DESTDIR)$(2) && $(RUN) $(BUILD)/iamlp completion $(1) >$(DESTDIR)$(2)/$(3) && \
    chmod 0644 $(DESTDIR)$(2)/$(3)

.PHONY: install
install: all ## install under DESTDIR
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(SYSUSERSDIR) \
	    $(DESTDIR)$(DOCDIR) $(DESTDIR)$(PAMDIR) $(DESTDIR)$(MANDIR)/man1 \
	    $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man8 $(DESTDIR)$(DOCDIR)/iam
	install -d -m 0755 $(DESTDIR)$(SYSCONFDIR)/iamlp
	install -m 0755 $(BUILD)/iamlp $(DESTDIR)$(BINDIR)/iamlp
	install -m 0755 $(BUILD)/iamlp-helper $(BUILD)/iamlp-aws $(DESTDIR)$(LIBEXECDIR)
	@# 0711: a program its user cannot read is not dumpable from its first instruction.
	install -m 0711 $(BUILD)/iamlp-net $(DESTDIR)$(LIBEXECDIR)/iamlp-net
	install -m 0644 $(BUILD)/pam_iamlp.so $(DESTDIR)$(PAMDIR)/pam_iamlp.so
	install -m 0644 man/iamlp.1 $(DESTDIR)$(MANDIR)/man1/iamlp.1
	install -m 0644 man/iamlp.conf.5 $(DESTDIR)$(MANDIR)/man5/iamlp.conf.5
	install -m 0644 man/iamlp-helper.8 man/pam_iamlp.8 $(DESTDIR)$(MANDIR)/man8
	install -m 0644 config/iam/README.md $(wildcard config/iam/*.json) $(DESTDIR)$(DOCDIR)/iam
	@# Beside iam, which they name by ../iam.
	cd config/examples && find . -type f -exec install -D -m 0644 '{}' '$(abspath $(DESTDIR))$(DOCDIR)/fleet/{}' ';'
	install -d $(DESTDIR)$(DOCDIR)/deliver
	install -m 0644 config/deliver/README.md $(DESTDIR)$(DOCDIR)/deliver
	install -m 0755 $(addprefix config/deliver/,age gpg mail) $(DESTDIR)$(DOCDIR)/deliver
	install -m 0644 config/iamlp.conf $(DESTDIR)$(DOCDIR)/iamlp.conf
	install -m 0644 config/sysusers.d/iamlp.conf $(DESTDIR)$(SYSUSERSDIR)/iamlp.conf
	$(call place,config/shell/iamlp.sh,0644,$(PROFILEDIR)/iamlp.sh)
	$(call place,config/shell/iamlp.zsh,0644,$(DATADIR)/iamlp/iamlp.zsh)
	$(call place,config/shell/iamlp.fish,0644,$(FISHDIR)/iamlp.fish)
	$(call complete,bash,$(BASHCOMPDIR),iamlp)
	$(call complete,zsh,$(ZSHCOMPDIR),_iamlp)
	$(call complete,fish,$(FISHCOMPDIR),iamlp.fish)
	$(call place,config/autostart/claim-terminal,0755,$(LIBEXECDIR)/claim-terminal)
	$(call place,config/autostart/iamlp-claim.desktop,0644,$(AUTOSTARTDIR)/iamlp-claim.desktop)
	install -D -m 0644 config/tmpfiles.d/iamlp.conf $(DESTDIR)$(TMPFILESDIR)/iamlp.conf
	$(call place,config/systemd/iamlp-claim.socket,0644,$(UNITDIR)/iamlp-claim.socket)
	$(call place,config/systemd/iamlp-claim.service,0644,$(UNITDIR)/iamlp-claim.service)

# What goes is what would come: with the same settings. Configuration and records stay.
.PHONY: uninstall
uninstall: all ## take away what install has installed
	$(if $(DESTDIR),,$(BUILD)/iamlp disable --all)
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	$(MAKE) -s --no-print-directory DESTDIR="$$scratch" install && \
	cd "$$scratch" && find . ! -type d | cut -c2- | \
	while read -r file; do rm -f "$(abspath $(DESTDIR))$$file" || exit 1; done
	rmdir --ignore-fail-on-non-empty $(addprefix $(DESTDIR),$(LIBEXECDIR) $(DATADIR)/iamlp)
	rm -rf $(DESTDIR)$(DOCDIR)

.PHONY: clean help
clean: ## remove what was built
	rm -rf build build-*

help: ## this list
	@printf 'make            build everything into $(BUILD)\n'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16
	@printf 'make SANITIZE=1 with ASan and UBSan, into build-san\n'
	@printf 'Settable: CC CFLAGS LDFLAGS WERROR BUILD DESTDIR PREFIX SYSCONFDIR LIBDIR BINDIR LIBEXECDIR PAMDIR MANDIR UNITDIR SYSUSERSDIR TMPFILESDIR PROFILEDIR FISHDIR AUTOSTARTDIR DATADIR BASHCOMPDIR ZSHCOMPDIR FISHCOMPDIR RUN V\n'

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
