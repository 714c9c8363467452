"""What speaks a protocol through sshd: rsync, git, sshpass, paramiko, ansible."""


import pytest
from rows import same

from world.client import Client
from world.machine import UNIX_PASSWORD

PARAMIKO = """
import sys, paramiko
client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
client.connect("127.0.0.1", int(sys.argv[1]), "alice", sys.argv[2], look_for_keys=False,
               allow_agent=False)
files = _, out, err = client.exec_command("echo out; echo err >&2; exit 7")
sys.stdout.buffer.write(out.read())
sys.stderr.buffer.write(err.read())
status = out.channel.recv_exit_status()
for one in (*files, client):
    one.close()
sys.exit(status)
"""


def rsync(client):
    """--stats would tell times; a listing tells what arrived."""
    return client.run("rsync", "-a", "--list-only", "-e", f"ssh -F {client.config}",
                      "host:.ssh/authorized_keys")


def git(client):
    return client.run("git", "ls-remote", "host:repository",
                      env={"GIT_SSH_COMMAND": f"ssh -F {client.config}"})


def sshpass(client):
    return client.run("sshpass", "-p", UNIX_PASSWORD, *client.words("host", "echo out; exit 7"),
                      env={"SSH_ASKPASS_REQUIRE": "never"})


def paramiko(client):
    return client.run("/usr/bin/python3", "-c", PARAMIKO, str(client.machine.ports["plain"]),
                      UNIX_PASSWORD, env={"HOME": client.folder})


def ansible(client):
    """Its module is copied by sftp and run in a shell."""
    return client.run("ansible", "all", "-i", "host,", "-m", "ping",
                      env={"ANSIBLE_SSH_ARGS": f"-F {client.config}", "HOME": client.folder,
                           "ANSIBLE_NOCOLOR": "1"})


TOOLS = {"rsync": (rsync, "publickey", 0, b"authorized_keys"),
         "git": (git, "publickey", 0, b"refs/heads/"),
         "sshpass": (sshpass, "password", 7, b"out\n"),
         "paramiko": (paramiko, "password", 7, b"out\n"),
         "ansible": (ansible, "publickey", 0, b'"ping": "pong"')}


@pytest.fixture(scope="module")
def sshd(installed, server, tmp_path_factory):
    from world.machine import Machine
    with Machine(tmp_path_factory.mktemp("machine"), installed, server) as machine:
        machine.start_sshd()
        machine.run("sh", "-c", """
            cd && git init -q repository && cd repository &&
            git -c user.name=alice -c user.email=alice@example.com commit -q --allow-empty -m one
            """, user="alice", env={"HOME": "/home/alice"})
        yield machine


@pytest.mark.parametrize("tool", [*[t for t in TOOLS if t != "ansible"],
                                  pytest.param("ansible", marks=pytest.mark.slow)])
def test_tool(sshd, fake, tool):
    act, method, status, text = TOOLS[tool]
    client = Client(sshd, "alice", method)
    saw = same(sshd, "sshd", tool, lambda: act(client))
    assert saw.status == status and text in saw.out, saw
