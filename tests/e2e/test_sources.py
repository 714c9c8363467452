"""What root reads and runs for iamlp-net: programs, tokens, files, and the way to AWS."""

import json
import os
import re
import shutil

import pytest

from world.host import KEY, SECRET
from world.needs import NEEDS_WORLD
from world.org import PEOPLE, STORY, account, on_imds

pytestmark = NEEDS_WORLD

ALICE, UID = "Alice.Smith@example.com", 64001
WEB = f"arn:aws:iam::{PEOPLE}:role/service/iamlp-web"
PODS = "/v1/credentials"


def refused(fake, host, log, seen, *says):
    """Nobody was asked for anything, and the administrator is told."""
    assert seen.password is None and fake.actions() == []
    assert all(text in seen.text for text in says), seen.text
    assert log.events()[-1]["severity"] == 3 and host.record(UID)["phase"] == "failed"


# ---- credential_process


def keys(**more):
    return json.dumps({"Version": 1, "AccessKeyId": KEY, "SecretAccessKey": SECRET, **more})


@pytest.fixture
def program(host):
    """program(TEXT, ARGUMENTS...): the profile's command, run by [aws] as it is configured."""
    def configure(text, arguments="", mode=0o755, **aws):
        path = host.write("program", "#!/bin/sh\n" + text, mode)
        config = host.write("config", f"[profile people]\ncredential_process = {path} {arguments}\n",
                            0o600)
        host.configure(**{"credentials": "process", "credentials_file": None, "config_file": config,
                          "profile": "people", **aws})
        return path
    return configure


@pytest.mark.parametrize("credentials", ["process", "file", "auto"])
def test_a_program_gives_keys(fake, host, program, credentials):
    program(f"echo \"$@\" >{host.folder}/arguments; printf %s '{keys()}'\n", "--as 'the host'",
            credentials=credentials)
    seen = host.provision("alice")
    assert fake.sign_in(ALICE, seen.password)["ok"], seen.text
    assert fake.actions() == STORY and fake.requests()[0]["key"] == KEY
    with open(host.folder + "/arguments", encoding="utf-8") as file:
        assert file.read() == "--as the host\n"


def test_it_is_root_and_has_no_environment(fake, host, program):
    program(f"/usr/bin/id -u >{host.folder}/who; /usr/bin/env >>{host.folder}/who; "
            f"printf %s '{keys()}'\n")
    assert host.provision("alice").password
    with open(host.folder + "/who", encoding="utf-8") as file:
        uid, *environment = file.read().split("\n")
    # What a shell sets for itself.
    assert uid == "0" and {e.partition("=")[0] for e in environment} <= {"PWD", "SHLVL", "_", "OLDPWD", ""}


KEYCTL = shutil.which("keyctl")


@pytest.mark.skipif(KEYCTL is None, reason="skipped: keyctl is not installed")
def test_it_has_not_the_callers_keyring(fake, host, program):
    """Whoever calls passwd or su would else choose what it finds there."""
    program(f"{KEYCTL} search @s user iamlp-test:callers >{host.folder}/found 2>&1\n"
            f"printf %s '{keys()}'\n")
    helper = host.write("helper", f"#!/bin/sh\nexec {KEYCTL} session - /bin/sh -c '{KEYCTL} add user "
                        f"iamlp-test:callers x @s && exec {host.helper('x')[0]} \"$@\"' x \"$@\"\n", 0o755)
    assert host.provision("alice", "--helper", helper).password
    with open(host.folder + "/found", encoding="utf-8") as file:
        assert "Required key not available" in file.read()


@pytest.mark.parametrize("text, says", [
    ("exit 3\n", "/program: ended with status 3"), ("kill -9 $$\n", "was ended by signal 9"),
    ("exec /nowhere\n", "status 127"), ("/usr/bin/yes hidden\n", "printed more than 65536 bytes"),
    ("echo hidden\n", "what credential_process printed"), ("", "what credential_process printed")])
def test_a_program_that_fails(fake, host, log, program, text, says):
    program(text, "hidden")
    seen = host.provision("alice")
    refused(fake, host, log, seen, says, os.path.join(host.folder, "config"))
    assert "hidden" not in seen.text + str(log.lines)


def test_a_program_that_does_not_end(fake, host, log, program):
    program("sleep 1000\n")
    seen = host.provision("alice", timeout=1)
    assert seen.password is None and fake.actions() == []
    assert re.search("did not end in time|no answer in time|time .* is up", seen.text), seen.text


def test_nor_does_it_take_a_login_the_time_to_say_so(fake, host, log, program):
    program("exec sleep 1000\n", rest="[login]\ncreate = login\n")
    host.hook("alice", timeout=3)
    noted = log.events()[-1]
    assert fake.actions() == [] and noted["code"] not in ("helper", "network")
    assert "/program: did not end in time; run it by hand to see why" in noted["msg"]


@pytest.mark.parametrize("mode, mend", [(0o777, "chmod go-w"), (0o644, "chmod u+x")])
def test_a_program_that_is_not_trusted(fake, host, log, program, mode, mend):
    path = program(f"echo ran >{host.folder}/ran; printf %s '{keys()}'\n", mode=mode)
    refused(fake, host, log, host.provision("alice"), path, "mend with: " + mend)
    assert not os.path.exists(host.folder + "/ran")


