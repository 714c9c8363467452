"""What you will see where: the table of pam_iamlp(8), row by row, each held by a test here.

A row: the test that holds it; the login; the PAM line or lines; what the hook does at the
first login of a user who is served, under create = claim; what people notice.
"""

from collections import namedtuple

Row = namedtuple("Row", "key login line does seen")

BOTH = "account, session"
SHELL = "nothing; then iamlp claim in the shell"

ROWS = [
    Row("shell", "sshd: a shell on a terminal", BOTH, "marks", SHELL),
    Row("hushlogin", "sshd: the same with .hushlogin", BOTH, "marks", SHELL),
    Row("quiet", "sshd: the same with ssh -q", BOTH, "marks", SHELL),
    Row("command", "sshd: ssh host command", BOTH, "marks", "nothing"),
    Row("command_with_terminal", "sshd: ssh -t host command", BOTH, "marks", "nothing"),
    Row("shell_without_terminal", "sshd: ssh -T host", BOTH, "marks", "nothing"),
    Row("sftp", "sshd: sftp", BOTH, "marks", "nothing"),
    Row("scp", "sshd: scp", BOTH, "marks", "nothing"),
    Row("no_command", "sshd: ssh -N", BOTH, "marks", "nothing"),
    Row("forward", "sshd: ssh -W, ProxyJump", BOTH, "marks", "nothing"),
    Row("forced", "sshd: ForceCommand", BOTH, "marks", "nothing"),
    Row("rsync", "sshd: rsync", BOTH, "marks", "nothing"),
    Row("git", "sshd: git", BOTH, "marks", "nothing"),
    Row("sshpass", "sshd: sshpass", BOTH, "marks", "nothing"),
    Row("paramiko", "sshd: paramiko, ansible", BOTH, "marks", "nothing"),
    Row("key_first_both", "sshd: key, then password", BOTH, "marks", "nothing"),
    Row("key_first_one", "sshd: key, then no password", BOTH, "is not reached", "the refusal"),
    Row("key_last_both", "sshd: password, then key", BOTH, "marks", "nothing"),
    Row("key_last_one_account", "sshd: password, then no key", "account", "marks", "the refusal"),
    Row("key_last_one_session", "sshd: password, then no key", "session", "is not reached",
        "the refusal"),
    Row("denied_account", "a user denied by an earlier required line", "account", "marks",
        "the refusal"),
    Row("denied_session", "a user denied by an earlier required line", "session",
        "is not reached", "the refusal"),
    Row("login", "login on a console", BOTH, "marks", SHELL),
    Row("su_root", "su by root, with or without -, with -c", BOTH, "looks no further", "nothing"),
    Row("su_user", "su by a user, with or without -, with -c", BOTH, "looks no further",
        "nothing"),
    Row("sudo", "sudo, sudo -i", BOTH, "looks no further", "nothing"),
    Row("cron", "cron", BOTH, "looks no further", "nothing"),
    Row("unlisted", "a service that is not in services=", BOTH, "looks no further", "nothing"),
    Row("auth", "any service", "auth", "looks no further", "nothing; one line in the log"),
    Row("passwd", "passwd by the person", "password", "creates, with that password", "nothing"),
    Row("expired", "sshd: an expired password, by key", "password",
        "creates, with that password", "nothing"),
    Row("passwd_root", "passwd by root", "password", "looks no further", "nothing"),
    Row("chpasswd", "chpasswd", "password", "looks no further", "nothing"),
    Row(None, "gdm", BOTH, "marks", "nothing; then iamlp claim in a terminal"),
]

BY_KEY = {row.key: row for row in ROWS}

LINES = {"account": "account optional pam_iamlp.so", "session": "session optional pam_iamlp.so",
         "auth": "auth optional pam_iamlp.so", "password": "password optional pam_iamlp.so"}


def does(machine, row, user, line):
    """Assert that the hook did on this machine, for this user, what the row says."""
    assert line in row.line.split(", ")
    events = [e for e in machine.log.events() if e.get("user") == user]
    if row.does == "marks":
        record = machine.record(user)
        assert record and record["phase"] == "pending", record
        assert machine.marked(user)
        assert [(e["event"], e["result"]) for e in events] == [("mark", "pending")]
        assert machine.helpers() == 1
    else:
        assert machine.record(user) is None and not machine.marked(user)
        assert not events and machine.helpers() == 0
    assert not machine.fake.requests()


def same(machine, service, key, act, user="alice", arguments="", first=False):
    """act() logs `user` in through /etc/pam.d/SERVICE and returns what was seen. It must see the
    same without us and, with each line of the row, at the first login and at the second; and
    the hook must have done what the row says. Returns what was seen."""
    row = BY_KEY[key]
    machine.stack(service)
    machine.forget()
    without = act()
    for line in row.line.split(", "):
        machine.stack(service, f"{LINES[line]} {arguments}", first=first)
        machine.forget()
        for _ in ("first", "second"):
            saw = act()
            assert saw == without, f"{line}: {saw}, without us {without}"
            does(machine, row, user, line)
    return without
