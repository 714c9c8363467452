"""A first password: claim, and `iamlp provision` against the AWS CLI and one bare request by curl.

All talk to the same fake over TLS in the same rounds. Twice: with one certificate to trust, as
with ca_bundle, and with the system's store, to which the fake's authority was added.
"""

import contextlib
import os
import pty
import shutil
import subprocess
from statistics import median

from bench.clock import Memory, alternate, children, quiet, spent, wait
from bench.report import ratio
from world.claims import Claims
from world.host import BUILD, KEY, SECRET, Host

ROUNDS, CLAIMS = 9, 5
IAM_USER, PASSWORD = "Alice.Smith@example.com", "Yardstick-1-Yardstick"
STORE, BUNDLE = "/etc/ssl/certs", "ca-certificates.crt"
CLI_TIMES, MEMORY_MIB = 40, 24
AWS, CURL = "the AWS CLI", "curl, one request"


@contextlib.contextmanager
def systems_store(folder, ca):
    """For as long as this lasts the system trusts one certificate more. Yields its bundle."""
    folder = os.path.join(folder, "store")
    shutil.copytree(STORE, folder, symlinks=True)
    name = subprocess.run(["openssl", "x509", "-noout", "-hash", "-in", ca], check=True,
                          capture_output=True, text=True).stdout.strip()
    shutil.copy(ca, os.path.join(folder, name + ".0"))
    with open(ca, encoding="ascii") as one, \
            open(os.path.join(folder, BUNDLE), "a", encoding="ascii") as all_of_them:
        all_of_them.write(one.read())
    subprocess.run(["mount", "--bind", folder, STORE], check=True)
    try:
        yield os.path.join(STORE, BUNDLE)
    finally:
        subprocess.run(["umount", STORE], check=True)


class Sides:
    """One first password, three ways."""

    def __init__(self, host, fake, bundle):
        self.host, self.fake, self.bundle = host, fake, bundle

    def _anew(self):
        self.fake.reset()
        record = os.path.join(self.host.state, "64001")
        if os.path.exists(record):
            os.unlink(record)

    def ours(self, watched=None):
        """On a terminal, with both questions answered. CPU seconds; `watched` is called with the
        process."""
        self._anew()
        ours, theirs = pty.openpty()
        process = subprocess.Popen(self.host.command("provision", "alice"), stdin=theirs,
                                   stdout=theirs, stderr=theirs, env={}, start_new_session=True)
        os.close(theirs)
        end = watched(process) if watched else lambda: None
        try:
            while True:
                if b"[y/N] " in os.read(ours, 4096):
                    os.write(ours, b"y\n")
        except OSError:
            pass  # the terminal is gone: the command has ended
        os.close(ours)
        end()
        return wait(process)

    def cli(self):
        self._anew()
        return spent(quiet, ["/usr/bin/aws", "--endpoint-url", self.fake.https, "iam",
                             "create-login-profile", "--user-name", IAM_USER, "--password",
                             PASSWORD, "--password-reset-required"],
                     {"PATH": os.environ["PATH"], "HOME": self.host.folder,
                      "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET,
                      "AWS_DEFAULT_REGION": "us-east-1", "AWS_CA_BUNDLE": self.bundle,
                      "AWS_EC2_METADATA_DISABLED": "true"})

    def curl(self):
        self._anew()
        body = (f"Action=CreateLoginProfile&Version=2010-05-08&UserName={IAM_USER}"
                f"&Password={PASSWORD}&PasswordResetRequired=true").replace("@", "%40")
        return spent(quiet, ["/usr/bin/curl", "--silent", "--fail", "--cacert", self.bundle,
                             "--aws-sigv4", "aws:amz:us-east-1:iam", "--user", f"{KEY}:{SECRET}",
                             "--header", "Content-Type: application/x-www-form-urlencoded",
                             "--data", body, self.fake.https + "/"], {})

    def requests(self, side):
        """(requests, connections) of one run."""
        side()
        sent = self.fake.requests()
        return len(sent), len({e["connection"] for e in sent})


