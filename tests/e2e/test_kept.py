"""Credentials between runs: what is asked when nothing is kept, and what is not when it is."""

import os
import shutil

import pytest

from world.needs import NEEDS_WORLD
from world.org import HOME, IMDS, IMDS_KEY, PEOPLE, PROVISION, RIGHTS, STORY, account, on_imds

pytestmark = NEEDS_WORLD

COLD = [*IMDS, "AssumeRole", *STORY]
WARM = STORY


@pytest.fixture
def bastion(fake, host):
    on_imds(host, fake)
    return host


def run(fake, host, user, *more):
    """What a run asked."""
    fake.reset_requests()
    seen = host.provision(user, *more)
    assert seen.password, seen.text
    return fake.actions()


def roles_keys(fake):
    """Of the sessions of PROVISION that STS has given."""
    return [k for k, v in fake.control("state")["keys"].items() if v.get("role") == PROVISION]


# ---- how many requests


def test_cold_eight_and_warm_three(fake, bastion):
    assert run(fake, bastion, "alice") == COLD and len(COLD) == 8
    assert run(fake, bastion, "bob") == WARM
    assert len({e["connection"] for e in fake.requests()}) == 1


def test_without_a_role(fake, host):
    on_imds(host, fake, users="alice = Alice.Smith@example.com\nbob = Bob.Jones@example.com\n",
            rest="")
    assert run(fake, host, "alice") == [*IMDS, *STORY]
    assert run(fake, host, "bob") == WARM


def test_keys_of_a_file_are_not_kept_but_their_role_is(fake, host):
    host.configure(users="alice = people:Alice.Smith@example.com\nbob = people:Bob.Jones@example.com\n",
                   rest=account(fake, "people", role_arn=PROVISION, external_id="Example987"))
    assert run(fake, host, "alice") == ["AssumeRole", *STORY]
    assert run(fake, host, "bob") == WARM


def test_a_second_account_needs_its_role_alone(fake, host):
    fake.control("set_role", role="iamlp-second", allow=RIGHTS,
                 trust={"principals": [f"arn:aws:iam::{HOME}:role/iamlp-host"]})
    on_imds(host, fake, users="alice = people:Alice.Smith@example.com\nbob = home:Bob.Jones@example.com\n",
            rest=account(fake, "people", role_arn=PROVISION, external_id="Example987")
            + account(fake, "home", role_arn=f"arn:aws:iam::{HOME}:role/iamlp-second"))
    assert run(fake, host, "alice") == COLD
    assert run(fake, host, "bob") == ["AssumeRole", *STORY]


def test_one_persons_session_is_not_anothers(fake, host):
    on_imds(host, fake, source_identity="%u")
    assert run(fake, host, "alice") == COLD
    assert run(fake, host, "bob") == ["AssumeRole", *STORY]
    assert {e["source_identity"] for e in fake.requests()[1:]} == {"bob"}


# ---- whose they are


def test_another_configuration_asks_anew(fake, bastion):
    run(fake, bastion, "alice")
    on_imds(bastion, fake, password="length = 21")
    assert run(fake, bastion, "bob") == COLD


def test_other_shared_files_are_another_configuration(fake, host):
    on_imds(host, fake, credentials_file=host.credentials)
    assert run(fake, host, "alice") == COLD
    assert run(fake, host, "bob") == WARM
    with open(host.credentials, "a", encoding="utf-8") as file:
        file.write("# another\n")
    assert run(fake, host, "carol") == COLD


# ---- when they are good no more


def test_a_role_that_aws_does_not_know_any_more(fake, bastion, log):
    run(fake, bastion, "alice")
    for key in roles_keys(fake):
        fake.control("remove_key", key=key)
    assert run(fake, bastion, "bob") == ["GetUser", *COLD]
    assert run(fake, bastion, "carol") == WARM, "the new ones are kept"
    assert {e["result"] for e in log.events()} == {"ok"}


def test_a_role_that_has_run_out_early(fake, bastion):
    run(fake, bastion, "alice")
    for key in roles_keys(fake):
        fake.control("set_key", key=key, expired=True)
    assert run(fake, bastion, "bob") == ["GetUser", *COLD]


def test_keys_refused_at_the_create_are_no_unanswered_create(fake, bastion, log):
    run(fake, bastion, "alice")
    fake.fault("error", action="CreateLoginProfile", status=403, code="InvalidClientTokenId",
               message="The security token included in the request is invalid")
    assert run(fake, bastion, "bob") == [*STORY, *IMDS, "AssumeRole", "CreateLoginProfile"]
    assert [(e["event"], e["result"]) for e in log.events()][-2:] == [("create", "ok"), ("show", "ok")]


def test_new_keys_that_are_refused_are_not_replaced_for_ever(fake, bastion, log):
    run(fake, bastion, "alice")
    fake.fault("error", action="GetUser", status=403, code="InvalidClientTokenId", message="no",
               times=-1)
    fake.reset_requests()
    assert bastion.provision("bob").password is None
    assert fake.actions() == ["GetUser", *IMDS, "AssumeRole", "GetUser"]
    assert log.events()[-1]["code"] == "InvalidClientTokenId"
    fake.clear_faults()
    assert run(fake, bastion, "bob") == WARM


