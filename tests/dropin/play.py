"""An invocation of the table, played with a program against the fake.

A program is what stands for `aws iam`: its words, up to where an invocation's own begin.
"""

import os
import re
import shutil
import subprocess

AWS = "/usr/bin/aws"
# The fake has AWS's names, for whoever comes by its proxy.
SAN = "DNS:*.amazonaws.com, DNS:*.us-east-1.amazonaws.com, IP:127.0.0.1"
KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true"}

# The time of a create is the only thing that two runs may differ in. What the fake's world
# begins with has times of its own.
OF_THE_WORLD = ("2025-05-06T10:00:00",)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=\+00:00)")
# Made up anew by each program in each run.
ITS_OWN = {"RoleSessionName", "WebIdentityToken"}


def settle(text):
    """Standard output without the time of a create."""
    return TIME.sub(lambda m: m[0] if m[0] in OF_THE_WORLD else "<now>", text)


def write_files(folder, files):
    for name, content in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(path, 0o755 if name.endswith(".sh") else 0o600)


def asked(fake):
    """What has reached the fake: the action and its parameters, secrets as hashes."""
    found = []
    for entry in fake.requests():
        params = {k: v for k, v in entry.get("params", {}).items()
                  if k not in ITS_OWN | {"Action", "Version"}}
        found.append([entry["action"], params])
    return found


def named(fake):
    """AWS's names that the proxy was asked for."""
    return sorted({line["target"] for line in fake.connects() if "amazonaws" in line["target"]})


def play(program, one, fake, folder):
    """{"status", "out", "asked", "named"} of the program, and its stderr."""
    fake.reset()
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "home"))
    places = {"{http}": fake.http, "{https}": fake.https, "{ca}": fake.ca, "{imds}": fake.imds,
              "{wrong_ca}": fake.wrong_ca, "{closed}": fake.closed, "{dir}": folder,
              "{proxy}": fake.proxy, "{proxy_of_u}": fake.proxy.replace("//", "//u:p%3Aw%25@")}

    def fill(text):
        if isinstance(text, str):
            for name, place in places.items():
                text = text.replace(name, place or "")
        return text

    for command, arguments in one.before:
        answer = fake.control(command, **{k: fill(v) for k, v in arguments.items()})
        if command == "set_web_token":
            places["{token}"] = answer
    write_files(folder, {name: fill(content) for name, content in one.files.items()})
    fake.reset_requests()
    environment = {**ENVIRONMENT, "HOME": os.path.join(folder, "home")}
    for name, value in one.env.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = fill(value)
    front = [] if one.bare else ["--endpoint-url", fake.http]
    done = subprocess.run([*program, *front, *map(fill, one.words)], env=environment, cwd=folder,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
    found = {"status": done.returncode, "out": settle(done.stdout.decode()), "asked": asked(fake),
             "named": named(fake)}
    return found, done.stderr.decode(errors="replace")
