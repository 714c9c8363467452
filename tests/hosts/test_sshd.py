"""sshd: three methods, every kind of session, byte for byte as without us."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from rows import BY_KEY, does

from world.client import METHODS, Client
from world.machine import Machine

KINDS = ("shell", "hushlogin", "quiet", "command", "command_with_terminal",
         "shell_without_terminal", "sftp", "scp", "no_command", "forward", "forced")

LINES = {"account": "account optional pam_iamlp.so", "session": "session optional pam_iamlp.so"}


def measure(folder, installed, fake, method):
    """{(kind, line, time): (Saw, what does() found wrong or None)} of one method; line: None,
    account or session; time: 1 or 2."""
    found = {}
    with Machine(folder, installed, fake) as machine:
        machine.start_sshd()
        client = Client(machine, "alice", method)
        for kind in KINDS:
            for line in (None, *LINES):
                machine.stack("sshd", *([LINES[line]] if line else []))
                machine.forget()
                for time in (1, 2) if line else (1,):
                    saw, wrong = getattr(client, kind)(), None
                    if line:
                        try:
                            does(machine, BY_KEY[kind], "alice", line)
                        except AssertionError as fault:
                            wrong = str(fault)
                    found[kind, line, time] = saw, wrong
    return found


@pytest.fixture(scope="module")
def measured(installed, server, tmp_path_factory):
    """By method, all at the same time: they mostly wait."""
    with ThreadPoolExecutor(len(METHODS)) as pool:
        began = {method: pool.submit(measure, tmp_path_factory.mktemp(method), installed, server,
                                     method) for method in METHODS}
        return {method: future.result() for method, future in began.items()}


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_as_without_us(measured, method, kind, line):
    """The first login and the second; does() says that the second started no helper."""
    without, _ = measured[method][kind, None, 1]
    assert without.status in (0, 7, 255)
    for time in (1, 2):
        saw, wrong = measured[method][kind, line, time]
        assert saw == without
        assert wrong is None
