#!/usr/bin/python3
"""./dev fuzz SECONDS [TARGET|ENGINE...]: run each target under libFuzzer, then under AFL++, say
what came of it, and exit non-zero where something was found. As many run at once as there are
processors.

A run ends after so many seconds of CPU, or when a third of them has passed without a branch that
was not seen before: a target that has nothing more to find leaves its time to the others. CPU and
not the clock, so that a busy machine takes longer and does not do less.

What was found stays in build-fuzz/findings, and the corpora in build-fuzz/corpus, from which the
next run, and AFL++, go on.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from seeds import TOP, dictionary, seeds, targets  # noqa: E402

WORK = TOP / "build-fuzz"
FINDINGS = WORK / "findings"
ONE_INPUT_S = 20   # an input that takes longer is a finding
MEMORY_MB = 1500
TICKS = os.sysconf("SC_CLK_TCK")


def cpu(pid):
    """Seconds that this process and all below it have used, as far as they live."""
    try:
        ticks = sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return ticks / TICKS + sum(map(cpu, below))


class Run:
    """One target under one engine. An engine adds command(), coverage(), runs() and found()."""

    END = signal.SIGTERM
    ENV = {}

    def __init__(self, target):
        self.target = target
        self.binary = WORK / self.NAME / "tests/fuzz" / target
        self.log = WORK / f"{target}.{self.NAME}.log"
        self.cpu = self.grown = 0.0
        self.before = self.after = 0

    def fill(self, corpus, *folders):
        """Seeds, and what an engine has found before, into a folder for it."""
        corpus.mkdir(parents=True, exist_ok=True)
        for seed in seeds(self.target) + [p for f in folders if f.is_dir() for p in f.iterdir()]:
            shutil.copyfile(seed, corpus / seed.name)

    def look(self, pid):
        """How far it is."""
        self.cpu = max(self.cpu, cpu(pid))
        now = self.coverage()
        self.before = self.before or now
        if now > self.after:
            self.after, self.grown = now, self.cpu

    def __call__(self, seconds):
        with open(self.log, "wb") as log:
            process = subprocess.Popen(self.command(), cwd=TOP, stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=log, env={**os.environ, **self.ENV})
        ended = False
        while process.poll() is None:
            self.look(process.pid)
            if not ended and (self.cpu >= seconds or self.cpu - self.grown >= seconds / 3):
                process.send_signal(self.END)
                ended = True
            time.sleep(1)
        self.look(process.pid)
        self.findings = self.found()
        if not self.findings and (process.returncode != 0 or self.runs() == 0):
            self.findings = [self.log]
        return self


class LibFuzzer(Run):
    """Coverage counts edges of the code."""

    NAME = "libfuzzer"
    END = signal.SIGUSR1
    STATUS = re.compile(rb"^#(\d+)\s+(?!READ)\w+\s+cov: (\d+) ", re.MULTILINE)

    def command(self):
        corpus = WORK / "corpus" / self.target
        self.fill(corpus)
        self.old = set(FINDINGS.iterdir())
        self.read, self.said = 0, (0, 0)
        words = dictionary(self.target)
        return [self.binary, *([f"-dict={words}"] if words else []), f"-timeout={ONE_INPUT_S}",
                f"-rss_limit_mb={MEMORY_MB}", f"-artifact_prefix={FINDINGS}/{self.target}-", corpus]

    def status(self):
        """Runs and coverage, as it last said; the log grows to megabytes and is read once."""
        with open(self.log, "rb") as log:
            log.seek(self.read)
            lines = log.read().rpartition(b"\n")[0]
        said = self.STATUS.findall(lines)
        self.read += len(lines)
        self.said = tuple(map(int, said[-1])) if said else self.said
        return self.said

    def coverage(self):
        return self.status()[1]

    def runs(self):
        return self.status()[0]

    def found(self):
        return sorted(p for p in set(FINDINGS.iterdir()) - self.old
                      if p.name.startswith(f"{self.target}-"))


class Afl(Run):
    """Coverage counts entries of AFL's map."""

    NAME = "afl"
    ENV = {"AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1",
           "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1"}

    def command(self):
        begin, out = WORK / "afl-seeds" / self.target, WORK / "afl" / f"out-{self.target}"
        # A resumed run would count the findings of the one before.
        for folder in begin, out:
            shutil.rmtree(folder, ignore_errors=True)
        self.fill(begin, WORK / "corpus" / self.target)
        out.parent.mkdir(parents=True, exist_ok=True)
        self.out = out / "default"
        words = dictionary(self.target)
        return ["afl-fuzz", *(["-x", words] if words else []), "-i", begin, "-o", out,
                "-t", str(ONE_INPUT_S * 1000), "-m", "none", self.binary]

    def coverage(self):
        plot = self.out / "plot_data"
        rows = plot.read_text().splitlines()[1:] if plot.is_file() else []
        return int(rows[-1].split(",")[-1]) if rows and rows[-1].count(",") == rows[0].count(",") else 0

    def runs(self):
        path = self.out / "fuzzer_stats"
        match = re.search(r"execs_done\s*: (\d+)", path.read_text() if path.is_file() else "")
        return int(match[1]) if match else 0

    def found(self):
        kept = []
        for path in sorted(self.out.glob("crashes/id:*")) + sorted(self.out.glob("hangs/id:*")):
            name = f"{self.target}-afl-{path.parent.name}-{path.name.split(',')[0][3:]}"
            kept.append(shutil.copyfile(path, FINDINGS / name))
        return kept


ENGINES = {engine.NAME: engine for engine in (LibFuzzer, Afl)}
ROW = "{:8} {:9} {:>6} {:>11} {:>7} {:>7} {:>7}  {}"


def say(run):
    print(ROW.format(run.target, run.NAME, f"{run.cpu:.0f}", run.runs(), run.before, run.after,
                     f"{run.grown:.0f}", len(run.findings) or "-"), flush=True)
    for path in run.findings:
        print(f"    {path.relative_to(TOP)}; see it again with\n"
              f"    {run.binary.relative_to(TOP)} {path.relative_to(TOP)}", flush=True)


def main():
    seconds, *words = sys.argv[1:] or [""]
    engines = [e for e in ENGINES if e in words] or list(ENGINES)
    chosen = [t for t in targets() if t in words] or targets()
    if not seconds.isdigit() or int(seconds) == 0 or set(words) - {*ENGINES, *targets()}:
        sys.exit("usage: ./dev fuzz SECONDS [TARGET|ENGINE...]; "
                 f"engines: {' '.join(ENGINES)}; targets: {' '.join(targets())}")
    FINDINGS.mkdir(parents=True, exist_ok=True)
    print(ROW.format("target", "engine", "cpu s", "runs", "before", "after", "grown s",
                     "findings"), flush=True)
    found = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # One engine after the other: the second begins with what the first has found.
        for engine in engines:
            for run in pool.map(lambda target, e=engine: (r := ENGINES[e](target)(int(seconds)),
                                                          say(r))[0], chosen):
                found += len(run.findings)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
