"""The fuzz targets of this folder, and what each begins with."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]

# What no target is called: shared by all of them.
SHARED = {"fuzz", "heap", "replay", "script"}

# Files of the tree that are good seeds as they stand.
BORROWED = {
    "conf": ["config/iamlp.conf"],
    "pamd": ["config/pam.d/*"],
}


def targets():
    return sorted(p.stem for p in HERE.glob("*.c") if p.stem not in SHARED)


def seeds(target):
    """Every file that the target starts from."""
    own = sorted((HERE / "seeds" / target).iterdir())
    return own + [p for pattern in BORROWED.get(target, []) for p in sorted(TOP.glob(pattern))
                  if p.is_file()]


def dictionary(target):
    """Its words, or None."""
    path = HERE / f"{target}.dict"
    return path if path.is_file() else None
