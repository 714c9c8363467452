"""A password, and every place of a machine where it might have been left.

A Hunt knows the password in every form that a program might keep it in, and looks for it in the
memory of processes, in cores, in files, in a disk image, in logs, in a trace of every system
call, and in what went over the network. `places` counts what was looked into, `finds` lists what
was found there.
"""

import base64
import os
import re
import struct
import subprocess
import urllib.parse
from collections import Counter, namedtuple

Find = namedtuple("Find", "place form what")
Held = namedtuple("Held", "point pid program mapping")  # mapping: None for a file of /proc
Mapping = namedtuple("Mapping", "start end name flags dirty")

HEAD = re.compile(rb"^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \d+ *(.*)$")
PT_LOAD, PT_NOTE = 1, 4
DIRTY = (b"Anonymous:", b"Private_Dirty:", b"Shared_Dirty:", b"Swap:")


def forms(password):
    """Name: bytes. A half alone is enough to be found."""
    raw = password.encode()
    half = max(len(raw) // 2, 8)
    found = {"raw": raw, "first half": raw[:half], "last half": raw[-half:],
             "reversed": raw[::-1], "reversed first half": raw[:half][::-1],
             "reversed last half": raw[-half:][::-1],
             "url": urllib.parse.quote(password, safe="").encode(),
             "url+": urllib.parse.quote_plus(password).encode(),
             "utf-16le": password.encode("utf-16le"), "utf-16be": password.encode("utf-16be"),
             "hex": raw.hex().encode(), "HEX": raw.hex().upper().encode()}
    found["url, small"] = re.sub(rb"%..", lambda m: m.group().lower(), found["url"])
    # base64 of a text that holds it depends on where it begins in threes.
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw)
        text = text[(shift * 8 + 5) // 6:len(text) - (4 if (shift + len(raw)) % 3 else 0)]
        found[f"base64 {shift}"] = text
        found[f"base64url {shift}"] = text.replace(b"+", b"-").replace(b"/", b"_")
    # One form may equal another, and a shorter one is inside a longer one: the first counts.
    return {name: data for at, (name, data) in enumerate(found.items())
            if data not in list(found.values())[:at]}


def mappings(pid):
    """What of a process's memory can hold what it wrote there."""
    found, head, dirty = [], None, 0
    with open(f"/proc/{pid}/smaps", "rb") as file:
        for line in file:
            begins = HEAD.match(line.rstrip(b"\n"))
            if begins:
                head, dirty = begins, 0
            elif line.startswith(DIRTY):
                dirty += int(line.split()[1])
            elif line.startswith(b"VmFlags:"):
                name = head.group(4).decode()
                if not name.startswith(("[vvar", "[vsyscall", "[vdso")):
                    found.append(Mapping(int(head.group(1), 16), int(head.group(2), 16), name,
                                         line.decode().split()[1:], dirty))
    # Pages of a file that nobody has written to are the file's.
    return [m for m in found if m.dirty or (not m.name and "rd" in m.flags)]


def segments(core):
    """(type, offset, size) of each in an ELF file of 64 bits of this machine's order."""
    assert core.startswith(b"\x7fELF\x02")
    first, = struct.unpack_from("@Q", core, 32)
    size, count = struct.unpack_from("@HH", core, 54)
    for at in range(first, first + size * count, size):
        kind, _, start, _, _, length = struct.unpack_from("@IIQQQQ", core, at)
        yield kind, start, length


def program(pid):
    return os.path.basename(os.readlink(f"/proc/{pid}/exe")).removesuffix(".real")


class Hunt:
    """password: may be set later, when it is known."""

    def __init__(self, machine, password=None):
        self.machine, self.places, self.finds = machine, Counter(), []
        self._password, self._waiting, self.point, self.processes_seen = None, [], "", set()
        if password:
            self.password = password

    @property
    def password(self):
        return self._password

    @password.setter
    def password(self, password):
        self._password, self.forms = password, forms(password)
        any_form = sorted(self.forms.values(), key=len, reverse=True)
        self._any = re.compile(b"|".join(re.escape(form) for form in any_form))
        for one in self._waiting:
            self._look(*one)
        self._waiting.clear()

    def within(self, data):
        """The names of the forms that are in data."""
        if not self._any.search(data):
            return []
        return [name for name, form in self.forms.items() if form in data]

    def data(self, kind, place, data, what=None):
        """One place of a kind; kept until the password is known."""
        self.places[kind] += 1
        if self._password is None:
            self._waiting.append((place, data, what))
        else:
            self._look(place, data, what)

    def _look(self, place, data, what):
        self.finds += [Find(place, form, what) for form in self.within(data)]

    # ---- processes -----------------------------------------------------------------------

    def processes(self):
        """All of the machine: those in its mount namespace."""
        home = os.readlink(os.path.dirname(self.machine.path("")) + "/ns/mnt")
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/ns/mnt") == home and os.readlink(f"/proc/{pid}/exe"):
                    found.append(int(pid))
            except OSError:
                continue
        return found

    def named(self, name):
        """The newest process of the machine that runs this program."""
        return max(pid for pid in self.processes() if program(pid) == name)

    def memory(self):
        """Environment, arguments and memory of every process of the machine. What of a Find: a
        Held."""
        for pid in self.processes():
            try:
                self._memory(pid, program(pid))
            except (FileNotFoundError, ProcessLookupError):
                continue

    def _memory(self, pid, name):
        self.processes_seen.add((pid, name))
        for file in ("environ", "cmdline", "comm", "stack", "wchan"):
            try:
                with open(f"/proc/{pid}/{file}", "rb") as opened:
                    self.data("files of /proc", f"/proc/PID/{file} of {name}", opened.read(),
                              Held(self.point, pid, name, None))
            except PermissionError:
                continue
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for one in mappings(pid):
                try:
                    memory.seek(one.start)
                    data = b""
                    while len(data) < one.end - one.start:
                        more = memory.read(one.end - one.start - len(data))
                        if not more:
                            break
                        data += more
                except OSError:
                    continue
                self.data("mappings", f"memory of {name}, {one.name or 'anonymous'}", data,
                          Held(self.point, pid, name, one))

    def core(self, pid, excluded=False):
        """What gdb writes of it: the forms in its notes (registers, arguments), and in its
        memory. excluded: also what is marked as not to be dumped."""
        path = os.path.join(self.machine.folder, f"core.{pid}")
        words = ["-ex", "set dump-excluded-mappings on", "-ex", "set use-coredump-filter off"]
        subprocess.run(["gdb", "-nx", "-q", "-batch", *(words if excluded else []), "-ex",
                        f"generate-core-file {path}", "-p", str(pid)], check=True,
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        with open(path, "rb") as file:
            data = file.read()
        os.unlink(path)
        self.places["cores"] += 1
        notes = memory = b""
        for kind, start, size in segments(data):
            if kind == PT_NOTE:
                notes += data[start:start + size]
            elif kind == PT_LOAD:
                memory += data[start:start + size]
        assert notes and memory
        return self.within(notes), self.within(memory)

    # ---- what lies around ------------------------------------------------------------------

    def file(self, path, kind="files"):
        with open(path, "rb") as file:
            self.data(kind, path, file.read())

    def files(self):
        """What the machine has written: /etc, /usr, /var (their overlays), and whole /run, /home,
        /tmp, /dev/shm and STATE."""
        layers = os.path.join(self.machine.folder, "machine/up")
        for top in (layers, "/run", "/home", "/tmp", "/dev/shm", "/var/lib/iamlp"):
            for folder, _, names in os.walk(self.machine.path(top)):
                for name in names:
                    path = os.path.join(folder, name)
                    if os.path.isfile(path) and not os.path.islink(path):
                        self.file(path)
                    self.data("names", path, name.encode())

    def logs(self):
        for _, text in list(self.machine.log.lines):
            self.data("syslog lines", "syslog", text.encode(), text)
        self.file(self.machine.sshd_log, "logs of sshd")

    def trace(self, trace):
        """what of a Find: (program, call, descriptor)"""
        for call in trace.calls(self):
            self.finds.append(call)


class Disk:
    """STATE as a disk: an ext4 image. there: False where this machine has no loop devices, and the
    image is left out of `places`."""

    def __init__(self, machine):
        self.machine, self.path = machine, os.path.join(machine.folder, "disk")
        with open(self.path, "wb") as file:
            file.truncate(4 << 20)
        nodes = [("loop-control", 10, 237)] + [(f"loop{n}", 7, n) for n in range(16)]
        for name, major, minor in nodes:
            try:
                os.mknod(machine.path(f"/dev/{name}"), 0o600 | 0o060000 if major == 7
                         else 0o600 | 0o020000, os.makedev(major, minor))
            except OSError:
                continue
        subprocess.run(["mkfs.ext4", "-q", "-F", self.path], check=True)
        there = machine.run("mount", "-o", "loop", self.path, "/var/lib/iamlp").returncode == 0
        self.there = there
        if there:
            os.rmdir(machine.path("/var/lib/iamlp/lost+found"))
            os.chmod(machine.path("/var/lib/iamlp"), 0o700)

    def hunted(self, hunt):
        """Also what was deleted."""
        if self.there:
            subprocess.run(["sync", "-f", self.machine.path("/var/lib/iamlp")], check=True)
            hunt.file(self.path, "disk images")
