"""Works out all points of a bundle again, from its inputs and parameters: `python3 recompute.py BUNDLE.json`.

Written from the rules alone; needs nothing but Python. Leaves with 1 when a digit differs.
"""

import json
import sys
from fractions import Fraction as F
from pathlib import Path

TIME = {"shorter": 2, "equal": 1, "longer": 0}


def digits(value, decimals):  # A half goes up.
    text = str(int((2 * value * 10**decimals + 1) // 2)).rjust(decimals + 1, "0")
    return text[:-decimals] + "." + text[-decimals:]


def band(points, most, whole, bands):  # What was dropped shrinks the bands with what can still be had.
    return next((n for n, least in bands if points * whole >= F(least) * most), "") if most else ""


def of_case(indicator, case, parts):
    if indicator == "1":
        return TIME.get(case["total"])
    if indicator == "2":
        return min((TIME[p] for p in parts), default=None)
    if indicator in "34":
        count = case[{"3": "contacts", "4": "bodies"}[indicator]]
        return None if count is None else max(0, 2 - count)
    if case["complaints"] is None or case["total"] is None:
        return None
    return 0 if case["complaints"] else TIME[case["total"]]


def of_unit(indicator, u, p):
    if indicator == "5":
        least = p["whole_percent"].get(u["level"])
        if u["listed"] and least is not None and 100 * u["whole"] >= least * u["listed"]:
            return 2
        return int(u["through"] == u["eligible"]) if u["eligible"] else None
    if indicator == "6":
        return None if None in (u["is_posted"], u["is_electronic"]) else u["is_posted"] + u["is_electronic"]
    if indicator == "8":
        n, good = u["petitions"], u["petitions_in_time"]
        reached = 2 if good == n else int(100 * good >= p["petitions_percent"] * (n or 0))
        return None if n is None else 0 if u["dragging"] else reached
    o = u["online"]
    if not o or not o["eligible"] or not o["dossiers"]:
        return None
    many = 100 * o["offered"] >= p["online_procedures_percent"] * o["eligible"]
    share = F(100 * o["online"], o["dossiers"])
    reached = 2 if many and share >= p["online_share_percent"] else int(share >= p["online_share_least_percent"])
    return 0 if o["overdue"] or not o["offered"] else reached


def sheet(indicators, cases, unit, p, bands):
    marks, points, most = {}, F(0), 0
    for i in indicators:
        found = [of_unit(i, unit, p)] if i in "5689" else [of_case(i, c, parts) for c, parts in cases]
        found = [x for x in found if x is not None]
        average = digits(F(sum(found), len(found)), p["decimals"]) if found else None
        points, most = points + F(average or 0), most + (2 if found else 0)
        marks[i] = {"numerator": sum(found), "denominator": len(found), "points": average}
    result = band(points, most, 2 * len(indicators), bands)
    return {"marks": marks, "points": digits(points, p["decimals"]), "most": most, "band": result}


def index(rows, counts, p):
    items, points, most = {}, F(0), 0
    for item in p["items"]:
        flags = [r[item["key"]] for r in rows if item["key"] in r]
        n, d = (sum(flags), len(flags)) if flags else counts.get(item["key"], (0, 0))
        own = min(F(1), F(100 * n, item["full_percent"] * d)) * item["most"] if d and item["most"] else None
        points, most = points + (own or 0), most + (item["most"] if own is not None else 0)
        shown = None if own is None else digits(own, p["decimals"])
        items[item["key"]] = {"numerator": n if d else 0, "denominator": d, "points": shown}
    result = band(points, most, sum(i["most"] for i in p["items"]), p["bands"])
    return {"items": items, "points": digits(points, p["decimals"]), "most": most, "band": result}


def results(unit, p):
    rows, nine = unit["inputs"]["dossiers"], p["nine"]
    ended = [r for r in rows if "case" in r]
    cases, officers = [(r["case"], r["case"]["parts"]) for r in ended], {}
    for who in sorted({who for r in ended for who in r["work"]}):
        own = [(r["case"], r["work"][who]) for r in ended if who in r["work"]]
        officers[who] = sheet("12347", own, None, nine, nine["officer_bands"])
    return {
        "nine": sheet("123456789", cases, unit["inputs"]["unit"], nine, nine["unit_bands"]),
        "officers": officers,
        "index": index([r["flags"] for r in rows], unit["inputs"]["counts"], p["index"]),
    }


if __name__ == "__main__":
    bundle = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    wrong = [u["unit"] for u in bundle["units"] if results(u, bundle["parameters"]) != u["results"]]
    print(f"{len(bundle['units'])} units, {len(wrong)} differ", *wrong, sep="\n")
    sys.exit(bool(wrong))
