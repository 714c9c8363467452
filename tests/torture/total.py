#!/usr/bin/python3
"""Adds up what the parts of run.py have printed: total.py FILE..."""

import sys
from collections import Counter

totals, kinds = {}, Counter()
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        for line in file:
            job, _, rest = line.rstrip("\n").partition(": ")
            counts = totals.setdefault(job, Counter())
            for what in filter(None, rest.split(", ")):
                words, _, number = what.rpartition(" ")
                counts[words] += int(number)
for job, counts in totals.items():
    print(job + ": " + ", ".join(f"{what} {n}" for what, n in counts.items()))
    kinds[job.rpartition(":")[2]] += counts["points"]
print(", ".join(f"{kind}: {n} points" for kind, n in kinds.items()))
