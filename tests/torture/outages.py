"""Everything that AWS, the network and the metadata service can do to a host, by name."""

import contextlib
import os
import socket
import subprocess
import threading

# Of the loopback network, and of this process only.
RESOLVER = "127.%d.%d.%d" % (64 + (os.getpid() >> 16 & 63), os.getpid() >> 8 & 255,
                             os.getpid() & 255)


class Outage:
    """One situation. act(host, stack) makes it, and returns the keys of [aws] that lead there.
    claims: a claim ends without a password, too, since it has more time than a login."""

    def __init__(self, act, claims=True):
        self.act, self.claims = act, claims

    @contextlib.contextmanager
    def on(self, host):
        """host: an isolated.IsolatedHost without namespaces of its own."""
        with contextlib.ExitStack() as stack:
            host.configure(**(self.act(host, stack) or {}))
            try:
                yield
            finally:
                host.fake.clear_faults()
                host.fake.control("set_imds", mood="ok")
                host.configure()


def _url(sock, scheme="http"):
    return {"endpoint_url": f"{scheme}://127.0.0.1:{sock.getsockname()[1]}"}


def _bound(stack, backlog=None):
    sock = stack.enter_context(socket.socket())
    sock.bind(("127.0.0.1", 0))
    if backlog is not None:
        sock.listen(backlog)
    return sock


def refused(host, stack):
    return _url(_bound(stack))


def black_hole(host, stack):
    """A queue that is full: the kernel answers no SYN any more."""
    sock = _bound(stack, 0)
    for _ in range(8):
        client = stack.enter_context(socket.socket())
        client.setblocking(False)
        client.connect_ex(sock.getsockname())
    return _url(sock)


def silent_dns(host, stack):
    sock = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    sock.bind((RESOLVER, 53))
    path = host.write("resolv.conf", f"nameserver {RESOLVER}\n")
    target = os.path.realpath("/etc/resolv.conf")
    subprocess.run(["mount", "--bind", path, target], check=True)
    stack.callback(subprocess.run, ["umount", target], check=True)
    return {"endpoint_url": "https://iam.example.com"}


def stall_in_tls(host, stack):
    return _url(_bound(stack, 64), "https")


def stall_in_headers(host, stack):
    return _talks(stack, b"HTTP/1.1 200 OK\r\nContent-Ty")


def not_http(host, stack):
    return _talks(stack, b"SSH-2.0-OpenSSH_9.2\r\n", then_close=True)


def endless_headers(host, stack):
    return _talks(stack, b"HTTP/1.1 200 OK\r\n" + b"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 30000)


def _talks(stack, answer, then_close=False):
    """A server that has the same answer to everybody's first bytes."""
    sock, open_ = _bound(stack, 64), []

    def serve():
        while True:
            try:
                peer, _ = sock.accept()
                peer.settimeout(5)
                if peer.recv(65536):
                    peer.sendall(answer)
            except OSError:
                if sock.fileno() < 0:
                    return
                continue
            if then_close:
                peer.close()
            else:
                open_.append(peer)
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()

    def stop():
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        sock.close()
        thread.join(10)
        for peer in open_:
            peer.close()
    stack.callback(stop)
    return _url(sock)


def bad_certificate(host, stack):
    return {"endpoint_url": host.fake.https, "ca_bundle": host.fake.wrong_ca}


def fault(kind, **more):
    def act(host, stack):
        host.fake.fault(kind, times=-1, **more)
    return act


def slow_throttling(host, stack):
    host.fake.fault("delay_after", times=-1, seconds=0.5)
    host.fake.fault("throttle", times=-1)


def imds(mood=None, trap=None):
    def act(host, stack):
        url = trap(host, stack)["endpoint_url"] if trap else host.fake.imds
        if mood:
            host.fake.control("set_imds", mood=mood)
        return {"credentials": "imds", "credentials_file": None, "imds_endpoint_url": url,
                "region": "us-east-1"}
    return act


OUTAGES = {
    "black hole": Outage(black_hole),
    "refused": Outage(refused),
    "DNS never answers": Outage(silent_dns),
    "bad certificate": Outage(bad_certificate),
    "stall in TLS": Outage(stall_in_tls),
    "stall in the headers": Outage(stall_in_headers),
    "endless headers": Outage(endless_headers),
    "not HTTP": Outage(not_http),
    "slow": Outage(fault("delay_after", seconds=2.5), claims=False),  # three of them are too much
    "no answer": Outage(fault("stall")),
    "stall in the body": Outage(fault("trickle", seconds=0.5)),
    "reset": Outage(fault("rst")),
    "dropped": Outage(fault("drop_before")),
    "500": Outage(fault("error", status=500, code="ServiceFailure", message="The request failed.")),
    "503": Outage(fault("html_503")),
    "HTML": Outage(fault("html_403")),
    "throttling": Outage(fault("throttle")),
    "throttling, slowly": Outage(slow_throttling),
    "redirect": Outage(fault("redirect")),
    "100 MiB": Outage(fault("huge", size=100 << 20)),
    "truncated XML": Outage(fault("truncated_xml")),
    "XML that does not close": Outage(fault("bad_xml")),
    "entity bomb": Outage(fault("dtd")),
    "control characters": Outage(fault("control_chars")),
    "empty": Outage(fault("empty")),
    "IMDS absent": Outage(imds(trap=refused)),
    "IMDS in a black hole": Outage(imds(trap=black_hole)),
    "IMDS stalled": Outage(imds("stalled")),
    "IMDS is a page": Outage(imds("forbidden")),
    "IMDS without a role": Outage(imds("no_role")),
    "IMDS lies: no keys": Outage(imds("unauthorized")),
    "IMDS lies: garbage": Outage(imds("garbage")),
    "IMDS lies: expired": Outage(imds("expired")),
}