def test_keys_that_are_new_already_are_not_asked_for_again(fake, bastion):
    fake.fault("error", action="GetUser", status=403, code="InvalidClientTokenId", message="no")
    assert bastion.provision("alice").password is None
    assert fake.actions() == [*COLD[:5], "GetUser"]


def test_what_was_refused_is_forgotten_though_there_is_nothing_else(fake, bastion):
    run(fake, bastion, "alice")
    for key in roles_keys(fake):
        fake.control("remove_key", key=key)
    fake.fault("error", action="AssumeRole", status=403, code="AccessDenied", message="no", times=-1)
    fake.reset_requests()
    assert bastion.provision("bob").password is None
    assert fake.actions() == ["GetUser", *IMDS, "AssumeRole"]
    fake.clear_faults()
    assert run(fake, bastion, "bob") == COLD


def test_a_session_that_was_revoked(fake, bastion):
    """AWS revokes by a policy that denies: no other "no" than that of any missing right."""
    run(fake, bastion, "alice")
    fake.control("revoke", role=PROVISION)
    assert run(fake, bastion, "bob") == ["GetUser", *COLD]
    assert run(fake, bastion, "carol") == WARM, "the new one is kept"


def test_a_right_that_is_missing_costs_new_keys_once(fake, bastion, log):
    run(fake, bastion, "alice")
    fake.control("set_role", account=PEOPLE, role="iamlp-provision", allow=[
        {"actions": ["iam:GetUser"], "resource": "*"}])
    fake.reset_requests()
    assert bastion.provision("bob").password is None
    assert fake.actions() == ["GetUser", "GetLoginProfile", *IMDS, "AssumeRole", "GetLoginProfile"]
    assert log.events()[-1]["code"] == "AccessDenied"


def test_a_tag_that_may_not_be_set_costs_none(fake, host):
    ticket = account(fake, "people", id=PEOPLE, role_arn=PROVISION, external_id="Example987",
                     require_tag="iamlp:state=pending")
    for user in ("Alice.Smith@example.com", "Bob.Jones@example.com"):
        fake.control("set_user", account=PEOPLE, user=user, tags={"iamlp:state": "pending"})
    on_imds(host, fake, rest=ticket)
    fake.control("set_role", account=PEOPLE, role="iamlp-provision", allow=RIGHTS)
    run(fake, host, "alice")
    assert run(fake, host, "bob") == [*WARM, "TagUser"]


def test_a_base_that_sts_does_not_know_any_more(fake, host):
    second = f"arn:aws:iam::{HOME}:role/iamlp-second"
    fake.control("set_role", role="iamlp-second", allow=RIGHTS,
                 trust={"principals": [f"arn:aws:iam::{HOME}:role/iamlp-host"]})
    on_imds(host, fake, users="alice = people:Alice.Smith@example.com\nbob = home:Bob.Jones@example.com\n",
            rest=account(fake, "people", role_arn=PROVISION, external_id="Example987")
            + account(fake, "home", role_arn=second))
    run(fake, host, "alice")
    old = fake.control("state")["keys"][IMDS_KEY]
    fake.control("set_key", key="ASIAROTATEDS2EXAMPLE", **old)
    fake.control("set_imds", key="ASIAROTATEDS2EXAMPLE")
    fake.control("remove_key", key=IMDS_KEY)
    assert run(fake, host, "bob") == ["AssumeRole", *IMDS, "AssumeRole", *STORY]
    assert fake.requests()[-1]["session"] is not None


def test_with_less_than_a_quarter_of_an_hour_new_ones_are_asked_for(fake, host):
    fake.control("clock", offset=-60)  # STS's quarter of an hour is shorter than ours
    on_imds(host, fake, role_duration="15m")
    assert run(fake, host, "alice") == COLD
    assert run(fake, host, "bob") == ["AssumeRole", *STORY]
    # And where nobody gives any, what is left serves.
    fake.fault("error", action="AssumeRole", times=-1, status=400, code="RegionDisabledException",
               message="STS is not activated in this region for account")
    kept = run(fake, host, "carol")
    assert kept[-3:] == STORY and set(kept[:-3]) <= {"AssumeRole", *IMDS}


def test_keys_that_end_within_a_minute_are_not_begun_with(fake, host):
    fake.control("set_imds", expires_in=50)
    on_imds(host, fake)
    fake.reset_requests()
    seen = host.provision("alice")
    assert seen.password is None and "run out in" in seen.text and fake.actions() == IMDS
    fake.control("set_imds", expires_in=21600)
    assert run(fake, host, "alice") == COLD, "nothing of them was kept"


# ---- without a keyring


@pytest.mark.skipif(shutil.which("strace") is None, reason="skipped: strace is not installed")
def test_without_a_keyring_all_of_it_works_and_nothing_is_kept(fake, host, log):
    on_imds(host, fake, password="hold = none")
    helper = host.write("helper", "#!/bin/sh\nexec /usr/bin/strace -f -o /dev/null -e trace=keyctl,add_key "
                        "-e inject=keyctl,add_key:error=ENOSYS "
                        f"{host.helper('x')[0]} \"$@\"\n", 0o755)
    assert run(fake, host, "alice", "--helper", helper) == COLD
    assert run(fake, host, "bob", "--helper", helper) == COLD
    assert {e["result"] for e in log.events()} == {"ok"}
    assert os.path.exists(host.state) and PEOPLE in {e["account"] for e in log.events()}
