"""What the real libpam decides is the same before and after `iamlp enable`.

pam_debug.so returns whatever a line asks of it, so each stack is run with every
combination of its modules' results; a stand-in takes our module's place.
"""

import itertools
import os
import random
import re

import pytest

from world.needs import NEEDS_WORLD

pytestmark = NEEDS_WORLD

EVENTS = {"session": "open_session={0} close_session={0}", "account": "acct={0}",
          "password": "prechauthtok={0} chauthtok={0}"}

# Shapes of service files; MOD is a module whose results are all tried.
SHAPES = {
    "sshd, @include": ("session", """
        auth required pam_deny.so
        account required pam_nologin.so
        session [success=ok ignore=ignore module_unknown=ignore default=bad] MOD close
        session required MOD
        @include c-session
        session optional MOD noupdate
        session required MOD  # [1]
        @include c-password
        """),
    "sshd, include": ("session", """
        session required MOD close
        session optional MOD force revoke
        session include p-auth
        session include postlogin
        """),
    "login, continued lines": ("session", """
        SESSION\t[success=ok \\
            ignore=ignore default=bad]   \\
            MOD
        -session optional pam_no_such_module.so
        @include c-session
        session\trequired\tMOD
        """),
    "gdm-password, substack": ("session", """
        -session optional MOD
        session substack p-auth
        session optional MOD auto_start
        session include postlogin"""),
    "optional ones only": ("session", "session optional MOD\n-session optional MOD"),
    "sshd's account, @include": ("account", """
        account required MOD
        @include c-account
        """),
    "sshd's account, include": ("account", """
        account required MOD
        account required MOD
        account include p-auth
        """),
    "passwd, @include": ("password", "@include c-password"),
    "passwd, requisite": ("password", """
        password requisite MOD retry=3
        password requisite MOD use_authtok
        -password optional MOD use_authtok
        password substack postlogin
        """),
    "passwd, die": ("password", """
        password [success=ok ignore=ignore default=die] MOD
        password optional pam_permit.so"""),
    "passwd, two homes": ("password", """
        password [success=2 default=ignore] MOD
        password [success=1 default=ignore] MOD use_authtok
        password requisite pam_deny.so
        password required pam_permit.so
        password optional MOD
        """),
    "passwd, a home that ends it": ("password", """
        password [success=2 default=ignore] MOD
        password sufficient MOD use_authtok
        password requisite pam_deny.so
        password required pam_permit.so
        """),
}

# Where the line would act although the password was not changed.
REFUSED = {
    "substack": """
        password substack p-auth
        -password optional MOD use_authtok
        password substack postlogin
        """,
    "include": "password include p-auth\n",
    "required": "password required MOD\npassword required pam_permit.so\n",
    "required, jumped over": """
        password [success=1 default=ignore] MOD
        password required pam_deny.so
        password required pam_permit.so
        """,
    "optional": "password optional MOD\n",
    "sufficient": "password sufficient MOD\npassword required pam_permit.so\n",
    "a jump to the end": """
        password [success=ok default=1] MOD
        password requisite MOD
        """,
}

INCLUDED = {
    "c-session": """
        session [default=1] pam_permit.so
        session requisite pam_deny.so
        session required pam_permit.so
        session optional MOD
        """,
    "c-account": """
        account [success=1 new_authtok_reqd=done default=ignore] MOD
        account requisite pam_deny.so
        account required pam_permit.so
        """,
    "c-password": """
        password requisite MOD retry=3
        password [success=1 default=ignore] MOD use_authtok
        password requisite pam_deny.so
        password required pam_permit.so
        """,
    "p-auth": """
        session optional MOD revoke
        session [success=1 default=ignore] MOD service in crond
        session required MOD
        account required MOD
        account sufficient MOD
        account required pam_permit.so
        password requisite MOD
        password sufficient MOD use_authtok
        password required pam_deny.so
        """,
    "postlogin": """
        session optional pam_umask.so silent
        session [success=1 default=ignore] MOD
        session [default=1] pam_permit.so
        session optional pam_deny.so
        """,
}


@pytest.fixture(scope="module")
def libpam(tmp_path_factory):
    from world.pamd import Libpam
    return Libpam(str(tmp_path_factory.mktemp("libpam")))


@pytest.fixture
def pamd(tmp_path):
    from world.pamd import PamD
    os.chmod(tmp_path, 0o755)
    folder = PamD(str(tmp_path))
    yield folder
    folder.close()


