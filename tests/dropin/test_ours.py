"""What iamlp adds to the AWS CLI, and what it keeps to itself."""

import hashlib
import json
import signal
import subprocess

import pytest

from world.terminal import at_terminal

from .play import ENVIRONMENT
from .table import ALICE, CAROL, GOOD
from .test_recorded import IAMLP

DOCUMENTED = "&1-3a6u:RA0djs"
CREATE = ("create-login-profile", "--user-name", ALICE)


def run(fake, *words, stdin=b"", env=None, **more):
    return subprocess.run([IAMLP, *words, "--endpoint-url", fake.http], input=stdin,
                          env={**ENVIRONMENT, "HOME": "/nonexistent", **(env or {})},
                          capture_output=True, timeout=60, check=False, **more)


def sent(fake):
    """The hashes of the passwords that have arrived."""
    return [entry["params"]["Password"] for entry in fake.requests()
            if "Password" in entry["params"]]


def sha(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


# ---- passwords that are no argument ---------------------------------------------------------


@pytest.mark.parametrize("given, password", [
    (GOOD + "\n", GOOD), (GOOD, GOOD), (GOOD + "\n\n", GOOD + "\n"), (GOOD + "\r\n", GOOD + "\r"),
    (" " + GOOD + " \n", " " + GOOD + " ")])
def test_one_line_end_is_taken_away(fake, tmp_path, given, password):
    path = tmp_path / "pw"
    path.write_bytes(given.encode())
    for way in (("--password-stdin",), ("--password-file", str(path))):
        fake.reset()
        done = run(fake, *CREATE, *way, stdin=given.encode())
        assert (done.returncode, done.stderr) == (0, b"")
        assert sent(fake) == [sha(password)]
        assert json.loads(done.stdout)["LoginProfile"]["UserName"] == ALICE


@pytest.mark.parametrize("ways", [
    ("--password", GOOD, "--password-stdin"), ("--password-stdin", "--password-file", "/dev/null"),
    ("--generate-password", "--password", GOOD), ("--password-file", "/nonexistent"),
    ("--password-stdin",), ("--password-std",)])
def test_what_is_refused_before_anything_is_sent(fake, ways):
    done = run(fake, *CREATE, *ways)
    assert (done.returncode, done.stdout, fake.requests()) == (252, b"", [])
    assert GOOD.encode() not in done.stderr


def test_a_byte_that_no_password_has(fake):
    done = run(fake, *CREATE, "--password-stdin", stdin=b"Correct\0Horse-7\n")
    assert (done.returncode, fake.requests()) == (252, [])


def test_the_line_end_of_a_file_is_sent_and_warned_of(fake, tmp_path):
    (tmp_path / "pw").write_text(GOOD + "\n")
    done = run(fake, *CREATE, "--password", "file://pw", cwd=tmp_path)
    assert done.returncode == 0 and sent(fake) == [sha(GOOD + "\n")]
    assert b"--password-file" in done.stderr and GOOD.encode() not in done.stderr


def typed(fake, *words, says=(), err=True):
    return at_terminal([IAMLP, *words, "--endpoint-url", fake.http], says,
                       env={**ENVIRONMENT, "HOME": "/nonexistent"}, err=err)


def test_a_missing_password_is_asked_for_without_echo(fake):
    saw = typed(fake, *CREATE, err=False,
                says=[(b"New password: ", GOOD), (b"New password again: ", GOOD)])
    assert saw.status == 0 and sent(fake) == [sha(GOOD)]
    assert GOOD.encode() not in saw.out and b'"LoginProfile"' in saw.out


def test_two_that_differ_and_one_that_never_comes(fake):
    saw = typed(fake, *CREATE, err=False,
                says=[(b"New password: ", GOOD), (b"New password again: ", GOOD + "x")])
    assert saw.status == 252 and b"differ" in saw.out
    saw = typed(fake, *CREATE, err=False, says=[(b"New password: ", "\x03")])
    assert saw.status == 130 and fake.requests() == []


def test_old_and_new_are_asked_for(fake):
    fake.control("set_key", key="AKIAIOSFODNN7EXAMPLE",
                 arn=f"arn:aws:iam::123456789012:user/{CAROL}")
    saw = typed(fake, "change-password", err=False,
                says=[(b"Old password: ", "Carols-own-Secret-1"), (b"New password: ", GOOD),
                      (b"New password again: ", GOOD)])
    assert saw.status == 0 and fake.sign_in(CAROL, GOOD)["ok"]


def test_a_generated_one_is_shown_on_the_terminal_alone(fake, tmp_path):
    fake.control("set_policy", policy={"MinimumPasswordLength": 24, "RequireSymbols": True})
    out = tmp_path / "out"
    saw = at_terminal(["/bin/sh", "-c", '"$0" "$@" >"$OUT"', IAMLP, *CREATE, "--generate-password",
                       "--endpoint-url", fake.http],
                      env={**ENVIRONMENT, "HOME": "/nonexistent", "OUT": str(out)})
    password = saw.password
    assert saw.status == 0 and len(password) >= 24 and saw.err == b""
    assert fake.sign_in(ALICE, password)["ok"]
    assert password not in out.read_text() and json.loads(out.read_text())
    assert fake.actions() == ["GetAccountPasswordPolicy", "CreateLoginProfile"]


def test_a_generated_one_where_the_policy_may_not_be_read(fake):
    from .table import HOST
    saw = at_terminal([IAMLP, *CREATE, "--generate-password", "--endpoint-url", fake.http],
                      env={**ENVIRONMENT, **HOST, "HOME": "/nonexistent"})
    assert saw.status == 0 and fake.sign_in(ALICE, saw.password)["ok"]


def test_a_generated_one_is_shown_when_nobody_answers(fake):
    fake.fault("drop_after", action="CreateLoginProfile", times=-1)
    saw = typed(fake, *CREATE, "--generate-password")
    assert saw.status == 255 and b"may have been done" in saw.err
    assert fake.sign_in(ALICE, saw.password)["ok"]
    fake.reset()
    saw = typed(fake, *CREATE[:2], "nobody", "--generate-password")
    assert saw.status == 254 and saw.password is None


def test_without_a_terminal_nothing_is_generated(fake):
    done = run(fake, *CREATE, "--generate-password", start_new_session=True)
    assert (done.returncode, done.stdout, fake.requests()) == (255, b"", [])
    assert b"--password-stdin" in done.stderr


# ---- what is not to be seen ------------------------------------------------------------------


def test_no_argument_is_in_the_list_of_processes(fake):
    fake.fault("delay_before", seconds=30, action="CreateLoginProfile")
    words = [*CREATE, "--password", GOOD, "--cli-input-json", json.dumps({"Password": GOOD})]
    process = subprocess.Popen([IAMLP, *words, "--endpoint-url", fake.http],
                               env={**ENVIRONMENT, "HOME": "/nonexistent"},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert fake.wait(received=1, timeout=30)
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            listed = file.read()
        assert b"create-login-profile" in listed
        assert GOOD.encode() not in listed and ALICE.encode() not in listed
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130 and process.stdout.read() == b"\n"
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("words, status", [
    ((*CREATE, "--password", GOOD), 0), ((*CREATE, "--password", GOOD, GOOD), 252),
    ((*CREATE, "--password", "-" + GOOD), 252), ((*CREATE, "--pass", GOOD), 252),
    ((*CREATE, "--p", GOOD), 252), ((*CREATE, "--password", f"--{GOOD}"), 252),
    ((*CREATE, "--passwd", GOOD), 252), ((*CREATE, f"--passwd={GOOD}"), 252),
    ((*CREATE, "--cli-input-json", '{"Password": "%s",}' % GOOD), 252),
    ((*CREATE, "--cli-input-json", '{"%s": 1}' % GOOD), 252),
    ((*CREATE[:2], "nobody", "--password", GOOD), 254)])
def test_debug_and_errors_say_no_secret(fake, words, status):
    done = run(fake, *words, "--debug")
    assert done.returncode == status and done.stderr
    for secret in (GOOD, ENVIRONMENT["AWS_SECRET_ACCESS_KEY"]):
        assert secret.encode() not in done.stderr + done.stdout


@pytest.mark.parametrize("words", [
    ("--password", GOOD, *CREATE), ("--region", "us-east-1", "--password", GOOD, *CREATE),
    ("--password", "correct-horse", *CREATE), ("--old-password", GOOD, "change-password"),
    (f"--{GOOD}", GOOD, *CREATE), ("--debug", GOOD)])
def test_a_secret_in_front_of_the_verb(fake, words):
    done = run(fake, *words)
    assert (done.returncode, done.stdout, fake.requests()) == (252, b"", [])
    assert GOOD.encode() not in done.stderr and b"correct-horse" not in done.stderr
    assert b"unknown option --" in done.stderr or f"--{GOOD}" in words or words[0] == "--debug"


def test_a_server_that_repeats_the_password(fake):
    fake.fault("error", status=400, code="ValidationError", message=f"Value '{GOOD}' is bad")
    done = run(fake, *CREATE, "--password", GOOD)
    assert done.returncode == 254 and GOOD.encode() not in done.stderr
    assert done.stderr.startswith(b"\nAn error occurred (ValidationError) when calling the "
                                  b"CreateLoginProfile operation: ")


@pytest.mark.parametrize("fault", [
    {"code": f"No{GOOD}"}, {"code": GOOD}, {"code": "x", "message": "." * 242 + GOOD},
    {"code": "x", "message": "." * 250 + GOOD},
    {"code": "x", "request_id": f"rid-{GOOD}"}])
def test_a_server_that_repeats_it_elsewhere_or_cut(fake, fault):
    fake.fault("error", status=400, **{"message": "no", **fault})
    done = run(fake, *CREATE, "--password", GOOD, "--debug")
    assert done.returncode == 254 and GOOD[:5].encode() not in done.stderr, done.stderr


def test_variables_of_libraries_have_no_effect(fake, tmp_path):
    log = tmp_path / "keys"
    done = subprocess.run([IAMLP, *CREATE, "--password", GOOD, "--endpoint-url", fake.https,
                           "--ca-bundle", fake.ca],
                          env={**ENVIRONMENT, "HOME": "/nonexistent", "SSLKEYLOGFILE": str(log),
                               "OPENSSL_CONF": "/nonexistent", "http_proxy": fake.closed},
                          capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr, log.exists()) == (0, b"", False)


# ---- sentences ---------------------------------------------------------------------------------


def test_refusals_are_word_for_word(fake):
    done = run(fake, *CREATE[:2], CAROL, "--password", GOOD)
    assert done.stderr.decode() == (
        "\nAn error occurred (EntityAlreadyExists) when calling the CreateLoginProfile operation: "
        f"Login Profile for user {CAROL} already exists.\n")
    fake.fault("throttle", times=-1)
    done = run(fake, "get-login-profile", "--user-name", CAROL)
    assert b"(Throttling) when calling the GetLoginProfile operation (reached max retries: 2): " \
        in done.stderr


@pytest.mark.parametrize("words", [
    ("--output", "yaml"), ("--output", "table"), ("--query", "LoginProfile"),
    ("--generate-cli-skeleton", "yaml-input"), ("--cli-input-yaml", "{}")])
def test_other_forms_are_refused_before_anything_is_sent(fake, words):
    done = run(fake, *CREATE, "--password", GOOD, *words)
    assert (done.returncode, done.stdout, fake.requests()) == (252, b"", [])


# ---- AWS's documentation ---------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash"])
def test_skeleton_edit_and_create_as_documented(fake, tmp_path, shell):
    """The skeleton is written to a file, filled in, and read again, in a shell with a person."""
    prompt = rb"\$ "
    lines = [
        "cd",
        "iamlp create-login-profile --generate-cli-skeleton > create-login-profile.json",
        "cat create-login-profile.json",
        "sed -i -e 's/\"UserName\": \"\"/\"UserName\": \"%s\"/' "
        "-e 's/\"Password\": \"\"/\"Password\": \"\\&1-3a6u:RA0djs\"/' create-login-profile.json"
        % ALICE,
        "iamlp create-login-profile --cli-input-json file://create-login-profile.json",
        "exit"]
    (tmp_path / "iamlp").symlink_to(IAMLP)
    home = tmp_path / "home"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n")
    (home / ".aws" / "config").write_text("[default]\nregion = us-east-1\n")
    # The one thing that is not typed as documented: where the fake is.
    (home / ".profile").write_text(
        f'iamlp() {{ command iamlp --endpoint-url {fake.http} "$@"; }}\nPS1="$ "\n')
    saw = at_terminal([shell, "-i"] if shell == "/bin/sh" else [shell, "--rcfile",
                                                                str(home / ".profile"), "-i"],
                      [(prompt, line) for line in lines],
                      env={"HOME": str(home), "ENV": str(home / ".profile"), "TERM": "dumb",
                           "PATH": f"{tmp_path}:/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                           "AWS_EC2_METADATA_DISABLED": "true", "PS1": "$ ", "PWD": str(home)},
                      err=False)
    assert saw.status == 0
    shown = saw.out.decode().replace("\r\n", "\n")
    assert '{\n    "UserName": "",\n    "Password": "",\n    "PasswordResetRequired": true\n}' in shown
    assert f'"UserName": "{ALICE}",\n        "CreateDate": "' in shown
    assert fake.sign_in(ALICE, DOCUMENTED) == {"ok": True, "must_change": True}
