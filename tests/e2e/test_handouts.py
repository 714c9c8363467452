"""The two services that hand out keys, IMDS and the one of containers, mood by mood: what is asked,
what is taken for keys, and what an administrator reads when it is none."""

import re
import time

import pytest

from world.iamcall import iamcall

ECS = "/v2/credentials/2fa8e1a0-1f5b-4c5e-9b1d-0123456789ab"
PODS = "/v1/credentials"
POD_TOKEN = "authorization-token-EXAMPLE"
TOKEN, ROLES, KEYS, REGION = "imds:token", "imds:role", "imds:keys", "imds:region"


def check(said, error, pattern, at):
    assert said["error"] == error, said
    assert re.match(pattern.replace("@", re.escape(at)), said["sentence"]), said["sentence"]
    assert not re.search(r"[\x00-\x1f\x7f]", said["sentence"])
    assert not re.search(r"(ASIA|wJal|IQoJ|EXAMPLETOKEN)", said["sentence"])


# ---- IMDS ---------------------------------------------------------------------------------------


def from_imds(fake, *arguments):
    return iamcall("--imds", fake.imds, "--timeout", "30000", *arguments)


def test_keys_of_imds_work(fake):
    status, said = from_imds(fake, "--url", fake.https, "--ca", fake.ca, "GetUser",
                             "UserName=Alice.Smith@example.com")
    assert status == 0 and said["fault"] == "none"
    log = fake.requests()
    assert [r["action"] for r in log] == [TOKEN, ROLES, KEYS, REGION, "GetUser"]
    assert len({r["connection"] for r in log[:4]}) == 1
    assert log[4]["key"] == "ASIAIOSFODNN7EXAMPLE"
    assert "x-amz-security-token" in log[4]["signed_headers"]
    status, said = from_imds(fake, "--imds-role", "iamlp-host")
    assert (status, said["provider"], said["region"]) == (0, "imds", "eu-west-1")
    assert 21000 < int(said["expires"]) - time.time() < 22000
    assert ROLES not in fake.actions()[5:]


def test_imds_over_ipv6(fake):
    if "http6" not in fake.ready:
        pytest.skip("skipped: loopback has no IPv6 here")
    status, said = iamcall("--imds", fake.ready["http6"])
    assert (status, said["provider"]) == (0, "imds")


NOT_IMDS = ".*; correct imds_endpoint_url, or choose other credentials"
# mood and its arguments: error, sentence (@ is the address), what was asked
IMDS = [
    ({"mood": "no_role"}, "denied", "imds: @: the instance has no role; attach an instance profile",
     [TOKEN, ROLES]),
    ({"role": []}, "denied", "imds: @: the instance has no role; attach", [TOKEN, ROLES]),
    ({"role": "a b"}, "format", "imds: @: the role's name holds a character" + NOT_IMDS,
     [TOKEN, ROLES]),
    ({"role": "r" * 65}, "format", "imds: @: the role's name has 65 characters" + NOT_IMDS,
     [TOKEN, ROLES]),
    # Version 1 is never asked.
    ({"mood": "old"}, "denied", "imds: @: status 403 to the token request: turned off", [TOKEN]),
    ({"mood": "forbidden"}, "denied", "imds: @: status 403 to the token request", [TOKEN]),
    ({"mood": "foreign"}, "denied", "imds: @: status 404 to the token request: .*not EC2's", [TOKEN]),
    ({"mood": "redirect"}, "denied", "imds: @: status 302 to the token request", [TOKEN]),
    ({"mood": "empty"}, "format", "imds: @: its token has 0 bytes" + NOT_IMDS, [TOKEN]),
    ({"mood": "huge"}, "limit", "imds: @: the answer is too large", [TOKEN]),
    ({"token": "t" * 1025}, "format", "imds: @: its token has 1025 bytes" + NOT_IMDS, [TOKEN]),
    ({"mood": "wrong"}, "format", "imds: @: role iamlp-host: the JSON is not an object" + NOT_IMDS,
     [TOKEN, ROLES, KEYS]),
    ({"fields": {"Token": None}}, "format", "imds: @: role iamlp-host: Token is missing" + NOT_IMDS,
     [TOKEN, ROLES, KEYS]),
    ({"fields": {"Expiration": "tomorrow"}}, "format", "imds: @: role iamlp-host: Expiration is not",
     [TOKEN, ROLES, KEYS]),
    ({"fields": {"Code": "Failed", "Message": "\u001b[31mno\n"}}, "denied",
     r"imds: @: role iamlp-host: no keys: Failed: \?\[31mno\?; the role's trust",
     [TOKEN, ROLES, KEYS]),
    # A token that serves for nothing is renewed once, and then the answer stands.
    ({"token_uses": 0}, "network", "imds: @: status 401 to the list of roles; it is busy",
     [TOKEN, ROLES] * 2),
    ({"mood": "error"}, "network", "imds: @: status 500 to the token request; it is busy or broken",
     [TOKEN] * 3),
    ({"mood": "drop"}, "network", "imds: no instance metadata service: @: ", [TOKEN]),
    ({"mood": "stalled"}, "timeout", "imds: @: no answer to the token request within 1000 ms", [TOKEN]),
    ({"mood": "slow", "seconds": 3}, "timeout", "imds: @: no answer to the token request", [TOKEN]),
]


