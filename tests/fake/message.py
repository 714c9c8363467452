"""One HTTP request as it came, and one answer as it will be sent."""

import dataclasses


@dataclasses.dataclass
class Request:
    """headers: (name, value) pairs in order, spelled as they came. peer: the client's address.
    connection: the same number for all requests of one TCP connection."""

    method: str
    target: str
    headers: list
    body: bytes
    peer: str
    connection: int
    tls: bool
    time: float

    def header(self, name):
        """The first header of this name in any case, or None."""
        return next((v for k, v in self.headers if k.lower() == name), None)


@dataclasses.dataclass
class Answer:
    """style: how it goes out (see wire.py): whole, drop, rst, stall, trickle or huge; amount is
    that style's number. date: the Date header, None for none at all."""

    status: int
    body: bytes = b""
    type: str = "text/xml"
    headers: dict = dataclasses.field(default_factory=dict)
    date: str = None
    code: str = None
    request_id: str = None
    style: str = "whole"
    amount: float = 0
    wait: float = 0
