"""Through a proxy (src/aws/http.h, HTTP-2) with build/tests/e2e/iamcall, against the fake's."""

import pytest

from world.iamcall import NEEDS_IAMCALL, call, iamcall, key_file  # noqa: F401

ALICE = "Alice.Smith@example.com"
ROLE = "arn:aws:iam::111122223333:role/iamlp-provision"
USER, PASSWORD = "host", "Proxy:Secret-1 100%41 é"

pytestmark = NEEDS_IAMCALL


@pytest.fixture
def through(call, fake, tmp_path):
    """through(PROXY, AUTH, ...): what iamcall said of a create that may be repeated; the
    password is in none of it."""
    def run(proxy, auth=None, options=(), timeout=20000, **more):
        given = ["--proxy", proxy, "--retry", "100", "--timeout", str(timeout), *options]
        if auth is not None:
            (tmp_path / "auth").write_text(auth)
            given += ["--proxy-auth", str(tmp_path / "auth")]
        said = call("CreateLoginProfile", options=given, UserName=ALICE, Password="Correct-Horse-7",
                    **more)
        assert "Secret" not in str(said) and USER + ":" not in str(said)
        return said
    return run


def host(url):
    return url.partition("://")[2]


def failed(fake, said, fault, attempts, sentence):
    """Nothing reached AWS, and the sentence says why."""
    assert (said["fault"], said["maybe_acted"], int(said["attempts"])) == (fault, "0", attempts)
    assert said["message"] == sentence
    assert fake.requests() == [] and fake.profile(ALICE) is None


# ---- the way through ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["proxy", "proxy_tls"])
def test_by_connect(fake, through, kind):
    fake.fault("throttle")
    said = through(getattr(fake, kind))
    assert (said["fault"], said["tls"], said["attempts"]) == ("none", "1", "2")
    lines = fake.connects()
    assert [(c["method"], c["target"], c["tls"], c["credentials"], c["status"]) for c in lines] == [
        ("CONNECT", host(fake.https), kind == "proxy_tls", False, 200)]
    assert lines[0]["user_agent"] == "pam_iamlp-test"
    assert fake.actions() == ["CreateLoginProfile"] * 2


@pytest.mark.parametrize("kind", ["proxy", "proxy_tls"])
def test_user_and_password(fake, through, kind):
    fake.control("set_proxy", user=USER, password=PASSWORD)
    said = through(getattr(fake, kind), f"{USER}:{PASSWORD}")
    assert said["fault"] == "none"
    assert [(c["user"], c["status"]) for c in fake.connects()] == [(USER, 200)]
    # The proxy's are the proxy's.
    assert all("proxy-authorization" not in r["signed_headers"] for r in fake.requests())


def test_an_ipv6_address(fake, call, through):
    url = fake.ready.get("https6")
    if url is None:
        pytest.skip("skipped: no IPv6 on loopback")
    assert call("GetUser", url=url, UserName=ALICE)["fault"] == "none"
    assert through(fake.proxy, url=url)["fault"] == "none"
    assert [(c["target"], c["host"]) for c in fake.connects()] == [(host(url), host(url))]
    assert [r["host"] for r in fake.requests()] == [host(url)] * 2


def test_plain_http_goes_straight(fake, through):
    said = through("http://" + fake.closed.rpartition("/")[2], url=fake.http)
    assert (said["fault"], said["tls"]) == ("none", "0")
    assert fake.connects() == []
    status, said = iamcall("--imds", fake.imds, "--proxy", fake.proxy)
    assert (status, said["provider"]) == (0, "imds")
    assert fake.connects() == []


def test_names_are_the_proxys_to_resolve(fake, tmp_path):
    """AWS's own, which the fake's certificate is not for: nothing is asked of it."""
    fake.control("set_proxy", map={"iam.amazonaws.com:443": "https"})
    status, said = iamcall("--proxy", fake.proxy, "--ca", fake.ca, "--region", "eu-west-1",
                           "--credentials", key_file(tmp_path / "keys"), "GetUser",
                           f"UserName={ALICE}")
    assert status == 0
    failed(fake, said, "tls", 1, f"iam.amazonaws.com through proxy {fake.proxy}: the certificate is"
           " for another name; correct the URL")
    assert [c["target"] for c in fake.connects()] == ["iam.amazonaws.com:443"]