def test_a_command_on_several_lines(fake, host, log, program):
    path = program(f"echo ran >{host.folder}/ran\n")
    config = host.write("config", f"[profile people]\ncredential_process = {path} one\n  two\n", 0o600)
    host.configure(credentials="process", credentials_file=None, config_file=config, profile="people")
    seen = host.provision("alice")
    assert seen.password is None and fake.actions() == []
    assert not os.path.exists(host.folder + "/ran")


def test_keys_of_a_program_that_expire_are_kept(fake, host, program):
    """It is run all the same: what it says now may be something else."""
    program(f"printf %s '{keys(Expiration='2099-01-01T00:00:00Z')}'\n")
    assert host.provision("alice").password and host.provision("bob").password
    assert fake.actions() == STORY * 2


# ---- web identity


@pytest.fixture
def token(fake, host):
    path = host.write("token", fake.control("set_web_token"), 0o600)

    def configure(where=path, **aws):
        host.configure(**{"users": "alice = people:Alice.Smith@example.com\nbob = people:Bob.Jones@example.com\n",
                          "rest": account(fake, "people", id=PEOPLE, role_arn=WEB),
                          "credentials": "web_identity", "credentials_file": None,
                          "web_identity_token_file": where, **aws})
        return where
    return configure


@pytest.mark.parametrize("credentials", ["web_identity", "auto"])
def test_a_token_gives_a_role(fake, host, token, credentials):
    token(credentials=credentials)
    assert host.provision("alice").password and host.provision("bob").password
    assert fake.actions() == ["AssumeRoleWithWebIdentity", *STORY, *STORY], "its session is kept"
    assert fake.requests()[1]["arn"].startswith(f"arn:aws:sts::{PEOPLE}:assumed-role/iamlp-web/")


def test_a_token_of_a_profile(fake, host, token):
    path = token()
    config = host.write("config", f"[default]\nrole_arn = {WEB}\nweb_identity_token_file = {path}\n",
                        0o600)
    host.configure(credentials="file", credentials_file=None, config_file=config, region="us-east-1",
                   sts_endpoint_url=fake.https)
    assert host.provision("alice").password
    assert fake.actions()[0] == "AssumeRoleWithWebIdentity"


@pytest.mark.parametrize("make, says", [
    (lambda p: (os.rename(p, p + "-1"), os.symlink(p + "-1", p)), "is a symbolic link; write the path"),
    (os.unlink, "No such file"), (lambda p: os.chmod(p, 0o666), "mend with: chmod go-w"),
    (lambda p: os.chown(p, 64001, -1), "mend with: chown root")],
    ids=["link", "absent", "writable", "foreign"])
def test_a_token_that_cannot_be_read(fake, host, log, token, make, says):
    path = token()
    make(path)
    refused(fake, host, log, host.provision("alice"), "web_identity_token_file", path, says)


# ---- containers, proxies


def test_a_containers_service_by_token(fake, host):
    path = host.write("container", "authorization-token-EXAMPLE", 0o600)
    host.configure(credentials="container", credentials_file=None, container_uri=fake.http + PODS,
                   container_token_file=path, region="us-east-1")
    assert host.provision("alice").password and host.provision("bob").password
    assert fake.actions() == ["container:keys", *STORY, *STORY]
    fake.fault("error", action="GetUser", status=403, code="InvalidClientTokenId", message="no", times=2)
    seen = host.provision("carol")
    assert f"the keys of {fake.http.partition('://')[2]}: no" in seen.text, seen.text
    os.chmod(path, 0o644)
    assert f"container_token_file: {path} has mode 0644" in host.provision("carol").text


@pytest.mark.parametrize("behind", ["", "\n"])
def test_through_a_proxy_with_a_password(fake, host, behind):
    """An editor's newline is no part of it."""
    fake.control("set_proxy", user="host", password="Proxy:Secret-1 ")
    path = host.write("proxy-auth", "host:Proxy:Secret-1 " + behind, 0o600)
    on_imds(host, fake, proxy=fake.proxy, proxy_auth_file=path)
    assert host.provision("alice").password
    assert {(c["target"], c["status"]) for c in fake.connects()} == {
        (fake.https.partition("://")[2], 200)}


def test_two_newlines_are_no_password(fake, host, log):
    fake.control("set_proxy", user="host", password="Proxy-Secret-1")
    path = host.write("proxy-auth", "host:Proxy-Secret-1\n\n", 0o600)
    host.configure(proxy=fake.proxy, proxy_auth_file=path)
    seen = host.provision("alice")
    assert seen.password is None and fake.actions() == [] and "Secret" not in seen.text


# ---- the clock


@pytest.mark.parametrize("offset, words", [(1200, "behind AWS's"), (-1200, "ahead of AWS's")])
def test_a_clock_that_was_corrected_is_said_once(fake, host, log, offset, words):
    fake.control("clock", offset=offset)
    seen = host.provision("alice")
    assert fake.sign_in(ALICE, seen.password)["ok"]
    assert fake.actions() == ["GetUser", *STORY]
    told = [e for e in log.events() if e["code"] == "clock"]
    assert len(told) == 1 and told[0]["severity"] == 5 and told[0]["event"] == "config"
    seconds, = re.fullmatch(r"the clock of this host is (\d+) s " + words + "; set it",
                            told[0]["msg"]).groups()
    assert 1140 <= int(seconds) <= 1260


def test_a_clock_that_sts_corrects(fake, host, log):
    fake.control("clock", offset=1200)
    on_imds(host, fake)
    assert host.provision("alice").password
    assert fake.actions()[4:] == ["AssumeRole", "AssumeRole", *STORY]
    assert [e["code"] for e in log.events()].count("clock") == 1
