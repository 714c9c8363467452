"""Keys of a root user are not worked with, and STS is asked for that as rarely as possible."""

import json

import pytest

from world.host import KEY, SECRET
from world.needs import NEEDS_WORLD
from world.org import HERE, HOME, IMDS, PEOPLE, STORY, account, on_imds

pytestmark = NEEDS_WORLD

ROOT = ("AKIAROOT11111EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYRootEXAMPLE")
WHO = "GetCallerIdentity"


@pytest.fixture
def people(fake, host):
    """Every key may ask for its user, and STS has an address."""
    fake.control("set_key", key=ROOT[0], allow=[{"actions": ["*"], "resource": "*"}])
    host.configure(sts_endpoint_url=fake.https, region="us-east-1")
    return host


def root(host, **more):
    path = host.write("root", f"[default]\naws_access_key_id = {ROOT[0]}\n"
                      f"aws_secret_access_key = {ROOT[1]}\n", 0o600)
    host.configure(credentials_file=path, region="us-east-1", **more)


def test_a_root_users_keys_are_refused(fake, people, log):
    root(people, sts_endpoint_url=fake.https)
    seen = people.provision("alice")
    assert f"root user of account {PEOPLE}" in seen.text and fake.actions() == [WHO]
    assert log.events()[-1]["result"] == "denied" and log.events()[-1]["severity"] == 3
    people.provision("alice")
    assert fake.actions() == [WHO, WHO], "that they are is found out each time"


def test_anybody_elses_are_asked_about_once(fake, people):
    people.provision("alice")
    people.provision("bob")
    assert fake.actions() == [WHO, *STORY, *STORY]


def test_other_keys_are_asked_about_again(fake, people):
    people.provision("alice")
    people.configure(sts_endpoint_url=fake.https, region="us-east-1", password="length = 21")
    fake.reset_requests()
    people.provision("bob")
    assert fake.actions() == [WHO, *STORY]


@pytest.mark.parametrize("fault", [{"kind": "error", "status": 403, "code": "AccessDenied",
                                    "message": "no"}, {"kind": "stall"}, {"kind": "bad_xml"}])
def test_no_answer_is_no_refusal(fake, people, fault):
    fake.fault(action=WHO, times=-1, **fault)
    assert people.provision("alice").password
    assert fake.actions()[-3:] == STORY
    fake.clear_faults()
    fake.reset_requests()
    assert people.provision("bob").password and fake.actions() == [WHO, *STORY]


def test_a_login_is_not_kept_by_it(fake, people):
    """Its whole time is 5 s."""
    people.configure(sts_endpoint_url=fake.https, region="us-east-1",
                     rest="[login]\ncreate = login\n")
    fake.fault("stall", action=WHO)
    people.hook("alice")
    assert people.record(64001)["phase"] == "created"


def test_sts_is_not_asked_where_only_iam_has_an_address(fake, host):
    root(host, proxy=fake.proxy)
    fake.control("set_key", key=ROOT[0], allow=[{"actions": ["*"], "resource": "*"}])
    host.provision("alice")
    assert WHO not in fake.actions()
    assert {c["target"] for c in fake.connects()} == {fake.https.partition("://")[2]}


def test_a_role_is_nobodys_root(fake, host):
    host.configure(users="alice = home:Alice.Smith@example.com\n",
                   rest=account(fake, "home", id=HOME, role_arn=HERE))
    assert host.provision("alice").password and fake.actions() == ["AssumeRole", *STORY]


def test_neither_is_the_role_of_a_profile(fake, host):
    """Kept or not."""
    host.configure(credentials_file=host.write("keys", f"[default]\nrole_arn = {HERE}\n"
                   f"source_profile = key\n[key]\naws_access_key_id = {KEY}\n"
                   f"aws_secret_access_key = {SECRET}\n", 0o600),
                   sts_endpoint_url=fake.https, region="us-east-1")
    assert host.provision("alice").password and fake.actions() == ["AssumeRole", *STORY]
    assert host.provision("bob").password and fake.actions()[4:] == STORY


def test_new_keys_in_the_middle_of_a_story_are_asked_about(fake, host):
    """A program gave somebody's, and when they are refused a root user's."""
    def give(key):
        printed = json.dumps({"Version": 1, "AccessKeyId": key[0], "SecretAccessKey": key[1],
                              "Expiration": "2037-01-01T00:00:00Z"})
        return host.write("program", f"#!/bin/sh\necho '{printed}'\n", 0o755)

    config = host.write("config", f"[default]\ncredential_process = {give((KEY, SECRET))}\n", 0o600)
    host.configure(credentials="process", sts_endpoint_url=fake.https, region="us-east-1",
                   credentials_file=None, config_file=config)
    assert host.provision("alice").password
    give(ROOT)
    fake.control("set_key", key=ROOT[0], allow=[{"actions": ["*"], "resource": "*"}])
    fake.control("remove_key", key=KEY)
    fake.reset_requests()
    seen = host.provision("bob")
    assert f"root user of account {PEOPLE}" in seen.text
    assert fake.actions() == ["GetUser", WHO]


def test_neither_is_an_instance(fake, host):
    on_imds(host, fake, users="alice = Alice.Smith@example.com\n", rest="",
            sts_endpoint_url=fake.https)
    assert host.provision("alice").password and fake.actions() == [*IMDS, *STORY]
