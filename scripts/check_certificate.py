"""Check certificates of accepted sizes: `check_certificate.py FILE...`, or standard input.

{"certificate": 1, "names": [], "sets": {name: SET}, "ways": [], "proof": {name: ...}, "digest"}
  SET  [modulus, residues, minimum, exceptions]: all n >= minimum with n mod modulus among the
       residues, and the exceptions
  a way  {"box": {name: SET}, "requirements": [...]}: what is needed of sizes in the box; or
       {"box", "fails": why}
  a requirement  {"node", "any": [[relation, LENGTH]...]}: one length is in that relation to 0; or
       {"node", "factors": [LENGTH...], "product": n}: the factors, each at least 1, make n
  LENGTH  a sum [[factor, [ATOM...]]...]; an ATOM is a name, or [divisor, LENGTH], rounded down
  a proof  {"modulus": L, "from": B, "below": [1 ... B - 1], "classes": [B ... B + L - 1]}, of each
       n {"way": i, "with": {name: [c, d]}}: accepted, other sizes c + d*t go along; or {"not": [why
       for each way]}: refused, for n is not in the "box", requirement i fails, or, [i, j], factor j
       of requirement i does not divide the product, or exceeds it
An entry of `classes` speaks of n + L*t for all t >= 0: lengths become polynomials in t, by exact
division, and are decided by their coefficients. Only the standard library is needed.
"""

import hashlib
import json
import sys
from functools import reduce
from itertools import product
from math import prod
from pathlib import Path

DEEPEST, LONGEST, MOST, MOST_POWERS = 80, 10**7, 10**6, 100  # nesting, characters, lists, powers

KEYS = {"certificate", "names", "sets", "ways", "proof", "digest"}


class Wrong(Exception):
    """Where the certificate fails."""


def need(truth: bool, place: str) -> None:
    """Fail at a place unless this is true."""
    if not truth:
        raise Wrong(place)


def is_int(value, least=None) -> bool:
    """Whether it is an integer, and no truth value, of at least so much."""
    return type(value) is int and (least is None or value >= least)


def times(one: list, two: list) -> list:
    """The product of two polynomials in t, their constants first."""
    made = [0] * (len(one) + len(two) - 1)
    for i, a in enumerate(one):
        for j, b in enumerate(two):
            made[i + j] += a * b
    return made


