"""The last part of the table: AWS's own addresses, to which the fake's proxy leads, and roles, whose
STS the AWS CLI asks nowhere else."""

from .table import ALICE, CAROL, GOOD, NO_KEYS, add, shared

PEOPLE = "111122223333"
MAP = {"*.amazonaws.com:443": "https"}
NAMES = [("set_proxy", {"map": MAP})]
ENV = {"HTTPS_PROXY": "{proxy}", "AWS_CA_BUNDLE": "{ca}"}
GET = ("get-login-profile", "--user-name", CAROL)
GRACE = ("create-login-profile", "--user-name", "Grace.Miller@example.com", "--password", GOOD)
HOST = {"aws_access_key_id": "AKIAI44QH8DHBEXAMPLE",
        "aws_secret_access_key": "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"}


def named(name, *words, env=(), before=NAMES, **more):
    add(f"by name: {name}", *words, env={**ENV, **dict(env)}, before=before, bare=True, **more)


named("as it is", *GET)
named("text", *GET, "--output", "text")
named("no region", *GET, env={"AWS_DEFAULT_REGION": None})
named("another region", *GET, "--region", "eu-west-1")
named("a region of China", *GET, "--region", "cn-north-1")
named("FIPS", *GET, env={"AWS_USE_FIPS_ENDPOINT": "true"})
named("FIPS of the profile", *GET,
      files=shared(("default", {"use_fips_endpoint": "true"}), name="home/.aws/config"))
named("dual stack", *GET, env={"AWS_USE_DUALSTACK_ENDPOINT": "true"})
named("no FIPS", *GET, env={"AWS_USE_FIPS_ENDPOINT": "false"})
named("endpoint of a newer CLI's environment", *GET,
      env={"AWS_ENDPOINT_URL": "{closed}", "AWS_ENDPOINT_URL_IAM": "{closed}"})
named("endpoint of a newer CLI's profile", *GET,
      files=shared(("default", {"endpoint_url": "{closed}"}), name="home/.aws/config"))
named("another CA", *GET, env={"AWS_CA_BUNDLE": "{wrong_ca}"})
named("unverified", *GET, "--no-verify-ssl", env={"AWS_CA_BUNDLE": "{wrong_ca}"})

# ---- proxies ---------------------------------------------------------------------------------

named("proxy in small letters", *GET, env={"HTTPS_PROXY": "{closed}", "https_proxy": "{proxy}"})
named("proxy that refuses", *GET,
      before=[("set_proxy", {"map": MAP, "mood": "refuse"})])
named("proxy that asks who", *GET,
      before=[("set_proxy", {"map": MAP, "user": "u", "password": "p:w%"})])
named("proxy that is told who", *GET, env={"HTTPS_PROXY": "{proxy_of_u}"},
      before=[("set_proxy", {"map": MAP, "user": "u", "password": "p:w%"})])
named("proxy that is not there", *GET, env={"HTTPS_PROXY": "{closed}"})
named("proxy for plain http", *GET, "--endpoint-url", "{http}", env={"HTTPS_PROXY": "{closed}"})
for names in ("127.0.0.1", "example.com, 127.0.0.1", "*"):
    named(f"no proxy for {names}", *GET, "--endpoint-url", "{https}",
          env={"HTTPS_PROXY": "{closed}", "NO_PROXY": names})
for names in ("example.com", "iam.amazonaws.com.example.com", "naws.com", ""):
    named(f"proxy in spite of {names}", *GET, env={"NO_PROXY": names})

# ---- roles -------------------------------------------------------------------------------------

ROLE = {"role_arn": f"arn:aws:iam::{PEOPLE}:role/iamlp-provision", "external_id": "Example987",
        "role_session_name": "grace.miller"}
FILES = {
    **shared(("host", HOST)),
    **shared(("profile people", {**ROLE, "source_profile": "host", "duration_seconds": "1800"}),
             ("profile chained", {"role_arn": "arn:aws:iam::444455556666:role/iamlp-chained",
                                  "source_profile": "people", "role_session_name": "second"}),
             ("profile stranger", {"role_arn": ROLE["role_arn"], "source_profile": "host"}),
             ("profile lost", {**ROLE, "source_profile": "nobody"}),
             ("profile itself", {**ROLE, "source_profile": "itself"}),
             ("profile sourceless", ROLE),
             ("profile instance", {**ROLE, "credential_source": "Ec2InstanceMetadata"}),
             ("profile task", {**ROLE, "credential_source": "EcsContainer"}),
             ("profile web", {"role_arn": f"arn:aws:iam::{PEOPLE}:role/service/iamlp-web",
                              "role_session_name": "fifth", "web_identity_token_file":
                              "{dir}/token"}), name="home/.aws/config"),
    "token": "{token}"}


def role(name, *words, env=(), before=()):
    named(f"role, {name}", *words, env={**NO_KEYS, **dict(env)}, files=FILES,
          before=[("set_web_token", {}), *NAMES, *before])


role("create", *GRACE, "--profile", "people")
role("create, environment", *GRACE, env={"AWS_PROFILE": "people"})
role("chained", "get-login-profile", "--user-name", "Heidi.Weber@example.com", "--profile",
     "chained")
role("no external id", *GRACE, "--profile", "stranger")
role("a source there is not", *GRACE, "--profile", "lost")
role("its own source", *GRACE, "--profile", "itself")
role("no source", *GRACE, "--profile", "sourceless")
role("of an instance", *GRACE, "--profile", "instance", env={
    "AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{imds}/"})
role("of a container", *GRACE, "--profile", "task", env={
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{http}/v1/credentials",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "authorization-token-EXAMPLE"})
role("web identity", *GRACE, "--profile", "web")
WEB = {"AWS_WEB_IDENTITY_TOKEN_FILE": "{dir}/token",
       "AWS_ROLE_ARN": f"arn:aws:iam::{PEOPLE}:role/service/iamlp-web"}
role("web identity of the environment", *GRACE, env={**WEB, "AWS_ROLE_SESSION_NAME": "sixth"})
role("web identity without a name", *GRACE, env=WEB)
role("web identity without a token", *GRACE, env={**WEB, "AWS_WEB_IDENTITY_TOKEN_FILE": "/none"})
role("web identity without a role", *GRACE, env={**WEB, "AWS_ROLE_ARN": None})
role("web identity, refused", *GRACE, env={
    **WEB, "AWS_ROLE_ARN": f"arn:aws:iam::{PEOPLE}:role/iamlp-plain"})
role("web identity before a profile", "get-login-profile", "--user-name", ALICE, env=WEB)
