"""Certificates for one run, made with the openssl command: nothing here is worth keeping.

DIR/ca.pem signed DIR/server.pem; DIR/wrong-ca.pem is another CA, which did not. The extensions are
those that strict verifiers (Python 3.13, RFC 5280) ask for.
"""

import os
import ssl
import subprocess

CONFIG = """\
[req]
distinguished_name = dn
prompt = no
[dn]
CN = {name}
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = {san}
"""
SAN = "DNS:localhost, IP:127.0.0.1, IP:::1"
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def make(directory, san=SAN):
    """Writes the certificates. san: the server's names. Returns an SSLContext for the server.
    RuntimeError with openssl's own words if it fails."""
    for stem in ("ca", "wrong-ca"):
        _openssl(directory, CONFIG.format(name=f"fake AWS {stem}", san=SAN), "req", "-x509", *KEY,
                 "-extensions", "ca", "-days", "30", "-keyout", f"{stem}.key",
                 "-out", f"{stem}.pem")
    config = CONFIG.format(name="fake AWS", san=san)
    _openssl(directory, config, "req", *KEY, "-keyout", "server.key", "-out", "server.csr")
    _openssl(directory, config, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey",
             "ca.key", "-CAcreateserial", "-days", "30", "-extensions", "server",
             "-out", "server.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(directory, "server.pem"),
                            os.path.join(directory, "server.key"))
    return context


def _openssl(directory, config, verb, *arguments):
    with open(os.path.join(directory, "openssl.cnf"), "w", encoding="ascii") as file:
        file.write(config)
    # One file serves both verbs, which name the option differently.
    option = "-config" if verb == "req" else "-extfile"
    done = subprocess.run(["openssl", verb, *arguments, option, "openssl.cnf"], cwd=directory,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"openssl {verb}: {done.stderr.strip()}")