# ---- no ----------------------------------------------------------------------------------


@pytest.mark.parametrize("auth, why", [
    (None, "it wants a user and a password; set proxy_auth_file"),
    (f"{USER}:Secret-2", "it does not take this user and password; correct proxy_auth_file"),
    (f"{USER}:", "it does not take this user and password; correct proxy_auth_file"),
])
def test_credentials_refused(fake, through, auth, why):
    fake.control("set_proxy", user=USER, password=PASSWORD)
    failed(fake, through(fake.proxy, auth), "proxy", 1,
           f"proxy {fake.proxy}: status 407 to CONNECT: {why}")
    assert len(fake.connects()) == 1


@pytest.mark.parametrize("status, fault, attempts", [
    (403, "proxy", 1), (404, "proxy", 1), (302, "proxy", 1), (502, "network", 3),
    (503, "network", 3)])
def test_refused(fake, through, status, fault, attempts):
    fake.control("set_proxy", mood="refuse", status=status)
    why = f"it cannot reach {host(fake.https)}" if status > 500 else \
        f"it does not let this host reach {host(fake.https)}; have it allowed there, or correct" \
        " proxy"
    failed(fake, through(fake.proxy), fault, attempts,
           f"proxy {fake.proxy}: status {status} to CONNECT: {why}")
    assert len(fake.connects()) == attempts


@pytest.mark.parametrize("kind", ["proxy", "proxy_tls"])
@pytest.mark.parametrize("mood", ["garbage", "close"])
def test_not_understood(fake, through, mood, kind):
    proxy = getattr(fake, kind)
    fake.control("set_proxy", mood=mood)
    failed(fake, through(proxy), "network", 3,
           f"proxy {proxy}: no answer to CONNECT that can be understood; correct proxy")


@pytest.mark.parametrize("mood", ["stall", "endless"])
def test_never_done(fake, through, mood):
    fake.control("set_proxy", mood=mood)
    said = through(fake.proxy, timeout=1000)
    assert (said["maybe_acted"], fake.requests()) == ("0", [])
    assert f"proxy {fake.proxy}: " in said["message"]
    if mood == "stall":
        failed(fake, said, "timeout", 1, f"proxy {fake.proxy}: no answer before the deadline")


def test_cut_behind_the_answer(fake, through):
    fake.control("set_proxy", mood="cut")
    said = through(fake.proxy)
    assert (said["fault"], said["maybe_acted"], said["attempts"]) == ("network", "0", "3")
    assert said["message"].startswith(f"{host(fake.https)} through proxy {fake.proxy}: ")


def test_unreachable(fake, through):
    proxy = "http://" + fake.closed.rpartition("/")[2]
    failed(fake, through(proxy), "network", 3,
           f"proxy {proxy}: cannot connect: Connection refused")
    failed(fake, through("http://nowhere.invalid:3128", timeout=5000), "network", 3,
           "proxy http://nowhere.invalid:3128: the name does not resolve; check DNS and proxy")


def test_its_own_certificate(fake, through):
    failed(fake, through(fake.proxy_tls, options=["--ca", fake.wrong_ca]), "tls", 1,
           f"proxy {fake.proxy_tls}: the certificate is not signed by a trusted authority; set"
           " ca_bundle to the authority's certificate, or install ca-certificates")


@pytest.mark.parametrize("status", [403, 407])
def test_refused_on_the_way_to_a_role(fake, tmp_path, status):
    """It is not STS that refused, nor is it the keys' fault."""
    fake.control("set_proxy", mood="refuse", status=status)
    ended, said = iamcall("--proxy", fake.proxy, "--ca", fake.ca, "--url", fake.https, "--sts-url",
                          fake.https, "--credentials", key_file(tmp_path / "keys"), "--role", ROLE,
                          "--session-name", "host1", "GetUser", f"UserName={ALICE}")
    assert (ended, said["error"]) == (1, "network")
    assert said["sentence"].startswith(f"role_arn: role {ROLE}: not reached (proxy {fake.proxy}: "
                                       f"status {status} to CONNECT: ")
    assert fake.requests() == []
