"""The bodies of broken answers, and the broken dates: what the outcomes of faults.py look like.

`spoil` takes the good answer of a request and returns it as the fault wants it sent.
"""

import dataclasses

from .errors import AwsError
from .message import Answer

HTML = ("<!DOCTYPE html>\n<html><head><title>{0}</title></head>\n"
        "<body><h1>{0}</h1><p>The request could not be satisfied.</p></body></html>\n")
# What a terminal or a log must never see. The first are legal in XML, the second are not.
LEGAL = "refused\u009b31m\u0085\u007f\r\n\tand \u202etxet\u202c so on"
RAW = "refused \x1b]0;title\x07\x1b[31m\x00\x08 and so on"
BOMB = "".join(f'  <!ENTITY e{n} "{f"&e{n - 1};" * 10}">\n' for n in range(1, 10))
DTD = ('<?xml version="1.0"?>\n<!DOCTYPE bomb [\n  <!ENTITY e0 "boom">\n'
       '  <!ENTITY file SYSTEM "file:///etc/hostname">\n' + BOMB + "]>\n")


def refusal(faults):
    """The AwsError that a fault wants instead of acting (or after it), or None."""
    if "throttle" in faults:
        return AwsError("Throttling")
    fault = faults.get("error")
    if fault:
        return AwsError(fault.get("code", "ServiceFailure"), fault.get("message"),
                        fault.get("status"))
    fault = faults.get("control_chars")
    if fault:
        return AwsError(fault.get("code", "AccessDenied"), RAW if fault.get("raw") else LEGAL)
    return None


def spoil(answer, faults):
    """The answer as it goes out. answer: what a sound server would have said."""
    if "no_date" in faults:
        answer.date = None
    if "bad_date" in faults:
        answer.date = faults["bad_date"].get("value", "yesterday, about noon")
    if "delay_after" in faults:
        answer.wait += faults["delay_after"]["seconds"]
    for kind, change in OUTCOMES.items():
        if kind in faults:
            return change(answer, faults[kind])
    return answer


def _style(style):
    def change(answer, fault):
        return dataclasses.replace(answer, style=style, amount=fault.get("seconds", 0.1))
    return change


def _body(make):
    def change(answer, _fault):
        return dataclasses.replace(answer, body=make(answer.body))
    return change


def _html(status, title):
    def change(answer, _fault):
        return Answer(status, HTML.format(title).encode(), "text/html", date=answer.date,
                      wait=answer.wait)
    return change


def _redirect(answer, fault):
    return Answer(fault.get("status", 302), b"", "text/html", date=answer.date, wait=answer.wait,
                  headers={"Location": fault.get("location", "http://127.0.0.1:9/elsewhere")})


def _huge(answer, fault):
    return dataclasses.replace(answer, style="huge", amount=fault.get("size", 64 << 20))


OUTCOMES = {
    "drop_before": _style("drop"),
    "drop_after": _style("drop"),
    "rst": _style("rst"),
    "stall": _style("stall"),
    "trickle": _style("trickle"),
    "redirect": _redirect,
    "bad_xml": _body(lambda body: body.replace(b"</RequestId>", b"</RequestID>")),
    "truncated_xml": _body(lambda body: body[:len(body) // 2]),
    "dtd": _body(lambda body: DTD.encode() + body.replace(
        b"<RequestId>", b"<RequestId>&e9;&file;")),
    "huge": _huge,
    "html_503": _html(503, "503 Service Temporarily Unavailable"),
    "html_403": _html(403, "403 Forbidden"),
    "empty": _body(lambda body: b""),
}