def length(told, at: dict, place: str, deep: int = 0) -> list:
    """A length as a polynomial, for sizes that are polynomials."""
    need(isinstance(told, list) and deep < DEEPEST, f"{place}: no length")
    total = [0]
    for term in told:
        need(isinstance(term, list) and len(term) == 2, f"{place}: no term")
        factor, atoms = term
        need(is_int(factor) and isinstance(atoms, list) and len(atoms) < 64, f"{place}: no term")
        made = [factor]
        for atom in atoms:
            if isinstance(atom, str):
                need(atom in at, f"{place}: no size {atom!r}")
                part = at[atom]
            else:
                floor = isinstance(atom, list) and len(atom) == 2 and is_int(atom[0], 1)
                need(floor, f"{place}: no floor")
                part = length(atom[1], at, place, deep + 1)
                need(all(c % atom[0] == 0 for c in part[1:]), f"{place}: the period is too short")
                part = [c // atom[0] for c in part]
            need(len(made) + len(part) < MOST_POWERS, f"{place}: too many powers")
            made = times(made, part)
        size = max(len(total), len(made))
        total = [sum(p[i] for p in (total, made) if i < len(p)) for i in range(size)]
    return total


def names_in(told) -> set:
    """The sizes that a length depends on."""
    atoms = [atom for _, atoms in told for atom in atoms]
    return {n for a in atoms for n in ([a] if isinstance(a, str) else names_in(a[1]))}


OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def always(relation: str, number: list) -> bool:
    """Whether a polynomial is in this relation to 0 for all t ≥ 0, seen by its coefficients."""
    first, rest = number[0], number[1:]
    rising, falling = all(c >= 0 for c in rest), all(c <= 0 for c in rest)
    return {
        "==": not any(number),
        "!=": (first > 0 and rising) or (first < 0 and falling),
        ">=": first >= 0 and rising,
        ">": first > 0 and rising,
        "<=": first <= 0 and falling,
        "<": first < 0 and falling,
    }[relation]


def checked_set(told, place: str) -> tuple:
    """A set of sizes, its fields looked at."""
    need(isinstance(told, list) and len(told) == 4, f"{place}: no set")
    modulus, residues, minimum, exceptions = told
    need(is_int(modulus, 1) and modulus <= MOST and is_int(minimum), f"{place}: no set")
    for listed in (residues, exceptions):
        need(isinstance(listed, list) and all(map(is_int, listed)), f"{place}: no set")
        need(listed == sorted(set(listed)), f"{place}: not in order")
    need(all(0 <= r < modulus for r in residues), f"{place}: no residue")
    return modulus, frozenset(residues), minimum, frozenset(exceptions)


def inside(those: tuple, n: list) -> bool | None:
    """Whether c + d*t is in a set for all t ≥ 0, or for none; nothing where that is not plain."""
    (modulus, residues, minimum, exceptions), (first, step) = those, n
    member = (first >= minimum and first % modulus in residues) or first in exceptions
    if step == 0:
        return member
    plain = step % modulus == 0 and first >= minimum and all(first > e for e in exceptions)
    return member if plain else None


class Certificate:
    """What a certificate claims, taken apart; `check` goes through its proof."""

    def __init__(self, told: dict):
        need(isinstance(told, dict) and told.get("certificate") == 1, "no certificate")
        need(set(told) == KEYS, "other entries than a certificate has")
        need(told["digest"] == digest(told), "digest: the certificate was changed")
        self.names, self.ways = told["names"], told["ways"]
        words = isinstance(self.names, list) and all(isinstance(n, str) for n in self.names)
        need(words and len(set(self.names)) == len(self.names) <= 64, "names")
        for part in ("sets", "proof"):
            need(isinstance(told[part], dict) and set(told[part]) == set(self.names), part)
        self.sets = {name: checked_set(told["sets"][name], f"sets.{name}") for name in self.names}
        need(isinstance(self.ways, list) and 0 < len(self.ways) <= MOST, "ways")
        self.boxes = [self.box(way, f"ways.{w}") for w, way in enumerate(self.ways)]
        self.proof = told["proof"]

    def box(self, way, place: str) -> dict:
        """The sizes that a way is about; its requirements looked at."""
        need(isinstance(way, dict) and isinstance(way.get("box"), dict), place)
        need(set(way) in ({"box", "fails"}, {"box", "requirements"}), place)
        need(set(way["box"]) <= set(self.names), f"{place}.box")
        need(isinstance(way.get("fails", ""), str), place)
        need(isinstance(way.get("requirements", []), list), place)
        for i, each in enumerate(way.get("requirements", ())):
            here, any_ = f"{place}.requirements.{i}", {"node", "any"}
            need(isinstance(each, dict) and isinstance(each.get("node"), str), here)
            need(set(each) in (any_, {"node", "factors", "product"}), here)
            listed = each.get("any", each.get("factors"))
            need(isinstance(listed, list) and len(listed) > 0, here)
            if set(each) == any_:
                pairs = all(isinstance(p, list) and len(p) == 2 for p in listed)
                need(pairs and all(p[0] in OPPOSITE for p in listed), here)
            else:
                need(is_int(each["product"], 1), here)
            ones = {name: [1] for name in self.names}
            for told in [p[1] for p in listed] if "any" in each else listed:
                length(told, ones, here)  # is one
        return {name: checked_set(told, f"{place}.box.{name}") for name, told in way["box"].items()}

    def check(self) -> None:
        """Every entry of the proof, and that the ways cover all sizes."""
        entries = {name: self.entries(name) for name in self.names}
        for name, (n, told) in ((each, pair) for each in entries for pair in entries[each]):
            self.entry(name, n, told)
        self.cover(entries)

    def entries(self, name: str) -> list:
        """Pairs ([c, d], entry) that speak of every size of a name from 1 on."""
        told, place = self.proof[name], f"proof.{name}"
        need(isinstance(told, dict), place)
        need(set(told) == {"modulus", "from", "below", "classes"}, place)
        modulus, start = told["modulus"], told["from"]
        need(is_int(modulus, 1) and is_int(start, 1), place)
        for part, size in (("below", start - 1), ("classes", modulus)):
            need(isinstance(told[part], list) and len(told[part]) == size, f"{place}.{part}")
        own = self.sets[name]
        need(modulus % own[0] == 0 and not any(e < 1 or e >= start for e in own[3]), place)
        need(start >= own[2] >= 1 or not own[1], place)
        below = [([n, 0], entry) for n, entry in enumerate(told["below"], 1)]
        return below + [([n, modulus], entry) for n, entry in enumerate(told["classes"], start)]

    def entry(self, name: str, n: list, told) -> None:
        """One size, or one class from it on."""
        place = f"proof.{name}: {n[0]}{f' + {n[1]}*t' if n[1] else ''}"
        need(isinstance(told, dict), place)
        claimed = inside(self.sets[name], n)
        if set(told) == {"way", "with"}:
            need(claimed is True, f"{place} is accepted, and not in the set")
            self.accepted(name, n, told, place)
        else:
            need(set(told) == {"not"} and isinstance(told["not"], list), place)
            need(claimed is False, f"{place} is refused, and in the set")
            need(len(told["not"]) == len(self.ways), place)
            for w, why in enumerate(told["not"]):
                self.refused(name, n, w, why, f"{place}, way {w}")

    def accepted(self, name: str, n: list, told: dict, place: str) -> None:
        """With these other sizes everything that the way needs is met."""
        w, others = told["way"], told["with"]
        need(is_int(w, 0) and w < len(self.ways) and "fails" not in self.ways[w], f"{place}: way")
        need(isinstance(others, dict) and set(others) == {*self.names} - {name}, f"{place}: with")
        at = others | {name: n}
        for each, size in at.items():
            pair = isinstance(size, list) and len(size) == 2 and is_int(size[0], 1)
            need(pair and is_int(size[1], 0), f"{place}: {each}")
            if each in self.boxes[w]:
                need(inside(self.boxes[w][each], size) is True, f"{place}: {each} leaves the box")
        for i, each in enumerate(self.ways[w]["requirements"]):
            here = f"{place}: requirement {i} of {each['node']}"
            if "any" in each:
                met = any(always(r, length(told, at, here)) for r, told in each["any"])
            else:
                factors = [length(told, at, here) for told in each["factors"]]
                made = reduce(times, factors)
                met = all(always(">", factor) for factor in factors)
                met = met and always("==", [made[0] - each["product"], *made[1:]])
            need(met, f"{here} is not met")

    def refused(self, name: str, n: list, w: int, why, place: str) -> None:
        """Whatever the other sizes, this way is not gone, or does not run."""
        way = self.ways[w]
        if "fails" in way:
            need(why == "fails", place)
        elif why == "box":
            need(name in self.boxes[w], place)
            need(inside(self.boxes[w][name], n) is False, f"{place}: it is in the box")
        else:
            i, j = why if isinstance(why, list) and len(why) == 2 else (why, None)
            need(is_int(i, 0) and i < len(way["requirements"]), place)
            each = way["requirements"][i]
            here = f"{place}: requirement {i} of {each['node']}"
            if j is None:
                need("any" in each, here)
                names = {n for _, told in each["any"] for n in names_in(told)}
                need(names <= {name}, f"{here} depends on other sizes")
                found = [(OPPOSITE[r], length(told, {name: n}, here)) for r, told in each["any"]]
                need(all(always(r, told) for r, told in found), f"{here} is met")
            else:
                need("factors" in each and is_int(j, 0) and j < len(each["factors"]), here)
                factor = each["factors"][j]
                need(names_in(factor) <= {name}, f"{here} depends on other sizes")
                made, whole = length(factor, {name: n}, here), each["product"]
                alone = not any(made[1:]) and (made[0] < 1 or whole % made[0] != 0)
                need(alone or always(">", [made[0] - whole, *made[1:]]), f"{here} may be met")

    def cover(self, entries: dict) -> None:
        """Whatever sizes are given, some way is about them."""
        seen = []
        for name in self.names:
            there = [
                [inside(b[name], n) if name in b else True for b in self.boxes]
                for n, _ in entries[name]
            ]
            need(all(None not in t for t in there), f"proof.{name}: too short a period for a box")
            seen.append({tuple(t) for t in there})
        need(prod(map(len, seen)) <= MOST, "ways: too many to be checked")
        for each in product(*seen):
            need(any(map(all, zip(*each, strict=True))) or not each, "ways: some sizes in no box")


def digest(told: dict) -> str:
    """Of everything but the digest itself."""
    rest = {name: part for name, part in told.items() if name != "digest"}
    text = json.dumps(rest, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def failure(text: str) -> str:
    """Where a certificate fails; empty where it holds."""
    try:
        need(len(text) <= LONGEST, "too long")
        Certificate(json.loads(text)).check()
    except Wrong as wrong:
        return str(wrong) or "no certificate"
    except (ValueError, RecursionError, TypeError, KeyError, IndexError) as problem:
        return f"no certificate ({type(problem).__name__})"
    return ""


def main(paths: list) -> int:
    """Check the files, or standard input; not 0 where one fails."""
    found = []
    for path in paths or ["-"]:
        wrong = failure(sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8"))
        told = f"{path}: {f'fails at {wrong}' if wrong else 'holds'}"
        found.append(wrong)
        print(told.encode("unicode_escape").decode())
    return int(any(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
