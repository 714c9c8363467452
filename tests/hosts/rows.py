"""What you will see where: the table of pam_iamlp(8), row by row, each held by a test here.

A row: the test that holds it; the login; the PAM line or lines; what the hook does at the
first login of a user who is served, under create = claim; what people notice.
"""

from collections import namedtuple

Row = namedtuple("Row", "key login line does seen")

BOTH = "both"  # the account line, the session line, each alone

ROWS = [
    Row("shell", "sshd: a shell on a terminal", BOTH, "marks", "the claim"),
    Row("hushlogin", "sshd: the same with .hushlogin", BOTH, "marks", "the claim"),
    Row("quiet", "sshd: the same with ssh -q", BOTH, "marks", "the claim"),
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
    Row("paramiko", "sshd: paramiko", BOTH, "marks", "nothing"),
    Row("ansible", "sshd: ansible", BOTH, "marks", "nothing"),
    Row("key_first_both", "sshd: key, then password", BOTH, "marks", "nothing"),
    Row("key_first_one", "sshd: key, then no password", BOTH, "not reached", "refusal"),
    Row("key_last_both", "sshd: password, then key", BOTH, "marks", "nothing"),
    Row("key_last_one_account", "sshd: password, then no key", "account", "marks", "refusal"),
    Row("key_last_one_session", "sshd: password, then no key", "session", "not reached",
        "refusal"),
    Row("denied_account", "denied by an earlier line", "account", "marks", "refusal"),
    Row("denied_session", "denied by an earlier line", "session", "not reached", "refusal"),
    Row("login", "login on a console", BOTH, "marks", "the claim"),
    Row("login_hushed_account", "login: the same, .hushlogin", "account", "marks", "the claim"),
    Row("login_hushed_session", "login: the same, .hushlogin", "session", "passes by", "nothing"),
    Row("su_root", "su by root; with -, with -c", BOTH, "passes by", "nothing"),
    Row("su_user", "su by a user; with -, with -c", BOTH, "passes by", "nothing"),
    Row("sudo", "sudo, sudo -i", BOTH, "passes by", "nothing"),
    Row("cron", "cron", BOTH, "passes by", "nothing"),
    Row("unlisted", "a service not in services=", BOTH, "passes by", "nothing"),
    Row("auth", "a line in the wrong stack", "auth", "passes by", "nothing"),
    Row("passwd", "passwd by the person", "password", "creates", "one line"),
    Row("passwd_quiet", "passwd -q by the person", "password", "passes by", "nothing"),
    Row("expired", "sshd: key, password expired", "password", "creates", "one line"),
    Row("expired_sshd", "sshd: password expired", "password", "passes by", "nothing"),
    Row("passwd_root", "passwd by root", "password", "passes by", "nothing"),
    Row("chpasswd", "chpasswd", "password", "passes by", "nothing"),
    Row(None, "gdm", BOTH, "marks", "the claim"),
]

BY_KEY = {row.key: row for row in ROWS}

# People write `optional`. Where the line is `required` another answer than PAM_IGNORE is seen.
LINES = {stack: f"{stack} required pam_iamlp.so"
         for stack in ("auth", "account", "session", "password")}


def lines_of(row):
    return ["account", "session"] if row.line == BOTH else [row.line]


def does(machine, row, user, line, why=None):
    """Assert that the hook did on this machine, for this user, what the row says. why: what the
    module said to itself, where `debug` stands in its line."""
    assert line in lines_of(row)
    lines = [e for e in machine.log.events() if e.get("user") == user]
    events = [e for e in lines if e["severity"] < 7]
    if row.does == "marks":
        record = machine.record(user)
        assert record and record["phase"] == "pending", record
        assert machine.marked(user)
        assert [(e["event"], e["result"]) for e in events] == [("mark", "pending")]
        assert machine.helpers() == 1
    else:
        assert machine.record(user) is None and not machine.marked(user)
        assert {(e["event"], e["code"], e["severity"]) for e in events} == (
            {("config", "stack", 3)} if line == "auth" else set())
        assert machine.helpers() == 0
    said = {e["msg"] for e in lines if e["severity"] == 7}
    assert said == ({f"ignored: {why}"} if why else set())
    assert not machine.fake.requests()


def same(machine, service, key, act, user="alice", arguments="", why=None):
    """act() logs `user` in through /etc/pam.d/SERVICE and returns what was seen. It must see the
    same without us and, with each line of the row, at the first login and at the second; and
    the hook must have done what the row says. Where the row says so the claim is left out: what
    it shows is test_flow's. Returns what was seen."""
    row = BY_KEY[key]
    machine.stack(service)
    machine.snippet(False)
    machine.forget()
    without = act()
    machine.snippet(row.seen != "the claim")
    for line in lines_of(row):
        machine.stack(service, f"{LINES[line]} {arguments}", first=line == "auth")
        machine.forget()
        for _ in ("first", "second"):
            saw = act()
            assert saw == without, f"{line}: {saw}, without us {without}"
            does(machine, row, user, line, why)
    return without
