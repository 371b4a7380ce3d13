"""Draw an inspection's sample again from its exported list: python3 redraw.py candidates.csv

Needs Python 3 and nothing of this product. The list says in its first lines which seed and size were published;
below them stand the columns id, weight and place (empty when not drawn). It prints the sample and whether it is the one
that the list says was drawn.
"""

import csv
import hashlib
import sys
from fractions import Fraction
from pathlib import Path


def read(path):
    """Return what the head says (seed, size, digest) and the candidates."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    head = {row[0]: row[1] for row in rows[:3]}
    names = rows[3]
    return head, [dict(zip(names, row, strict=True)) for row in rows[4:] if row]


def rank(seed, row):
    """SHA-256 of "seed|id", read as a whole number, divided by the weight: exact, nothing is rounded."""
    digest = hashlib.sha256((seed + "|" + row["id"]).encode()).digest()
    return Fraction(int.from_bytes(digest, "big"), int(row["weight"]))


def main(path):
    head, rows = read(path)
    listed = "".join(f"{r['id']};{r['weight']}\n" for r in sorted(rows, key=lambda r: r["id"]))
    if hashlib.sha256(listed.encode()).hexdigest() != head["digest"]:
        print("the list is not the one that was frozen")
        return 1
    sample = sorted(rows, key=lambda r: (rank(head["seed"], r), r["id"]))[: int(head["size"])]
    for place, row in enumerate(sample, start=1):
        print(place, row["id"])
    is_same = [r["place"] for r in sample] == [str(n) for n in range(1, len(sample) + 1)]
    is_same = is_same and sum(bool(r["place"]) for r in rows) == len(sample)
    print("same sample" if is_same else "ANOTHER SAMPLE THAN THE LIST SAYS")
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
