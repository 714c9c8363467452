"""The SELinux policy, compiled with a release's own headers and linked with all of its modules;
what it allows is asked of the policy that comes out, as the kernel would get it.

No kernel here enforces one: whether the programs get along with it is not seen.
"""

import re

import pytest

DOMAINS = {"iamlp_t", "iamlp_net_t"}
HOSTS = {"sshd_t", "local_login_t", "remote_login_t", "xdm_t", "passwd_t", "user_su_t", "user_sudo_t",
         "staff_su_t", "staff_sudo_t", "sysadm_su_t", "sysadm_sudo_t"}
WRITE = "append,create,link,rename,setattr,unlink,write"
RULE = re.compile(r"^allow (\S+) (\S+):(\S+) (?:\{ (.*) \}|(\S+));(?: \[ (.*) \]:(True|False))?$", re.M)

LINK = """
mkdir -p /build/pp; cd /build/pp
apt-get -q download selinux-policy-default >&2; dpkg-deb -x selinux-policy-default_*.deb x
for module in x/usr/share/selinux/default/*.pp.bz2; do
    bzip2 -dkc "$module" >"$(basename "${module%.bz2}")"
done
mv base.pp x
"""
COMPILE = """
cp /build/tree/packaging/selinux/* {0}; cd {0}
make -f /usr/share/selinux/devel/Makefile NAME=default iamlp.pp
semodule_link -o linked.pp /build/pp/x/base.pp /build/pp/*.pp iamlp.pp
semodule_expand linked.pp policy
"""


class Policy:
    """In a chroot; rules are (source, target, class, permissions, boolean)."""

    def __init__(self, chroot):
        self.chroot = chroot
        chroot.install("selinux-policy-dev", "semodule-utils", "setools", "bzip2", "policycoreutils")
        chroot.run(LINK)
        self.compile("/build/se")

    def compile(self, folder, more=""):
        """With these lines at the end."""
        return self.chroot.run(f"mkdir -p {folder}" + COMPILE.format(folder).replace(
            "\nmake", f"\ncat >>iamlp.te <<'E'\n{more}\nE\nmake"))

    def ask(self, *words):
        return self.chroot.run(f"sesearch {' '.join(words)} /build/se/policy")

    def allowed(self, source=None, target=None, kind=None, may=None):
        words = [word for flag, value in (("-s", source), ("-t", target), ("-c", kind), ("-p", may))
                 if value for word in (flag, value)]
        return [(s, t, c, set((many or one).split()), boolean and f"{boolean}={when}")
                for s, t, c, many, one, boolean, when in RULE.findall(self.ask("-A", *words))]

    def members(self, attribute):
        said = self.chroot.run(f"seinfo -x -a {attribute} /build/se/policy")
        return set(said.split(f"attribute {attribute};")[1].split())


@pytest.fixture(scope="module")
def policy(debian):
    return Policy(debian)


def test_only_iamlp_net_reaches_the_network(policy):
    assert policy.allowed("iamlp_t", may="name_connect,name_bind") == []
    rules = policy.allowed("iamlp_net_t", may="name_connect,name_bind")
    assert {(target, boolean) for _, target, _, _, boolean in rules} == {
        ("http_port_t", ""), ("http_cache_port_t", ""), ("dns_port_t", ""),
        ("port_type", "iamlp_connect_any=True")}
    assert all(may == {"name_connect"} for _, _, _, may, _ in rules)
    sockets = "tcp_socket,udp_socket,rawip_socket,packet_socket"
    assert policy.allowed("iamlp_t", kind=sockets, may="create,connect") == []


def test_who_comes_in(policy):
    def doors(to, by):
        return set(re.findall(rf"^type_transition (\S+) {by}:process {to};",
                              policy.ask("-T", "-t", by), re.M))

    assert doors("iamlp_net_t", "iamlp_net_exec_t") == {"iamlp_t"}
    assert doors("iamlp_t", "iamlp_exec_t") >= HOSTS | {"init_t", "sysadm_t", "unconfined_t"}
    for to, by in (("iamlp_t", "iamlp_exec_t"), ("iamlp_net_t", "iamlp_net_exec_t")):
        assert [rule[:2] for rule in policy.allowed(to, may="entrypoint")] == [(to, by)]
    comers = [source for source, *_ in policy.allowed(target="iamlp_net_t", may="transition")]
    assert comers == ["iamlp_t"]


