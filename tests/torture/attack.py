"""One flow attacked at one point after the other, on one stage."""

import socket
from collections import Counter

import calls
import flows
import plan
from dialogue import Hang
from judge import Judge, forget

BEYOND = 3  # points after the last known one: a run that goes on longer shows itself
NAMES = calls.names()
ALLOCATIONS = ("alloc", "libs")
# Loading libcrypto is 14 000 allocations, each time the same.
STEPS = {("iamlp-net", "libs"): 47, ("iamlp-helper", "libs"): 3}


class Plan(plan.Page):
    """For failalloc.c: in this program the n-th allocation fails, of its own or of its libraries."""

    def __init__(self, program, own, n):
        super().__init__("/dev/shm/failalloc", "32sQQQQ", program.encode(), own, n, 0, 0)

    def counted(self):
        return self.fields()[3]

    def hit(self):
        return self.fields()[4] == 1


class Attack:
    """One flow on one stage."""

    def __init__(self, folder, fake, log, user, name):
        self.name = name
        self.before, self.at_login, self.flow, self.programs = flows.FLOWS[name]
        self.stage = flows.Stage(folder, fake, log, user)
        self.stage.configure(self.at_login)

    def _begin(self):
        self.stage.aim = None
        forget(self.stage)
        if self.before:
            self.before(self.stage)

    def baseline(self, at):
        """{program: [(number, is it ours) of each of its system calls]}"""
        self._begin()
        self.stage.aim = (at, [])
        self.flow(self.stage)
        found, spoken, foreign = {}, [], False
        with open(self.stage.report, encoding="utf-8") as file:
            for line in file:
                word, program, *rest = line.split()
                if word != "call":
                    continue
                number, first = int(rest[1]), int(rest[2])
                host = program == "host"
                # The host says each result on descriptor 1. Before its first one libpam has
                # loaded the modules; before each, after the modules, libpam speaks to the
                # kernel's auditing; after the last but one it counts what is left.
                if host and NAMES[number] == "write" and first == 1:
                    spoken.append(len(found[program]))
                    foreign = False
                audits = host and NAMES[number] == "socket" and first == socket.AF_NETLINK
                foreign = audits or foreign
                found.setdefault(program, []).append((number, not (host and foreign)))
        if "host" in found:
            found["host"] = [(number, ours and spoken[0] < i < spoken[-2] and i not in spoken)
                             for i, (number, ours) in enumerate(found["host"])]
        for program in found:
            if program in flows.LOADED:
                # The dynamic linker's last act: before it nothing of ours has run.
                end = [NAMES[number] for number, _ in found[program]].index("munmap")
                found[program][:end + 1] = [(n, False) for n, _ in found[program][:end + 1]]
        return found

    def allocations(self, program, own):
        """How many the program, or its libraries, make in the flow."""
        self._begin()
        with Plan(program, own, 0) as page:
            self.flow(self.stage)
            return page.counted()

    def point(self, at, program, kind, point):
        """Attack there. Returns (what was hit or None, way, keys left, [what is wrong], texts)."""
        self._begin()
        judge, stage = Judge(self.stage, self.name), self.stage
        stage.aim = (at, point.options(program))
        way, held, result = "-", 0, flows.Result()
        with Plan(program if kind in ALLOCATIONS else "-", kind == "alloc", point.n) as page:
            try:
                result = self.flow(stage)
            except Hang as who:
                judge.say(f"{who} hangs")
            stage.aim = None
            hit = judge.report()
            call = NAMES[hit[2]] if hit else "malloc" if page.hit() else None
        # glibc's arc4random gives up, and with it libexpat, where there is no randomness.
        judge.deaths(kind == "libs" or (program, call) == ("iamlp-net", "getrandom"))
        if at == "host":
            judge.host(result, program == "host" and kind == "kill")
        if call is None and not judge.wrong:
            return None, way, held, [], ""
        try:
            way = judge.settle(result)
            held = judge.final(way, kind == "fault" and call == "keyctl")
        except (Hang, ValueError) as why:
            judge.say(f"afterwards: {type(why).__name__} {why}")
        said = [result.text, *judge.said, *[text for _, text in stage.log.lines]]
        return call, way + (judge.died and f" ({judge.died})"), held, judge.wrong, said


class Point:
    """The N-th system call of one name, of any (-1), or the N-th allocation."""

    def __init__(self, n, name, number=-1, error=0, word=""):
        self.n, self.name, self.number, self.error, self.word = n, name, number, error, word

    def options(self, program):
        """For killat; of an allocation it sees the ends only."""
        if self.name == "malloc":
            return ["-p", "-", "-n", "1"]
        return ["-p", program, "-n", str(self.n), "-c", str(self.number), "-e", str(self.error)]


def points(attack, at, program, kind):
    """All of them in order."""
    if kind in ALLOCATIONS:
        count = attack.allocations(program, kind == "alloc") + BEYOND
        step = STEPS.get((program, kind), 1)
        return [Point(n, "malloc") for n in range(1, count + 1, step)]
    found, seen, all_of_them = attack.baseline(at).get(program, []), Counter(), []
    for number, ours in found:
        seen[number] += 1
        here = (seen[number], NAMES[number], number)
        if kind == "kill":
            all_of_them.append(Point(*here))
        elif ours:
            all_of_them += [Point(*here, error, word) for word, error in calls.faults(here[1])]
    if kind == "kill":
        all_of_them += [Point(len(found) + n, "-") for n in range(1, BEYOND + 1)]
    return all_of_them
