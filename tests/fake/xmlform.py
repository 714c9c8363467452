"""Answers as AWS's query protocol writes them.

A tree is a list of (name, value) pairs; a value is a list (children), bool, int, str or `When`.
`Shape` bends the form within what AWS documents, for the faults that ask for it.
"""

import dataclasses
from xml.sax.saxutils import escape

NAMESPACE = {
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}


class When(str):
    """An ISO timestamp, so that the form can add fractions to it."""


@dataclasses.dataclass
class Shape:
    """fractions: timestamps with milliseconds; reverse: children last to first; drop: elements
    left out; errors_form: the <Errors> wrapper around <Error>."""

    fractions: bool = False
    reverse: bool = False
    errors_form: bool = False
    drop: tuple = ()


def success(service, action, result, request_id, shape):
    """The body of a 200. result: a tree, or None for the operations without a Result element."""
    tree = [] if result is None else [(f"{action}Result", result)]
    tree.append(("ResponseMetadata", [("RequestId", request_id)]))
    return _document(f"{action}Response", NAMESPACE[service], tree, shape)


def failure(service, error, request_id, shape):
    """The body of a refusal. error: an AwsError."""
    tree = [("Type", error.kind), ("Code", error.code), ("Message", error.message)]
    tree = [("Error", tree)]
    if shape.errors_form:
        tree = [("Errors", tree)]
    tree.append(("RequestId", request_id))
    return _document("ErrorResponse", NAMESPACE[service], tree, shape)


def _document(name, namespace, tree, shape):
    inner = _lines(tree, shape, 1)
    return "\n".join([f'<{name} xmlns="{namespace}">', *inner, f"</{name}>", ""]).encode()


def _lines(tree, shape, depth):
    pad = "  " * depth
    for name, value in reversed(tree) if shape.reverse else tree:
        if name in shape.drop:
            continue
        if isinstance(value, list):
            yield f"{pad}<{name}>" if value else f"{pad}<{name}/>"
            if value:
                yield from _lines(value, shape, depth + 1)
                yield f"{pad}</{name}>"
        else:
            yield f"{pad}<{name}>{_text(value, shape)}</{name}>"


def _text(value, shape):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, When) and shape.fractions:
        return value.replace("Z", ".123Z")
    # A bare CR would be read as LF by every XML parser; AWS writes the reference.
    return escape(str(value), {"\r": "&#13;"})
