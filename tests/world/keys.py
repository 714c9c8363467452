"""Keys of the fake's world (tests/fake/world.json): (id, secret)."""

HOST = ("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY")  # what a host may
ALL = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")  # everything


def shared_file(key=HOST):
    """The text of a credentials file with this key."""
    return f"[default]\naws_access_key_id = {key[0]}\naws_secret_access_key = {key[1]}\n"
