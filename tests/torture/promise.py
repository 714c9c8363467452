"""The promise that every attack has to leave standing: what somebody gets in the end, or is told."""

from isolated import IAM_USER, TYPED, UID
from phases import creates

OPERATOR = "aws iam update-login-profile"
EXISTS = "already has a console password"
SET_BY_OPERATOR = "can have it reset by an operator"


def keeps_the_promise(host, tries=3, known=(), iam_user=IAM_USER, acted=1):
    """Ordinary logins and claims bring it to its end, without a loop and without a silent end.

    known: passwords that somebody has seen before. Returns how it ended: "password" (one that
    passes the sign-in has been seen), "lost" (told, with the operator's command), "exists",
    "removed". acted: so many creates at most.
    """
    fake_, known = host.fake, set(known) | host.known
    known |= {told.password for told in host.told} - {None}
    texts = [told.plain for told in host.told]
    for _ in range(tries):
        host.login()
        marked = host.marked(UID)
        # As the snippet does it, and by hand once there is no mark any more.
        told = host.claim(auto=marked)
        texts.append(f"{'auto' if marked else 'by hand'}: {told.plain}")
        if told.password:
            known.add(told.password)
        record = host.record(UID) or {}
        count = creates(fake_, iam_user)
        assert count <= acted, f"{count} creates acted: {texts}"
        if record.get("phase") == "lost":
            assert OPERATOR in told.plain and not host.marked(UID), texts
            return "lost"
        if record.get("phase") == "done":
            return _ended(host, record["how"], known | {TYPED}, texts, iam_user)
    raise AssertionError(f"no end after {tries} claims: {record} {texts}")


def _ended(host, how, known, texts, iam_user):
    assert not host.marked(UID), texts
    if how == "removed":
        assert host.fake.profile(iam_user) is None, texts
        return "removed"
    if any(host.fake.sign_in(iam_user, word)["ok"] for word in known):
        return "password"
    assert host.fake.profile(iam_user) is not None, texts
    if how == "exists":
        # Said where nobody can have signed in with it; else silence is right for --auto.
        by_hand = host.claim()
        assert (SET_BY_OPERATOR in "".join(texts) or "(exists)" in by_hand.plain
                or EXISTS in "".join(texts)), (texts, by_hand)
        return "exists"
    # "probably", and somebody else's after all: then it was said with the password.
    assert "probably" in "".join(texts), texts
    return "said as probable"
