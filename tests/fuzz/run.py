#!/usr/bin/python3
"""./dev fuzz SECONDS [TARGET...]: let each target run for that long under libFuzzer, then
under AFL++, say what came of it, and exit non-zero where something was found.

What was found stays in build-fuzz/findings, and the corpora in build-fuzz/corpus and
build-fuzz/afl, from which the next run goes on.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from seeds import TOP, dictionary, seeds, targets  # noqa: E402

WORK = TOP / "build-fuzz"
FINDINGS = WORK / "findings"
ONE_INPUT_S = 20   # an input that takes longer is a finding
MEMORY_MB = 1500

Result = namedtuple("Result", "cpu runs before after grown found")

STATUS = re.compile(rb"^#(\d+)\s+(\w+)\s+cov: (\d+) ")


def binary(engine, target):
    return WORK / engine / "tests/fuzz" / target


def libfuzzer(target, seconds):
    """Run one target; coverage counts edges of the code."""
    corpus = WORK / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds(target):
        shutil.copyfile(seed, corpus / f"seed-{seed.name}")
    old = set(FINDINGS.iterdir())
    command = [binary("libfuzzer", target), f"-max_total_time={seconds}",
               f"-timeout={ONE_INPUT_S}", f"-rss_limit_mb={MEMORY_MB}",
               f"-artifact_prefix={FINDINGS}/{target}-", corpus]
    if dictionary(target):
        command.insert(1, f"-dict={dictionary(target)}")
    runs, before, after, grown = 0, None, 0, 0.0
    began = time.monotonic()
    with open(WORK / f"{target}.libfuzzer.log", "wb") as log, \
            subprocess.Popen(command, cwd=TOP, stdin=subprocess.DEVNULL,
                             stderr=subprocess.PIPE) as process:
        for line in process.stderr:
            log.write(line)
            match = STATUS.match(line)
            if not match:
                continue
            runs, coverage = int(match[1]), int(match[3])
            if before is None and match[2] == b"INITED":
                before = coverage
            if coverage > after and before is not None:
                grown = time.monotonic() - began
            after = max(after, coverage)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    found = sorted(p for p in set(FINDINGS.iterdir()) - old if p.name.startswith(f"{target}-"))
    if process.returncode != 0 and not found:
        found = [WORK / f"{target}.libfuzzer.log"]
    return Result(usage.ru_utime + usage.ru_stime, runs, before or 0, after, grown, found)


def afl_stats(out):
    """What afl-fuzz says of itself, as a dictionary."""
    path = out / "default/fuzzer_stats"
    lines = path.read_text().splitlines() if path.is_file() else []
    return {key.strip(): value.strip() for key, _, value in (x.partition(":") for x in lines)}


def afl(target, seconds):
    """Run one target; coverage counts entries of AFL's map."""
    begin, out = WORK / "afl-seeds" / target, WORK / "afl" / f"out-{target}"
    shutil.rmtree(begin, ignore_errors=True)
    begin.mkdir(parents=True)
    for seed in seeds(target):
        shutil.copyfile(seed, begin / seed.name)
    # A resumed run would count the findings of the one before.
    shutil.rmtree(out, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    command = ["afl-fuzz", "-i", begin, "-o", out, "-V", str(seconds),
               "-t", str(ONE_INPUT_S * 1000), "-m", "none", binary("afl", target)]
    if dictionary(target):
        command[1:1] = ["-x", dictionary(target)]
    env = {**os.environ, "AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1",
           "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1"}
    with open(WORK / f"{target}.afl.log", "wb") as log:
        process = subprocess.Popen(command, cwd=TOP, env=env, stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    stats = afl_stats(out)
    found = []
    for kind in "crashes", "hangs":
        for path in sorted((out / "default" / kind).glob("id:*")):
            kept = FINDINGS / f"{target}-afl-{kind}-{path.name.split(',')[0][3:]}"
            shutil.copyfile(path, kept)
            found.append(kept)
    if not stats or process.returncode != 0:
        found.append(WORK / f"{target}.afl.log")
    number = {k: int(stats.get(k) or 0) for k in
              ("execs_done", "edges_found", "last_find", "start_time")}
    plot = out / "default/plot_data"
    rows = plot.read_text().splitlines()[1:] if plot.is_file() else []
    before = int(rows[0].split(",")[-1]) if rows else 0
    grown = max(0, number["last_find"] - number["start_time"])
    return Result(usage.ru_utime + usage.ru_stime, number["execs_done"], before,
                  number["edges_found"], float(grown), found)


ENGINES = {"libfuzzer": libfuzzer, "afl": afl}
ROW = "{:8} {:9} {:>6} {:>11} {:>7} {:>7} {:>7}  {}"


def say(result, target, engine):
    print(ROW.format(target, engine, f"{result.cpu:.0f}", result.runs, result.before,
                     result.after, f"{result.grown:.0f}", len(result.found) or "-"), flush=True)
    for path in result.found:
        print(f"    {path.relative_to(TOP)}; see it again with\n"
              f"    {binary(engine, target).relative_to(TOP)} {path.relative_to(TOP)}", flush=True)


def main():
    seconds = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = sys.argv[2:] or targets()
    unknown = [t for t in chosen if t not in targets()]
    if not seconds.isdigit() or int(seconds) == 0 or unknown:
        sys.exit(f"usage: ./dev fuzz SECONDS [TARGET...]; targets: {' '.join(targets())}")
    FINDINGS.mkdir(parents=True, exist_ok=True)
    print(ROW.format("target", "engine", "cpu s", "runs", "before", "after", "grown s",
                     "findings"), flush=True)
    found = 0
    for engine, run in ENGINES.items():
        for target in chosen:
            result = run(target, int(seconds))
            say(result, target, engine)
            found += len(result.found)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
