"""A release's own apparmor_parser, and its abstractions, on the AppArmor profiles."""


def test_the_parser_takes_them(debian):
    debian.install("apparmor")
    said = debian.run("apparmor_parser --skip-kernel-load --skip-cache --names "
                      "/build/tree/packaging/apparmor/iamlp")
    assert {"iamlp-helper", "iamlp-net"} <= set(said.splitlines())
    assert "&iamlp-net" in debian.run("apparmor_parser --skip-kernel-load --skip-cache --stdout "
                                      "/build/tree/packaging/apparmor/iamlp | tr -c '[:print:]' '\\n'")