@pytest.mark.parametrize("mood, error, sentence, asked", IMDS, ids=[
    f"{n}-{m[0].get('mood', '-'.join(m[0]))}" for n, m in enumerate(IMDS)])
def test_moods_of_imds(fake, mood, error, sentence, asked):
    fake.control("set_imds", **mood)
    status, said = from_imds(fake)
    assert status == 1
    check(said, error, sentence, fake.imds.rpartition("/")[2])
    fake.wait(logged=len(asked))
    assert fake.actions() == asked


def test_the_first_of_several_roles(fake):
    fake.control("set_imds", role=["iamlp-host", "second"])
    assert from_imds(fake)[0] == 0
    status, said = from_imds(fake, "--imds-role", "third")
    assert status == 1 and said["error"] == "denied"
    assert "role third: the instance does not have this role; correct imds_role" in said["sentence"]


def test_an_expired_imds_token_is_renewed(fake):
    fake.fault("error", action=ROLES, status=401, code="x", message="x")
    status, said = from_imds(fake)
    assert (status, said["provider"]) == (0, "imds")
    assert fake.actions() == [TOKEN, ROLES, TOKEN, ROLES, KEYS, REGION]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_imds_is_asked_again(fake, status):
    fake.fault("error", action=KEYS, status=status, code="x", message="x", times=2)
    assert from_imds(fake)[0] == 0
    assert fake.actions() == [TOKEN, ROLES, KEYS, KEYS, KEYS, REGION]


def test_no_region_is_no_fault(fake):
    fake.fault("error", action=REGION, status=404, code="x", message="x")
    status, said = from_imds(fake)
    assert (status, said["region"]) == (0, "")


@pytest.mark.parametrize("service", ["imds", "container"])
def test_keys_that_run_out_within_a_minute(fake, service):
    def ask(seconds):
        if service == "imds":
            fake.control("set_imds", expires_in=seconds)
            return from_imds(fake)
        fake.control("set_container", path=ECS, expires_in=seconds)
        return from_container(fake, ECS)

    status, said = ask(50)
    assert (status, said["error"]) == (1, "denied") and "run out in" in said["sentence"]
    assert ask(90)[0] == 0


# ---- containers ------------------------------------------------------------------------------------


def from_container(fake, path, *arguments, base=None):
    return iamcall("--choice", "container", "--container", (base or fake.http) + path, "--timeout",
                   "30000", *arguments)


@pytest.fixture
def token(tmp_path):
    """token(text) -> the options with a file that holds it"""
    def write(text):
        path = tmp_path / "token"
        path.write_bytes(text.encode())
        return ["--container-token", str(path)]
    return write


def test_keys_of_containers_work(fake, token):
    for path, options in ((ECS, []), (PODS, token(POD_TOKEN))):
        status, said = from_container(fake, path, *options)
        assert (status, said["provider"], said["id"]) == (0, "container", "ASIACONTAINEREXAMPLE")
        assert (said["region"], said["token"] != "") == ("", True)
        assert 21000 < int(said["expires"]) - time.time() < 22000
    assert from_container(fake, ECS, "--ca", fake.ca, base=fake.https)[0] == 0


def test_the_token_goes_as_it_stands(fake, token):
    fake.control("set_container", path=PODS, token="Bearer a b==")
    assert from_container(fake, PODS, *token("Bearer a b=="))[0] == 0
    fake.reset_requests()
    for text in ("Bearer a b==\n", "\r\nBearer a b==", "Bearer a b==\r\nX-Other: y"):
        status, said = from_container(fake, PODS, *token(text))
        assert status == 1 and "token: holds a line break" in said["sentence"]
    assert fake.requests() == []