def fill(text, kind, results):
    """Each MOD of that kind becomes pam_debug.so with the next result; others permit."""
    lines = []
    for line in text.split("\n"):
        word = line.strip().lstrip("-").split()[:1]
        mine = word and (word[0].lower() == kind or line.strip() == "MOD")
        while "MOD" in line:
            line = line.replace("MOD", "pam_debug.so " + EVENTS[kind].format(next(results))
                                if mine else "pam_permit.so", 1)
        lines.append(line.strip(" "))
    return "\n".join(lines)


def included(text):
    return [name for name in INCLUDED if name in text]


def write(pamd, service, tail, kind, text, results):
    """The service and what it includes; `tail` stands behind the service's text."""
    left = iter(results)
    pamd.write(service, fill(text, kind, left) + tail)
    for name in included(text):
        pamd.write(name, fill(INCLUDED[name], kind, left))


def needed(kind, text):
    """How many results fill() takes."""
    count = itertools.count()
    counted = ("success" for _ in count)
    for one in [text, *(INCLUDED[name] for name in included(text))]:
        fill(one, kind, counted)
    return next(count)


def combinations(kind, text, most):
    from world.pamd import RESULTS
    results = RESULTS + (("new_authtok_reqd",) if kind == "account" else ())
    count = needed(kind, text)
    every = itertools.product(results, repeat=count)
    if len(results) ** count <= most:
        return list(every)
    chance = random.Random(count)
    return [("success",) * count] + [tuple(chance.choices(results, k=count)) for _ in range(most)]


def compare(pamd, libpam, kind, text, tail, most=250):
    """(how many combinations differ, how many of them reached our module)"""
    differ = reached = 0
    for results in combinations(kind, text, most):
        write(pamd, "probe", "", kind, text, results)
        pamd.write("enabled", pamd.read("probe") + tail)
        before, _ = libpam.decide("probe", kind)
        after, called = libpam.decide("enabled", kind)
        differ += before != after
        reached += called
    return differ, reached


@pytest.mark.parametrize("shape", SHAPES)
def test_the_decision_stays(pamd, libpam, shape):
    kind, text = SHAPES[shape]
    write(pamd, "probe", "", kind, text, itertools.repeat("success"))
    plain = pamd.read("probe")
    run = pamd.enable("probe", f"--{kind}")
    assert run.returncode == 0, run.stderr
    enabled = pamd.read("probe")
    assert enabled.startswith(plain) and "pam_iamlp.so" in enabled
    differ, reached = compare(pamd, libpam, kind, text, enabled[len(plain):])
    assert differ == 0 and reached > 0
    if "ends the" not in run.stderr:
        # Where nobody is refused or told to change a password, our module is called.
        write(pamd, "probe", enabled[len(plain):], kind, text, itertools.repeat("success"))
        assert libpam.decide("probe", kind)[1]


def test_the_warning_is_true(pamd, libpam):
    """A `sufficient` that is included keeps our line from being reached."""
    kind, text = SHAPES["sshd's account, include"]
    write(pamd, "probe", "", kind, text, itertools.repeat("success"))
    run = pamd.enable("probe", "--account")
    assert "p-auth line 6 (sufficient pam_debug.so) ends the account stack" in run.stderr
    assert libpam.decide("probe", kind) == ([0], False)


LATE = "\n-password optional pam_iamlp.so password_services=probe\n"


def changed(text, results):
    """Did anybody succeed whose success is of importance?"""
    return "include" in text or "substack" in text or "success" in results


def acts_after_refusal(pamd, libpam, text, most=80):
    """How often our line at the end of that password stack is run, and libpam refuses."""
    count = 0
    for results in combinations("password", text, most):
        # The first round decides nothing here: with what fails in it there is no second.
        write(pamd, "probe", LATE, "password", text, (r.replace("ignore", "perm_denied")
                                                      for r in results))
        for name in ["probe", *included(text)]:
            pamd.write(name, re.sub(r"prechauthtok=\w+", "prechauthtok=success", pamd.read(name)))
        codes, called = libpam.decide("probe", "password")
        count += called and (codes != [0] or not changed(text, results))
    return count


@pytest.mark.parametrize("shape", REFUSED)
def test_where_the_password_was_not_changed(pamd, libpam, shape):
    write(pamd, "probe", "", "password", REFUSED[shape], itertools.repeat("success"))
    plain = pamd.read("probe")
    run = pamd.enable("probe", "--password")
    assert run.returncode == 1 and "write requisite before the module" in run.stderr
    assert pamd.read("probe") == plain
    assert acts_after_refusal(pamd, libpam, REFUSED[shape]) > 0


