"""Where the time of a first password goes: samples of the processor's clock, by program and place."""

import contextlib
import os
import re
import shutil
import subprocess

from bench.story import Sides
from world.host import Host

RUNS = 12
PLACES = (("kernel", "kernel"), ("ld-linux", "loader"), ("libcrypto", "OpenSSL"),
          ("libssl", "OpenSSL"), ("libc.so", "C library"), ("libcurl", "libcurl"),
          ("libseccomp", "libseccomp"), ("iamlp", "our code"))
ORDER = ("kernel", "loader", "OpenSSL", "C library", "libcurl", "libseccomp", "our code", "other")
LINE = re.compile(r"^ *([0-9.]+)% +([0-9]+) +(\S+) +(\S+)", re.M)


@contextlib.contextmanager
def under(host, *tool):
    """What is run on the host is run by this tool."""
    plain = host.command
    host.command = lambda *words: [*tool, *plain(*words)]
    try:
        yield
    finally:
        host.command = plain


def samples(host, fake, folder):
    """{(program, place): samples} of all runs."""
    found = {}
    data = os.path.join(folder, "perf.data")
    for _ in range(RUNS):
        with under(host, "/usr/bin/perf", "record", "-q", "-e", "cpu-clock", "-F", "20000", "-o", data):
            Sides(host, fake, fake.ca).ours()
        said = subprocess.run(["perf", "report", "-i", data, "--no-children", "--stdio",
                               "--show-nr-samples", "--sort", "comm,dso"], capture_output=True,
                              text=True, check=True).stdout
        for _, count, program, dso in LINE.findall(said):
            place = next((name for part, name in PLACES if part in dso), "other")
            found[program, place] = found.get((program, place), 0) + int(count)
    return found


def synced(host, fake, folder):
    """(fsyncs, system calls, processes) of one run."""
    trace = os.path.join(folder, "strace.out")
    with under(host, "/usr/bin/strace", "-f", "-qq", "-o", trace):
        Sides(host, fake, fake.ca).ours()
    with open(trace, encoding="utf-8", errors="replace") as file:
        lines = file.read()
    return (len(re.findall(r"^\d+ +f(?:data)?sync\(", lines, re.M)),
            len(re.findall(r"^\d+ +\w+\(", lines, re.M)),
            len(set(re.findall(r"^(\d+) ", lines, re.M))))


def measure(folder, fake, report):
    if shutil.which("perf") is None or shutil.which("strace") is None:
        report.say("skipped: where the time goes needs perf (linux-perf) and strace")
        return
    os.mkdir(os.path.join(folder, "where"))
    host = Host(os.path.join(folder, "where"), fake)
    found = samples(host, fake, folder)
    programs = [p for p in ("iamlp", "iamlp-helper", "iamlp-net") if any(k[0] == p for k in found)]
    total = sum(n for (program, _), n in found.items() if program in programs)
    if total == 0:
        report.say("skipped: perf saw no sample")
        return
    rows = []
    for place in ORDER:
        cells = [found.get((program, place), 0) / total for program in programs]
        rows.append((place, *(f"{c:.0%}" for c in cells), f"{sum(cells):.0%}"))
    rows.append(("all", *(f"{sum(n for k, n in found.items() if k[0] == p) / total:.0%}"
                          for p in programs), "100%"))
    report.table("Where it goes", ("", *programs, "all"), rows,
                 f"Of the CPU of `iamlp provision`; {total:,} samples of {RUNS} runs.")
    report.bars("where", "CPU of a first password by place, %", [
        (place, 100 * sum(found.get((p, place), 0) for p in programs) / total)
        for place in ORDER], "{:.0f} %")
    report.table("Counted", ("", "one provisioning"), list(zip(
        ("fsyncs", "system calls", "processes and threads"), synced(host, fake, folder))))
