"""CPU and memory of what ./dev bench runs, of all processes that were waited for."""

import os
import resource
import subprocess
import threading

from world.proc import descendants


def children():
    """User and system seconds of all processes that have ended here."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def spent(run, *args, **how):
    """The CPU seconds of the processes that run(*args) starts and waits for."""
    begun = children()
    run(*args, **how)
    return children() - begun


def quiet(command, env=None, check=True):
    subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   check=check)


def alternate(rounds, sides):
    """{name: [what its function returned, one a round]}; all sides in each round, after one to
    warm up, so that a load of others falls on all of them."""
    for side in sides.values():
        side()
    found = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            found[name].append(side())
    return found


def _value(path, key):
    with open(path, encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(key))


def look(pid):
    """(program, PSS in KiB, peak of the resident set in KiB) of a process, or None."""
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
            name = file.read().strip()
        return (name, _value(f"/proc/{pid}/smaps_rollup", "Pss:"),
                _value(f"/proc/{pid}/status", "VmHWM:"))
    except (OSError, StopIteration):
        return None


class Memory:
    """What a process and its children hold while it runs. samples: {program: PSS in KiB} every so
    many seconds; peaks: {program: the most that one of that name had resident}."""

    def __init__(self, pid, every):
        self.samples, self.peaks = [], {}
        self._pid, self._every, self._end = pid, every, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self):
        while not self._end.wait(self._every):
            parts = {}
            for name, pss, peak in filter(None, map(look, (self._pid, *descendants(self._pid)))):
                parts[name] = parts.get(name, 0) + pss
                self.peaks[name] = max(self.peaks.get(name, 0), peak)
            self.samples.append(parts)

    def stop(self):
        self._end.set()
        self._thread.join()

    def most(self):
        """The sample with most in all."""
        return max(self.samples, key=lambda parts: sum(parts.values()))


def wait(process):
    """Wait for a Popen that must succeed. Its CPU seconds."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{process.args[0]} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime
