"""endpoint_resolve, through build/tests/e2e/resolve, against the rule sets of the installed
botocore: every region it lists, both services, with and without FIPS and dual stack."""

import itertools
import os
import subprocess

import pytest

provider = pytest.importorskip("botocore.endpoint_provider",
                               reason="skipped: this botocore has no endpoint rule sets")
from botocore.exceptions import EndpointProviderError  # noqa: E402
from botocore.loaders import Loader  # noqa: E402

TOP = os.path.join(os.path.dirname(__file__), "..", "..")
RESOLVE = os.path.join(TOP, os.environ.get("BUILD", "build"), "tests/e2e/resolve")

pytestmark = pytest.mark.skipif(not os.path.exists(RESOLVE),
                                reason=f"skipped: {RESOLVE} is not built (make tests)")

SERVICES = ("iam", "sts")
FLAGS = (False, True)
REFUSED = None


def resolve(cases):
    """For each (service, region, fips, dual): (url, signing region), or REFUSED."""
    lines = [f"{service} {region} {fips:d} {dual:d}\n" for service, region, fips, dual in cases]
    done = subprocess.run([RESOLVE], input="".join(lines), capture_output=True, text=True,
                          timeout=60, check=True)
    found = []
    for (service, *_), line in zip(cases, done.stdout.splitlines(), strict=True):
        if line.startswith("error "):
            found.append(REFUSED)
            continue
        url, host, region, signs_for = line.split(" ")
        assert (url, signs_for) == (f"https://{host}/", service)
        found.append((url, region))
    return found


class Botocore:
    def __init__(self):
        loader = Loader()
        data = loader.load_data("partitions")
        self.partitions = {p["id"]: p for p in data["partitions"]}
        self._rules = {s: provider.EndpointProvider(
            loader.load_service_model(s, "endpoint-rule-set-1"), data) for s in SERVICES}

    def cases(self):
        """(partition, case) of all."""
        for name, partition in self.partitions.items():
            for case in itertools.product(SERVICES, partition["regions"], FLAGS, FLAGS):
                yield name, case

    def resolve(self, service, region, fips, dual):
        """As resolve, for one. Without a word about signing it is done with the region."""
        given = {"UseGlobalEndpoint": False} if service == "sts" else {}
        try:
            found = self._rules[service].resolve_endpoint(Region=region, UseFIPS=fips,
                                                          UseDualStack=dual, **given)
        except EndpointProviderError:
            return REFUSED
        schemes = found.properties.get("authSchemes", [{}])
        return found.url + "/", schemes[0].get("signingRegion", region)


@pytest.fixture(scope="module")
def botocore():
    return Botocore()


# ---- where we differ, and why ----------------------------------------------------------------


def is_no_region(_partition, case, ours, _theirs):
    """botocore's names for a partition as a whole (aws-global): nobody configures them here."""
    return case[1].endswith("-global") and ours is REFUSED


def was_without_dual_stack(partition, case, ours, theirs):
    """Older rule sets know no dual stack in the isolated partitions: STS is refused, IAM refused or
    left as it is."""
    return partition.startswith("aws-iso") and case[3] and ours is not REFUSED and (
        theirs is REFUSED or "api." not in theirs[0])


def was_iam_by_region(_partition, case, _ours, theirs):
    """Older rule sets make up IAM's hosts for FIPS and dual stack from the region; newer ones have
    a name for the partition."""
    service, region, fips, dual = case
    return (service == "iam" and (fips or dual) and theirs is not REFUSED
            and theirs[0].startswith(f"https://iam{'-fips' * fips}.{region}."))


EXCEPTIONS = (is_no_region, was_without_dual_stack, was_iam_by_region)


def is_newer(botocore):
    """Does this botocore know IAM's dual-stack host?"""
    return botocore.resolve("iam", "eu-west-1", False, True)[0] == "https://iam.global.api.aws/"


def test_as_botocore(botocore):
    cases = list(botocore.cases())
    assert len(cases) > 200
    allowed = EXCEPTIONS[:1] if is_newer(botocore) else EXCEPTIONS
    unexplained, equal = [], 0
    for (partition, case), ours in zip(cases, resolve([case for _, case in cases]), strict=True):
        theirs = botocore.resolve(*case)
        if ours == theirs:
            equal += 1
        elif not any(why(partition, case, ours, theirs) for why in allowed):
            unexplained.append((case, ours, theirs))
    assert unexplained == []
    assert equal > len(cases) / 2


def test_plain_and_sts_need_no_excuse(botocore):
    """The exceptions do not reach what nearly everybody uses."""
    cases = [(service, region, fips, dual)
             for partition, (service, region, fips, dual) in botocore.cases()
             if not region.endswith("-global")
             and (not fips and not dual if service == "iam"
                  else not dual or not partition.startswith("aws-iso"))]
    assert resolve(cases) == [botocore.resolve(*case) for case in cases]


def test_what_is_no_region_is_refused():
    bad = ("us-east", "aws-global", "xx-east-1", "us-east-1.evil", "US-EAST-1")
    assert resolve([("iam", region, False, False) for region in bad]) == [REFUSED] * len(bad)
