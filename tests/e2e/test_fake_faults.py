"""Every fault is seen on the wire as it is meant, and acts or does not act as it says."""

import http.client
import threading
import time
import xml.etree.ElementTree as ElementTree
from email.utils import parsedate_to_datetime

import pytest

from fake import faults as table
from fake.caller import Caller
from fake.client import ControlError
from fake.clock import iso

ALICE = "Alice.Smith@example.com"
CREATE = {"UserName": ALICE, "Password": "Correct-Horse-7", "PasswordResetRequired": "true"}
DROPPED = http.client.RemoteDisconnected


@pytest.fixture(params=["http", "https"])
def caller(fake, request):
    with Caller(getattr(fake, request.param), ca=fake.ca) as made:
        yield made


def create(caller):
    return caller.call("CreateLoginProfile", **CREATE)


def acted(fake):
    """Whether the profile exists, having checked that the log says the same."""
    exists = fake.profile(ALICE) is not None
    assert fake.requests()[-1]["acted"] == exists
    return exists


@pytest.mark.parametrize("kind, error, acts", [
    ("drop_before", DROPPED, False),
    ("drop_after", DROPPED, True),
    # Under TLS Python takes a reset for an end; the next test sees the reset itself.
    ("rst", (ConnectionResetError, http.client.IncompleteRead), True),
])
def test_connections_that_end(fake, caller, kind, error, acts):
    fake.fault(kind, action="CreateLoginProfile")
    assert caller.call("GetUser", UserName=ALICE).status == 200
    with pytest.raises(error):
        create(caller)
    assert acted(fake) == acts
    assert fake.requests()[-1]["status"] == (200 if kind == "rst" else None)


def test_a_reset_comes_after_half_the_body(fake):
    fake.fault("rst", action="GetUser")
    with Caller(fake.http) as caller:
        caller.connection.request("POST", "/", *caller.signed("GetUser", UserName=ALICE))
        response = caller.connection.getresponse()
        length = int(response.headers["Content-Length"])
        assert response.read1(length // 2).startswith(b"<GetUserResponse")
        with pytest.raises(ConnectionResetError):
            response.read()


def test_a_client_that_gives_up_while_the_act_is_done(fake, caller):
    fake.fault("delay_after", seconds=30)
    caller.connection.timeout = 0.3
    with pytest.raises(TimeoutError):
        create(caller)
    assert acted(fake)


def test_a_delay_before_the_act(fake):
    fake.fault("delay_before", seconds=1)
    with Caller(fake.http) as caller:
        thread = threading.Thread(target=create, args=(caller,))
        thread.start()
        assert fake.wait(received=1)
        assert fake.profile(ALICE) is None and fake.requests() == []
        assert fake.wait(logged=1)
        thread.join()
    assert acted(fake)


def test_a_stalled_answer(fake, caller):
    fake.fault("stall")
    caller.connection.timeout = 0.3
    with pytest.raises(TimeoutError):
        create(caller)
    assert acted(fake)


def test_a_body_that_trickles(fake):
    fake.fault("trickle", seconds=0.001)
    with Caller(fake.http) as caller:
        caller.connection.request("POST", "/", *caller.signed("GetUser", UserName=ALICE))
        response = caller.connection.getresponse()
        # A reader that is late finds more than one byte, never the whole.
        pieces = list(iter(lambda: response.read1(4096), b""))
        assert b"</GetUserResponse>" in b"".join(pieces) and len(pieces) > 10


@pytest.mark.parametrize("code, status", [
    ("ServiceFailure", 500), ("LimitExceeded", 409), ("EntityTemporarilyUnmodifiable", 409),
    ("ThrottlingException", 400), ("ExpiredToken", 403), ("ServiceUnavailable", 503)])
def test_any_error_of_awss(fake, caller, code, status):
    fake.fault("error", code=code)
    reply = create(caller)
    assert (reply.status, reply.code) == (status, code)
    assert reply.get("Type") == ("Receiver" if status >= 500 else "Sender")
    assert reply.get("Message")
    if code == "EntityTemporarilyUnmodifiable":
        assert ALICE in reply.get("Message")
    assert not acted(fake)


def test_an_error_made_to_measure(fake, caller):
    fake.fault("error", code="Odd", status=418, message="none <of> that", request_id="a\nb",
               act=True)
    reply = create(caller)
    assert (reply.status, reply.code, reply.get("Message")) == (418, "Odd", "none <of> that")
    assert reply.get("RequestId") == "a\nb" and "x-amzn-RequestId" not in reply.headers
    assert acted(fake)


def test_throttled_n_times_then_served(fake, caller):
    fake.fault("throttle", action="CreateLoginProfile", times=2, after=0)
    replies = [create(caller), create(caller), create(caller)]
    assert [(r.status, r.code) for r in replies] == [(400, "Throttling")] * 2 + [(200, None)]


def test_which_requests_a_fault_hits(fake, caller):
    fake.fault("throttle", action="GetLoginProfile", user=ALICE, after=1)
    codes = [caller.call(action, UserName=user).code for action, user in (
        ("GetLoginProfile", "Carol.Diaz@example.com"), ("GetLoginProfile", ALICE),
        ("GetUser", ALICE), ("GetLoginProfile", ALICE), ("GetLoginProfile", ALICE))]
    assert codes == [None, "NoSuchEntity", None, "Throttling", "NoSuchEntity"]


def test_outcomes_queue_and_modifiers_join(fake, caller):
    fake.fault("throttle")
    fake.fault("html_503")
    fake.fault("no_date", times=-1)
    first, second = create(caller), create(caller)
    assert (first.status, second.status) == (400, 503)
    assert "Date" not in first.headers and "Date" not in second.headers
    assert [f["kind"] for f in fake.control("faults")] == ["no_date"]
    fake.clear_faults()
    assert "Date" in create(caller).headers


@pytest.mark.parametrize("change", ["created", "deleted"])
def test_stale_reads_for_a_while(fake, change):
    with Caller(fake.http) as caller:
        before = "NoSuchEntity"
        if change == "deleted":
            assert create(caller).status == 200
            before = None
        began = time.monotonic()
        fake.fault("stale", seconds=0.5)
        if change == "deleted":
            assert caller.call("DeleteLoginProfile", UserName=ALICE).status == 200
        else:
            assert create(caller).status == 200
            assert create(caller).code == "EntityAlreadyExists"  # writes are never stale
        seen = [caller.call("GetLoginProfile", UserName=ALICE).code]
        while seen[-1] == before and time.monotonic() < began + 5:
            seen.append(caller.call("GetLoginProfile", UserName=ALICE).code)
        assert seen[0] == before != seen[-1]
        assert time.monotonic() >= began + 0.5


@pytest.mark.parametrize("key, secret, missing", [
    ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "NoSuchEntity"),
    ("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY", "AccessDenied")])
