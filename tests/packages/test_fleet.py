"""config/examples, carried out: each makes a host of a bare Debian whose sources have the package.

In a chroot: what is started by systemd elsewhere is not here.
"""

import os
import re
import shlex
import shutil

import pytest
import yaml

from chroot import Chroot
from world.machine import TOP

EXAMPLES = "/srv/tree/config/examples"


def example(name):
    with open(os.path.join(TOP, "config/examples", name), encoding="utf-8") as file:
        return file.read()


@pytest.fixture
def bare(built, tmp_path):
    built.install("dpkg-dev")
    built.run("cd /build/new/build-deb; dpkg-scanpackages . >Packages 2>/dev/null")
    with Chroot(str(tmp_path), built.source) as one:
        shutil.copytree(built.new, one.path("/srv/repository"), ignore=shutil.ignore_patterns("pam-*"))
        one.write("/etc/apt/sources.list.d/here.list", "deb [trusted=yes] file:/srv/repository ./\n")
        one.run("apt-get -q update")
        one.copy_tree("/srv/tree")
        yield one


def is_ready(one):
    assert one.read("/etc/iamlp/iamlp.conf") == example("iamlp.conf")
    assert len(re.findall(r"^-session\s.*pam_iamlp\.so", one.read("/etc/pam.d/sshd"), re.M)) == 1
    assert "is enabled already" in one.run("iamlp enable sshd; getent passwd iamlp")


def test_ansible(bare):
    bare.install("ansible-core", "python3-apt")
    play = (f"cd {EXAMPLES}/ansible; ansible-playbook -i localhost, -c local "
            "-e ansible_become=false site.yml")
    how = {"HOME": "/root", "LC_ALL": "C.UTF-8"}
    said = bare.run(play, **how)
    assert re.search(r"changed=3 .*failed=0", said), said
    is_ready(bare)
    said = bare.run(play, **how)
    assert re.search(r"changed=0 .*failed=0", said), said

    bare.write("/srv/broken.conf", "[aws]\nregoin = x\n")
    said = bare.run(f"! {{ {play} -e iamlp_conf=/srv/broken.conf; }}", **how)
    assert "regoin" in said and "failed=1" in said, said
    is_ready(bare)


def test_cloud_init(bare):
    """Its schema is cloud-init's own judgement; its steps are taken by hand, in its order."""
    bare.install("cloud-init")
    said = bare.run(f"cloud-init schema --config-file {EXAMPLES}/user-data.yaml")
    assert "Valid" in said, said
    data = yaml.safe_load(example("user-data.yaml"))
    bare.install(*data["packages"])
    for file in data["write_files"]:
        bare.write(file["path"], file["content"], int(file["permissions"], 8))
    start, *others = data["runcmd"]
    assert start == ["systemctl", "enable", "--now", "iamlp-claim.socket"]  # not in a chroot
    for words in others:
        bare.run(words if isinstance(words, str) else shlex.join(words))
    is_ready(bare)


def test_ssm(bare):
    step, = yaml.safe_load(example("ssm-document.yaml"))["mainSteps"]
    script = "\n".join(step["inputs"]["runCommand"])

    def sent(configuration):
        packed = bare.run(f"base64 -w0 {configuration}")
        bare.write("/srv/script", script.replace("{{ Configuration }}", packed)
                   .replace("{{ Service }}", "sshd"))
        return bare.run("sh /srv/script || echo failed")

    assert "is new" in sent(EXAMPLES + "/iamlp.conf")
    is_ready(bare)
    assert "failed" not in sent(EXAMPLES + "/iamlp.conf")
    bare.write("/srv/broken.conf", "[aws]\nregoin = x\n")
    said = sent("/srv/broken.conf")
    assert "regoin" in said and said.endswith("failed\n")
    is_ready(bare)
    assert os.listdir(bare.path("/etc/iamlp")) == ["iamlp.conf"]
