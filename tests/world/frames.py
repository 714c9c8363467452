"""Frames of src/wire/wire.h, for tests that speak in a program's place."""

import re

FACT, ASK, ANSWER, SHOW, SEEN, END, CLAIM, GREET, CHOOSE, CHOSEN = range(1, 11)
HOOK = 24
(TEXT, NAME, USER, IAM_USER, ACCOUNT, CHOICE, SIGNIN_URL, PASSWORD, OUTCOME, AUTO, MODE, SERVICE,
 RHOST, LEVEL) = range(1, 15)
(START, GET_USER, GET_LOGIN_PROFILE, CREATE, UPDATE, GET_POLICY, RESULT, FILES,
 TAG_USER, KEPT, WHO, SIMULATE) = range(32, 44)
(MS, REGION, ENDPOINT_URL, CA_PEM, CREDENTIALS, PROFILE, CREDENTIALS_FILE, CREDENTIALS_PATH,
 CONFIG_FILE, CONFIG_PATH, IMDS_URL, IMDS_ROLE, TAG_KEY, TAG_VALUE, FAULT, MAYBE_ACTED, CODE,
 REQUEST_ID, DATE, PARTITION, PATH, LAST_USED, CREATED, RESET_REQUIRED, MIN_LENGTH, UPPER, LOWER,
 NUMBER, SYMBOL, HOST, STS_ENDPOINT_URL, FIPS, DUALSTACK, PROXY, PROXY_AUTH, COMMAND,
 PROCESS_OUTPUT, PROCESS_FAULT, WEB_TOKEN, WEB_TOKEN_PATH, WEB_TOKEN_FAULT, CONTAINER_URI,
 CONTAINER_TOKEN, CONTAINER_TOKEN_PATH, ROLE_ARN, EXTERNAL_ID, ROLE_DURATION, SESSION_NAME,
 SOURCE_IDENTITY, SKEW, REVOKED, CALLER, THROTTLED, ARN, PROVIDER, EXPIRES, MAY_CHANGE, ACTIONS,
 RESOURCE, MFA, DECISIONS) = range(32, 93)
BASE, ROLE = 128, 136  # and the five behind each: secret, token, expires, region, provider
(FINE, NO_SUCH_ENTITY, EXISTS, POLICY, DENIED, BAD_CREDENTIALS, THROTTLED, TIMEOUT, NETWORK,
 OTHER) = range(10)
NO, YES, LATER = range(3)
MODE_ASK, MODE_HINT, MODE_QUIET = range(3)
VERSION = 1

def frame(kind, *fields):
    """fields: (id, str, bytes or int)"""
    payload = b""
    for field, value in fields:
        data = (value.to_bytes(8, "big") if isinstance(value, int)
                else value.encode() if isinstance(value, str) else value)
        payload += bytes([field]) + len(data).to_bytes(4, "big") + data
    return b"IL" + bytes([VERSION, kind]) + len(payload).to_bytes(4, "big") + payload

def _exactly(sock, count):
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise EOFError(data)
        data += more
    return data

def parse(head, payload):
    """(type, {field: bytes})"""
    assert re.match(rb"IL\x01", head), head
    fields = {}
    while payload:
        size = int.from_bytes(payload[1:5], "big")
        fields[payload[0]] = payload[5:5 + size]
        payload = payload[5 + size:]
    return head[3], fields

def receive(sock):
    """As parse; EOFError when the other side has gone."""
    head = _exactly(sock, 8)
    return parse(head, _exactly(sock, int.from_bytes(head[4:], "big")))