def test_stale_reads_miss_a_new_user_and_writes_do_not(fake, key, secret, missing):
    with Caller(fake.http, key, secret) as caller:
        fake.fault("stale", seconds=60)
        fake.control("set_user", user="new", path="/people/", tags={"iamlp:state": "pending"})
        assert caller.call("GetUser", UserName="new").code == missing
        assert caller.call("CreateLoginProfile", UserName="new", Password="Aa1-5678").status == 200


@pytest.mark.parametrize("kind", ["bad_xml", "truncated_xml"])
def test_documents_that_do_not_parse(fake, caller, kind):
    fake.fault(kind)
    reply = create(caller)
    assert reply.status == 200 and len(reply.body) == int(reply.headers["Content-Length"]) > 100
    with pytest.raises(ElementTree.ParseError):
        reply.get("CreateDate")
    assert acted(fake)


def test_a_document_type_with_a_bomb(fake, caller):
    fake.fault("dtd")
    reply = create(caller)
    assert b'<!ENTITY e9 "&e8;' in reply.body and b"&e9;" in reply.body and acted(fake)
    with pytest.raises(ElementTree.ParseError):  # expat's own limit, or the external entity
        reply.get("CreateDate")


def test_a_huge_body(fake, caller):
    fake.fault("huge", size=5 << 20)
    reply = create(caller)
    assert len(reply.body) == 5 << 20 and reply.headers["Transfer-Encoding"] == "chunked"
    assert "Content-Length" not in reply.headers and acted(fake)
    assert caller.call("GetUser", UserName=ALICE).status == 200  # the connection goes on


@pytest.mark.parametrize("kind, status", [("html_503", 503), ("html_403", 403)])
def test_html_in_place_of_xml(fake, caller, kind, status):
    fake.fault(kind)
    reply = create(caller)
    assert (reply.status, reply.headers["Content-Type"]) == (status, "text/html")
    assert b"<!DOCTYPE html>" in reply.body and not acted(fake)


def test_an_empty_200(fake, caller):
    fake.fault("empty")
    reply = create(caller)
    assert (reply.status, reply.body) == (200, b"") and acted(fake)


def test_a_redirect(fake, caller):
    fake.fault("redirect", location=fake.http + "/elsewhere")
    reply = create(caller)
    assert (reply.status, reply.headers["Location"]) == (302, fake.http + "/elsewhere")
    assert not acted(fake)


def test_control_characters_in_a_message(fake, caller):
    fake.fault("control_chars", code="NoSuchEntity")
    message = create(caller).get("Message")
    assert "\x9b31m" in message and "\r\n" in message and "\u202e" in message
    fake.fault("control_chars", raw=True)
    reply = create(caller)
    assert b"\x1b]0;title\x07" in reply.body and b"\x00" in reply.body
    assert not acted(fake)


def test_other_forms_of_the_same_answer(fake, caller):
    plain = caller.call("GetLoginProfile", UserName="Carol.Diaz@example.com")

    def names(reply):
        return [element.tag.rpartition("}")[2] for element in
                ElementTree.fromstring(reply.body).iter()]

    for kind in ("reorder", "fractions", "no_reset_required"):
        fake.fault(kind)
    reply = caller.call("GetLoginProfile", UserName="Carol.Diaz@example.com")
    assert plain.get("CreateDate") == "2025-05-06T10:00:00Z"
    assert reply.get("CreateDate") == "2025-05-06T10:00:00.123Z"
    assert plain.get("PasswordResetRequired") and reply.get("PasswordResetRequired") is None
    assert names(plain).index("UserName") < names(plain).index("CreateDate")
    assert names(reply).index("UserName") > names(reply).index("CreateDate")

    fake.fault("errors_form")
    reply = caller.call("GetUser", UserName="nobody")
    assert names(reply)[:3] == ["ErrorResponse", "Errors", "Error"]
    assert (reply.status, reply.code) == (404, "NoSuchEntity")


def test_clocks(fake, caller):
    fake.fault("clock", seconds=-86400)
    reply = create(caller)
    told = parsedate_to_datetime(reply.headers["Date"]).timestamp()
    assert reply.status == 200 and abs(time.time() - 86400 - told) < 60
    assert reply.get("CreateDate") == iso(told)
    fake.fault("bad_date", value="soon")
    assert create(caller).headers["Date"] == "soon"


def test_a_fault_that_is_none_is_refused(fake):
    for wrong in ({"kind": "nonsense"}, {"kind": "drop_after", "seconds": 1}):
        with pytest.raises(ControlError):
            fake.control("fault", **wrong)


def test_no_kind_is_left_out_here():
    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    assert [kind for kind in table.KINDS if f'"{kind}"' not in text] == []