def test_nothing_leads_out_of_iamlp_net(policy):
    assert policy.allowed("iamlp_net_t", kind="process", may="transition,dyntransition") == []
    assert policy.allowed("iamlp_net_t", may="execute_no_trans") == []
    assert policy.allowed("iamlp_net_t", kind="capability,capability2") == []
    assert {target for _, target, *_ in policy.allowed("iamlp_net_t", kind="file", may=WRITE)} <= {
        "iamlp_net_t"}
    for ours in ("iamlp_etc_t", "iamlp_var_lib_t", "iamlp_run_t"):
        assert policy.allowed("iamlp_net_t", ours, "file,sock_file,dir", "read," + WRITE) == []


def test_the_passwords_that_wait(policy):
    assert {source for source, *_ in policy.allowed(target="iamlp_t", kind="key")} == {
        "iamlp_t", "unconfined_domain_type"}
    assert policy.allowed("iamlp_net_t", kind="key") == []
    others = [may for _, target, _, may, _ in policy.allowed("iamlp_t", kind="key")
              if target != "iamlp_t"]
    assert others == [{"link", "search", "write"}]


def test_a_host_reads_a_record_and_changes_none(policy):
    hosts = policy.members("iamlp_host")
    assert hosts >= HOSTS - {"remote_login_t"}
    # A policy without bounds for some, such as gdm of Debian, is not ours to bind.
    bound = hosts - policy.members("files_unconfined_type")
    assert bound >= {"sshd_t", "local_login_t", "passwd_t", "user_su_t"}
    for host in bound:
        rules = policy.allowed(host, "iamlp_var_lib_t", "file,dir", "add_name," + WRITE)
        assert [rule for rule in rules if not rule[4]] == [], host
        assert policy.allowed(host, "iamlp_t", "unix_stream_socket", "connectto") == []
    rules = [rule for rule in policy.allowed("iamlp_host", "iamlp_var_lib_t")
             if rule[0] == "iamlp_host"]
    assert {kind: may for _, _, kind, may, _ in rules} == {
        "file": {"getattr", "ioctl", "lock", "open", "read"}, "dir": {"getattr", "open", "search"}}


def test_strangers(policy):
    for stranger in ("httpd_t", "user_t", "crond_t"):
        assert policy.allowed(stranger, "iamlp_var_lib_t", "file") == []
        assert policy.allowed(stranger, "iamlp_etc_t", "file") == []
    assert policy.allowed("httpd_t", "iamlp_t", "unix_stream_socket") == []


def test_people_may_claim(policy):
    assert "user_t" in policy.members("userdomain")
    for target, kind, may in (("iamlp_t", "unix_stream_socket", "connectto"),
                              ("iamlp_run_t", "sock_file", "write"), ("iamlp_run_t", "dir", "search")):
        assert "userdomain" in {source for source, *_ in policy.allowed("user_t", target, kind, may)}
    assert policy.allowed("iamlp_t", "user_t", "file", "read") != []


def test_no_new_privileges(policy):
    """The unit and iamlp-helper set it: without these the kernel would keep the old domain."""
    for source, target in (("init_t", "iamlp_t"), ("iamlp_t", "iamlp_net_t")):
        rules = policy.allowed(source, target, "process2", "nnp_transition")
        assert (source, target) in [rule[:2] for rule in rules]


def test_labels(policy):
    said = policy.chroot.run(
        "cd /build/se; semodule_unpackage iamlp.pp mod fc; matchpathcon -n -f fc /usr/libexec/iamlp/iamlp-net"
        " /usr/libexec/iamlp/iamlp-helper /var/lib/iamlp/1000 /run/iamlp/claim.sock"
        " /etc/iamlp/credentials /usr/bin/iamlp")
    assert [context.split(":")[2] if ":" in context else None for context in said.split()] == [
        "iamlp_net_exec_t", "iamlp_exec_t", "iamlp_var_lib_t", "iamlp_run_t", "iamlp_etc_t", None]


@pytest.mark.parametrize("line", [
    "corenet_tcp_connect_http_port(iamlp_t)",
    "allow iamlp_net_t iamlp_t:key { search read };",
    "read_files_pattern(iamlp_net_t, iamlp_etc_t, iamlp_etc_t)",
    "domtrans_pattern(iamlp_net_t, iamlp_exec_t, iamlp_t)"])
def test_neverallow(policy, line):
    """A line that opens a wall is refused by the policy itself."""
    with pytest.raises(AssertionError, match="neverallow"):
        policy.compile("/build/broken", line)