AGENT = ".*; container_uri must be the address of the agent"
# mood and its arguments: error, sentence (@ is the address), how often it was asked
CONTAINER = [
    ({"mood": "wrong"}, "format", "container: @: the JSON is not an object" + AGENT, 1),
    ({"mood": "html"}, "format", "container: @: not JSON: line 1" + AGENT, 1),
    ({"mood": "empty"}, "format", "container: @: not JSON" + AGENT, 1),
    ({"mood": "garbage"}, "format", "container: @: not JSON" + AGENT, 1),
    ({"fields": {"Token": None}}, "format", "container: @: Token is missing" + AGENT, 1),
    ({"fields": {"Expiration": None}}, "format", "container: @: Expiration is missing" + AGENT, 1),
    ({"fields": {"SecretAccessKey": "a b"}}, "format", "container: @: SecretAccessKey: holds a", 1),
    ({"fields": {"AccessKeyId": 7}}, "format", "container: @: AccessKeyId: is no access key id", 1),
    ({"mood": "huge"}, "limit", "container: @: the answer is too large" + AGENT, 1),
    ({"mood": "redirect"}, "denied", "container: @: status 302; correct container_uri", 1),
    ({"mood": "denied"}, "denied", "container: @: status 403: AccessDeniedException: .*; it may want "
     "a token: set container_token_file", 1),
    ({"mood": "error", "status": 404, "code": "InvalidIdInRequest", "message": "no ID"}, "denied",
     "container: @: status 404: InvalidIdInRequest: no ID; correct container_uri, or give the", 1),
    ({"mood": "error", "status": 400, "code": "X\u001b", "message": "a\nb"}, "denied",
     r"container: @: status 400: X\?: a\?b; correct", 1),
    ({"mood": "error"}, "network", "container: @: status 500: InternalServerError: Unable to get the "
     "credentials.; look at the agent", 3),
    ({"mood": "error", "status": 429}, "network", "container: @: status 429: .*; look at", 3),
    ({"mood": "drop"}, "network", "container: @: the connection was closed" + AGENT, 1),
    ({"mood": "stalled"}, "timeout", "container: @: no answer within 2000 ms" + AGENT, 1),
    ({"mood": "trickle", "seconds": 0.5}, "timeout", "container: @: no answer within 2000 ms", 1),
]


@pytest.mark.parametrize("mood, error, sentence, times", CONTAINER, ids=[
    f"{n}-{m[0].get('mood', '-'.join(m[0]))}" for n, m in enumerate(CONTAINER)])
def test_moods_of_containers(fake, mood, error, sentence, times):
    fake.control("set_container", path=ECS, **mood)
    status, said = from_container(fake, ECS)
    assert status == 1
    check(said, error, sentence, fake.http.rpartition("/")[2])
    fake.wait(logged=times)
    assert fake.actions() == ["container:keys"] * times


def test_a_busy_agent_is_asked_again(fake):
    fake.fault("error", action="container", status=503, code="x", message="x", times=2)
    assert from_container(fake, ECS)[0] == 0
    assert fake.actions() == ["container:keys"] * 3


def test_neither_is_asked_through_a_proxy(fake):
    proxy = ["--proxy", fake.closed]
    assert from_imds(fake, *proxy)[0] == 0
    assert from_container(fake, ECS, "--ca", fake.ca, *proxy, base=fake.https)[0] == 0


def test_an_agent_that_nobody_vouches_for_gets_no_token(fake, token):
    status, said = from_container(fake, PODS, *token(POD_TOKEN), "--ca", fake.wrong_ca,
                                  base=fake.https)
    assert (status, said["error"]) == (1, "trust") and "certificate" in said["sentence"]
    assert fake.requests() == []


@pytest.mark.parametrize("fault", ["imds", "container"])
def test_auto_stops_at_what_is_broken(fake, tmp_path, fault):
    """With `auto` a provider that is configured and broken is the end; IMDS may be absent."""
    options = ["--choice", "auto", "--imds", fake.imds]
    if fault == "container":
        fake.control("set_container", path=ECS, mood="garbage")
        options += ["--container", fake.http + ECS]
    else:
        fake.control("set_imds", mood="garbage")
    status, said = iamcall(*options)
    assert status == 1 and said["sentence"].startswith(f"{fault}: ")
    if fault == "imds":
        fake.control("set_imds", mood="old")
        status, said = iamcall(*options)
        assert said["sentence"].startswith("no credentials: ")
        assert "container: container_uri is not given; imds: " in said["sentence"]
    else:
        assert all(r["service"] != "imds" for r in fake.requests())