def provisioning(host, fake, folder, report):
    """CPU, with one certificate and with the system's store."""
    rows, bars = [], []
    for what, configured, trusted in (
            ("one certificate to trust", fake.ca, contextlib.nullcontext(fake.ca)),
            ("the system's store", None, systems_store(folder, fake.ca))):
        host.configure(ca_bundle=configured)
        with trusted as bundle:
            sides = Sides(host, fake, bundle)
            found = alternate(ROUNDS, {"iamlp provision": sides.ours, AWS: sides.cli, CURL: sides.curl})
        ours = found["iamlp provision"]
        for name, samples in found.items():
            rows.append((f"{name}, {what}", f"{median(samples) * 1000:.1f} ms",
                         f"{ratio(samples, ours):.2f}"))
            bars.append((f"{name}, {what.split()[0]} {what.split()[1]}", median(samples) * 1000))
        times = ratio(found[AWS], ours)
        report.aim(f"first provisioning, the AWS CLI's CPU against ours, {what}", f"{times:.1f}",
                   f">= {CLI_TIMES}", times >= CLI_TIMES)
    host.configure()
    report.table("A first password", ("", "CPU", "against iamlp"), rows,
                 "User and system time of all processes: for iamlp its own, iamlp-helper's and "
                 "iamlp-net's; three requests with the record written in between, where the other "
                 "two only create.")
    report.bars("provision", "CPU of a first password, ms", bars, "{:.1f}")


def claiming(host, fake, report):
    """What a person's `iamlp claim` takes, of all programs, and the one at a shell's start."""
    hooks = total = 0
    begun = children()
    with Claims(host) as claims:
        for _ in range(CLAIMS):
            fake.reset()
            for path in (f"{host.state}/64001", f"{host.run}/pending/64001"):
                if os.path.exists(path):
                    os.unlink(path)
            hooks += spent(host.hook, "alice")
            if claims.run("alice").password is None:
                raise RuntimeError("the claim gave no password")
    total = children() - begun - hooks
    auto = [os.path.join(BUILD, "iamlp"), "claim", "--auto", "--socket", "/nonexistent"]
    nothing = alternate(ROUNDS, {"x": lambda: spent(quiet, auto, {}, False)})["x"]
    report.table("Claim", ("", "CPU"), [
        ("a claim, from the offer to the confirmation", f"{total / CLAIMS * 1000:.1f} ms"),
        ("`iamlp claim --auto` that finds nobody listening", f"{median(nothing) * 1000:.2f} ms")],
        "Of all processes: iamlp, iamlp-helper and iamlp-net.")


def memory(host, fake, report):
    """Of one provisioning: the most that each program held, and all at one moment."""
    sides = Sides(host, fake, fake.ca)
    peaks, whole = {}, []

    def watch(process):
        watched = Memory(process.pid, 0.001)

        def end():
            watched.stop()
            for name, kib in watched.peaks.items():
                peaks[name] = max(peaks.get(name, 0), kib)
            both = [sum(kib for name, kib in parts.items() if name in ("iamlp-helper", "iamlp-net"))
                    for parts in watched.samples]
            whole.append(max(both))
        return end

    for _ in range(ROUNDS):
        sides.ours(watch)
    together = (peaks["iamlp-helper"] + peaks["iamlp-net"]) / 1024
    report.table("Memory of a first password", ("", "MiB"), [
        *((f"{name}, resident, at most", f"{peaks[name] / 1024:.1f}")
          for name in ("iamlp", "iamlp-helper", "iamlp-net") if name in peaks),
        ("iamlp-helper and iamlp-net, both peaks", f"{together:.1f}"),
        ("iamlp-helper and iamlp-net, PSS at one moment, at most", f"{max(whole) / 1024:.1f}")],
        "Resident sets count a page of a shared library in each process, proportional ones (PSS) "
        "once. The kernel's own peak (VmHWM), and samples each millisecond.")
    report.aim("iamlp-helper and iamlp-net together, peaks of resident memory", f"{together:.1f} MiB",
               f"<= {MEMORY_MIB} MiB", together <= MEMORY_MIB)


def trips(host, fake, report):
    sides = Sides(host, fake, fake.ca)
    rows = []
    for name, side in (("iamlp provision", sides.ours), (AWS, sides.cli), (CURL, sides.curl)):
        requests, connections = sides.requests(side)
        # TCP and TLS 1.3 take one each, and so does a request.
        rows.append((name, requests, connections, 2 * connections + requests))
    rows.append(("the least for a create that must not touch what is there", 3, 1, 5))
    rows.append(("the least for a create", 1, 1, 3))
    report.table("Requests and round trips", ("", "requests", "connections", "round trips"), rows,
                 "Counted at the fake. Does the user exist, has it a password already, create: each is "
                 "asked once, on one connection. Round trips are one for TCP, one for TLS 1.3 and one a "
                 "request; that of DNS is not in them.")


def measure(folder, fake, report):
    os.mkdir(os.path.join(folder, "story"))
    host = Host(os.path.join(folder, "story"), fake)
    provisioning(host, fake, folder, report)
    claiming(host, fake, report)
    memory(host, fake, report)
    trips(host, fake, report)
