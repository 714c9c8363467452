"""What a file exports and what a program links is judged by what was built.

Each time on a scratch tree: one room with one file, the programs, and libraries that are made up.
"""

import subprocess

import pytest

from test_checks import copy_checks, run, write


def cc(top, *arguments):
    subprocess.run(["gcc", *arguments], cwd=top, check=True)


@pytest.fixture(name="built")
def built_tree(tmp_path):
    """One room with one file, and both programs, kept apart from this machine's
    libraries: those they must not link are made up here."""
    copy_checks(tmp_path)
    (tmp_path / "build/obj/base").mkdir(parents=True)
    for room in ("helper", "net"):
        write(tmp_path, f"src/{room}/main.c", "int main(void) { return 0; }\n")
        (tmp_path / "build/obj" / room).mkdir()
        cc(tmp_path, "-c", "-o", f"build/obj/{room}/main.o", f"src/{room}/main.c")
        cc(tmp_path, "-o", f"build/iamlp-{room}", f"build/obj/{room}/main.o")
    return tmp_path


def compile_base(top, code):
    write(top, "src/base/a.c", code)
    cc(top, "-c", "-o", "build/obj/base/a.o", "src/base/a.c")


def link(top, program, library, through=None):
    """Link a program with an empty library of that name, or with one that does."""
    here = ["-Wl,--no-as-needed", f"-Wl,-rpath,{top}"]
    cc(top, "-shared", "-o", library, f"-Wl,-soname,{library}", "-x", "c", "/dev/null")
    if through is not None:
        cc(top, "-shared", "-o", through, f"-Wl,-soname,{through}", *here, library)
        library = through
    cc(top, "-o", f"build/{program}", f"build/obj/{program[6:]}/main.o", *here, library)


@pytest.mark.parametrize("code, stray", [
    ("int a_one; void base_two(void) {} static int stray; int *a_p = &stray;", None),
    ("int stray;", "stray"),
    ("void b_one(void) {}", "b_one"),
    ("void main_loop(void) {}", "main_loop"),
    ("int main(void) { return 0; }", "main"),
    ("int a;", "a"),
])
def test_exports_begin_with_their_file(built, code, stray):
    compile_base(built, code)
    status, said = run("exports", built)
    if stray is None:
        assert (status, said) == (0, "")
    else:
        assert (status, said) == (
            1, f"src/base/a.c:1: exports {stray}, which begins with neither a_ nor base_\n")


def test_what_is_not_built_cannot_be_judged(built):
    write(built, "src/base/a.c", "int a_one;\n")
    assert run("exports", built)[1].startswith("src/base/a.c:1: build/obj/base/a.o is missing")
    (built / "src/base/a.c").unlink()
    (built / "build/iamlp-helper").unlink()
    assert run("exports", built) == (1, "build/iamlp-helper:1: is missing: run make\n")
    (built / "build").rename(built / "build-san")
    assert run("exports", built, "build-san")[1].startswith("build-san/iamlp-helper:1:")


@pytest.mark.parametrize("program, library", [
    *(("iamlp-helper", f"lib{name}.so.4")
      for name in ("curl", "crypto", "ssl", "expat", "jansson")),
    ("iamlp-net", "libiniparser.so.1"),
])
def test_programs_link_what_they_may(built, program, library):
    assert run("exports", built) == (0, "")
    link(built, program, library)
    assert run("exports", built) == (
        1, f"build/{program}:1: links {library}, which must not be in this program\n")
    link(built, program, library, through="libmiddle.so.1")
    assert run("exports", built) == (
        1, f"build/{program}:1: links {library} through another library\n")


def test_the_other_program_may_link_it(built):
    link(built, "iamlp-net", "libcurl.so.4")
    link(built, "iamlp-helper", "libiniparser.so.1")
    assert run("exports", built) == (0, "")


def make_module(top, code, *arguments):
    write(top, "pam_iamlp.c", "#include <syslog.h>\nint pam_sm_setcred(void) { return 25; }\n" + code)
    cc(top, "-shared", "-fPIC", "-o", "build/pam_iamlp.so", "pam_iamlp.c", *arguments)


@pytest.mark.parametrize("code, sentence", [
    ("static int a(void) { return 1; } int pam_sm_chauthtok(void) { return a(); }\n", None),
    ("int a;\n", "exports a, which is no entry point of PAM"),
    ("int hook_login(void) { return 1; }\n", "exports hook_login, which is no entry point of PAM"),
    ("int pam_sm_acct_mgmt(void) { syslog(1, \"a\"); return 1; }\n",
     "calls syslog, which is not for a module: see MODULE_NEVER"),
])
def test_the_module_keeps_to_itself(built, code, sentence):
    make_module(built, code, "-O2", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2")
    wanted = (0, "") if sentence is None else (1, f"build/pam_iamlp.so:1: {sentence}\n")
    assert run("exports", built) == wanted


def test_the_module_links_libc_and_libpam(built):
    write(built, "pam_iamlp.c", "")
    assert run("exports", built) == (1, "build/pam_iamlp.so:1: is missing: run make\n")
    for library, fine in (("libpam.so.0", True), ("libpam_misc.so.0", False)):
        cc(built, "-shared", "-o", library, f"-Wl,-soname,{library}", "-x", "c", "/dev/null")
        make_module(built, "", "-Wl,--no-as-needed", library)
        sentence = f"links {library}; the module links libc and libpam only"
        assert run("exports", built) == (
            (0, "") if fine else (1, f"build/pam_iamlp.so:1: {sentence}\n"))