def test_random_password_stacks(pamd, libpam):
    """What is accepted never acts after a refusal."""
    chance = random.Random(20260101)
    accepted = refused = late = 0
    for number in range(150):
        text = random_stack(chance, "password")
        INCLUDED["part"] = random_stack(random.Random(number), "password", part=True)
        try:
            write(pamd, "probe", "", "password", text, itertools.repeat("success"))
            if pamd.enable("probe", "--password").returncode == 0:
                accepted += 1
                assert acts_after_refusal(pamd, libpam, text) == 0, text + "\n--\n" + INCLUDED["part"]
            else:
                refused += 1
                late += acts_after_refusal(pamd, libpam, text, 20) > 0
        finally:
            del INCLUDED["part"]
    assert accepted > 10 and refused > late > 10, (accepted, refused, late)


def random_stack(chance, kind="session", part=False):
    controls = ["required", "requisite", "optional", "sufficient", "[success=1 default=ignore]",
                "[success=2 default=bad]", "[default=1]", "[success=ok default=die]",
                "[success=reset default=1]", "[success=3 default=ignore]"]
    modules = ["MOD"]
    if kind == "password":
        controls += ["requisite"] * 5
        modules += ["MOD", "MOD", "pam_deny.so", "pam_permit.so"]
    lines = []
    for _ in range(chance.randint(1, 4)):
        form = chance.choices(["call", "sub", "inc", "at", "other"], [8, 1, 1, 1, 1])[0]
        call = f"{kind} {chance.choice(controls)} {chance.choice(modules)}"
        lines.append({"call": call, "sub": f"{kind} substack part", "inc": f"{kind} include part",
                      "at": "@include part", "other": "account required pam_permit.so"}
                     ["call" if part else form])
    return "\n".join(lines)


def test_random_stacks(pamd, libpam):
    chance = random.Random(20150830)
    changed = accepted = refused = 0
    for number in range(100):
        text = random_stack(chance)
        INCLUDED["part"] = part = random_stack(random.Random(number), part=True)
        try:
            write(pamd, "probe", "", "session", text, itertools.repeat("success"))
            plain = pamd.read("probe")
            run = pamd.enable("probe")
            if run.returncode == 0:
                accepted += 1
                tail = pamd.read("probe")[len(plain):]
                differ, _ = compare(pamd, libpam, "session", text, tail, 60)
                assert differ == 0, f"{text}\n-- part --\n{part}"
            else:
                assert "jumps beyond" in run.stderr or "no session lines" in run.stderr, run.stderr
                refused += 1
                differ, _ = compare(pamd, libpam, "session", text,
                                    "\nsession optional pam_iamlp.so\n", 60)
                changed += differ > 0
        finally:
            del INCLUDED["part"]
    # Not every jump beyond the end decides, but those that do are among the refused.
    assert accepted > 25 and refused > changed > 5, (accepted, refused, changed)


def test_libpam_takes_the_line_with_its_comment(pamd, libpam):
    pamd.write("probe", "session required pam_permit.so\n"
               "-session optional pam_iamlp.so # added by iamlp enable\n")
    assert libpam.decide("probe", "session") == ([0, 0], True)


def test_a_missing_module_changes_nothing(pamd, libpam):
    pamd.write("probe", "session required pam_permit.so\n"
               "-session optional pam_iamlp_gone.so # added by iamlp enable\n")
    assert libpam.decide("probe", "session") == ([0, 0], False)


def test_an_empty_stack_would_have_refused(pamd, libpam):
    """Why it is refused: `other` permits here, our line alone does not."""
    pamd.write("other", "session required pam_permit.so\n")
    pamd.write("probe", "auth required pam_permit.so\n")
    assert libpam.decide("probe", "session")[0] == [0, 0]
    assert pamd.enable("probe").returncode == 1
    pamd.write("probe", "auth required pam_permit.so\nsession optional pam_iamlp.so\n")
    assert libpam.decide("probe", "session")[0] != [0, 0]


@pytest.mark.skipif("san" in os.environ.get("BUILD", ""),
                    reason="skipped: a sanitized module needs a sanitized host")
def test_the_module_itself(pamd, libpam):
    """Not the stand-in: loaded by libpam, it ignores, so a stack of it alone refuses."""
    from world.host import BUILD
    module = os.path.join(BUILD, "pam_iamlp.so")
    for kind in EVENTS:
        pamd.write("probe", f"{kind} required {module}\n")
        assert set(libpam.decide("probe", kind)[0]) == {6}, "PAM_PERM_DENIED; 28: not loaded"
        tail = f"\n-{kind} optional {module} services=enabled # added by iamlp enable\n"
        for shape_kind, text in SHAPES.values():
            if shape_kind == kind:
                assert compare(pamd, libpam, kind, text, tail, 60)[0] == 0
