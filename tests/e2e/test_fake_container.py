"""The container credentials endpoint of the fake: ECS's shape, EKS's, its token and its moods."""

import http.client
import json
from urllib.parse import urlsplit

import pytest
from botocore.credentials import ContainerProvider
from botocore.utils import ContainerMetadataFetcher

from fake.caller import Caller
from fake.client import ControlError
from fake.clock import iso

ECS = "/v2/credentials/2fa8e1a0-1f5b-4c5e-9b1d-0123456789ab"
EKS = "/v1/credentials"
TOKEN = "authorization-token-EXAMPLE"
KEY = "ASIACONTAINEREXAMPLE"


@pytest.fixture
def ask(fake):
    """ask(path, token=None, method="GET") -> (status, headers, body)"""
    connection = http.client.HTTPConnection(urlsplit(fake.http).netloc, timeout=10)

    def asked(path, token=None, method="GET", timeout=10):
        connection.timeout = timeout
        connection.request(method, path, headers={"Authorization": token} if token else {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()

    yield asked
    connection.close()


@pytest.mark.parametrize("path, token, member, value", [
    (ECS, None, "RoleArn", "arn:aws:iam::123456789012:role/iamlp-host"),
    (EKS, TOKEN, "AccountId", "123456789012")])
def test_keys_and_a_request_that_they_sign(fake, ask, path, token, member, value):
    status, _, body = ask(path, token)
    keys = json.loads(body)
    assert status == 200 and keys["AccessKeyId"] == KEY
    assert set(keys) == {"AccessKeyId", "SecretAccessKey", "Token", "Expiration", member}
    assert keys[member] == value
    assert keys["Expiration"] > iso(fake.requests()[0]["time"] + 21000)
    with Caller(fake.http, KEY, keys["SecretAccessKey"], keys["Token"]) as caller:
        assert caller.call("GetUser", UserName="Alice.Smith@example.com").status == 200
    log = fake.requests()
    assert [(r["service"], r["action"], r["acted"]) for r in log] == [
        ("container", "container:keys", True), ("iam", "GetUser", True)]
    assert log[1]["session"] == "task-0123456789abcdef0"


@pytest.mark.parametrize("token", [None, TOKEN + "x", TOKEN[:-1], "Bearer " + TOKEN])
def test_the_token_has_to_be_right(fake, ask, token):
    status, _, body = ask(EKS, token)
    assert status == 403 and json.loads(body)["code"] == "AccessDeniedException"
    assert KEY not in body.decode() and TOKEN not in json.dumps(fake.requests())
    assert (fake.requests()[0]["code"], fake.requests()[0]["acted"]) == (
        "AccessDeniedException", False)
    fake.control("set_container", path=EKS, token=token)
    assert ask(EKS, token)[0] == 200


def test_paths_and_methods(fake, ask):
    assert ask("/v2/credentials/another")[0] == 404 and ask("/v1/credentials/x")[0] == 404
    assert ask(ECS, method="PUT")[0] == 405
    fake.control("set_container", path="/my/own", key="ASIAIOSFODNN7EXAMPLE", shape="ecs")
    assert json.loads(ask("/my/own?x=1")[2])["AccessKeyId"] == "ASIAIOSFODNN7EXAMPLE"


def test_moods(fake, ask):
    def keys(mood, **more):
        fake.control("set_container", path=ECS, mood=mood, **more)
        return ask(ECS)

    assert json.loads(keys("expired")[2])["Expiration"] < iso(fake.requests()[-1]["time"])
    assert json.loads(keys("unknown")[2])["AccessKeyId"] == "ASIAUNKNOWNS2EXAMPLE"
    with pytest.raises(ValueError):
        json.loads(keys("garbage")[2])
    assert json.loads(keys("wrong")[2]) == ["these", "are", "no", "keys"]
    status, headers, body = keys("html")
    assert (status, headers["Content-Type"]) == (200, "text/html") and b"<html>" in body
    assert keys("empty")[::2] == (200, b"")
    status, headers, _ = keys("redirect", location="http://127.0.0.1:9/x")
    assert (status, headers["Location"]) == (302, "http://127.0.0.1:9/x")
    assert keys("denied")[0] == 403
    status, _, body = keys("error", status=503, code="Busy", message="later")
    assert (status, json.loads(body)) == (503, {"code": "Busy", "message": "later"})
    assert len(keys("huge", size=100000)[2]) == 100000
    assert json.loads(keys("slow", seconds=0.01)[2])["AccessKeyId"] == KEY
    assert json.loads(keys("trickle", seconds=0)[2])["AccessKeyId"] == KEY
    found = json.loads(keys("ok", expires_in=30, fields={"Token": None, "AccessKeyId": 7})[2])
    assert "Token" not in found and found["AccessKeyId"] == 7
    assert found["Expiration"] < iso(fake.requests()[-1]["time"] + 32)
    with pytest.raises(ControlError, match="no mood 'sad'"):
        keys("sad")


def test_no_answer(fake, ask):
    fake.control("set_container", path=ECS, mood="drop")
    with pytest.raises(http.client.RemoteDisconnected):
        ask(ECS)
    fake.control("set_container", path=ECS, mood="stalled")
    with pytest.raises(TimeoutError):
        ask(ECS, timeout=0.2)
    assert [r["status"] for r in fake.requests()] == [None, None]


def test_faults_reach_it_only_when_named(fake, ask):
    fake.fault("throttle")
    fake.fault("error", action="container", status=500, after=1)
    assert [ask(ECS)[0] for _ in range(3)] == [200, 500, 200]


def test_botocore_takes_them(fake):
    def load(token):
        environment = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": fake.http + EKS,
                       "AWS_CONTAINER_AUTHORIZATION_TOKEN": token}
        fetcher = ContainerMetadataFetcher(sleep=lambda _seconds: None)
        return ContainerProvider(environment, fetcher).load().get_frozen_credentials()

    assert load(TOKEN).access_key == KEY
    with pytest.raises(Exception, match="AccessDeniedException"):
        load("another")
    fake.control("set_container", path=EKS, mood="error", code="Busy", message="later")
    with pytest.raises(Exception, match="Busy"):
        load(TOKEN)
