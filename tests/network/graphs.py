"""Random graphs of one axis, and three interpreters that know no algebra: counting windows, isl's
sets, PyTorch.

A graph is a list of steps: (kind, numbers) for a layer, (join, path, path) for branches.
"""

from dumb import count, hanging, transposed

from shapealg import Branches, torch

JOINS = ("concat", "add", "crop")


def drawn(random, depth: int = 2, length: int = 4) -> list:
    """Layers in a row, with branches within branches."""
    steps = []
    for _ in range(random.randint(1, length)):
        kind = random.choice(
            ("conv", "conv", "pool", "ceil", "up", "repeat", "pad", "branch" if depth else "conv")
        )
        k, s = random.randint(1, 4), random.randint(1, 3)
        if kind == "branch":
            join = random.choice(JOINS)
            steps.append(
                (
                    join,
                    random.choice(([], drawn(random, 0, 2))),
                    drawn(random, depth - 1, 3)
                    if random.random() < 0.6
                    else _there_and_back(random),
                )
            )
        elif kind == "conv":
            steps.append((kind, k, s, random.randint(0, 2), random.randint(1, 2)))
        elif kind in ("pool", "ceil"):
            steps.append((kind, k, s, random.randint(0, k // 2)))
        elif kind == "up":
            steps.append((kind, k, s, random.randint(0, k // 2), random.randint(0, s - 1)))
        elif kind == "repeat":
            steps.append((kind, random.randint(1, 3)))
        else:
            steps.append((kind, random.randint(-2, 3), random.randint(-2, 3)))
    return steps


def _there_and_back(random) -> list:
    """Down and up again, so that a join has a chance."""
    s = random.randint(2, 3)
    down = random.choice((("pool", s, s, 0), ("conv", 3, s, 1, 1), ("ceil", s, s, 0)))
    up = random.choice(
        (("up", s, s, 0, 0), ("repeat", s), ("up", 3, s, 1, random.randint(0, s - 1)))
    )
    return [
        down,
        *([("conv", 3, 1, 1, 1)] if random.random() < 0.5 else []),
        *([("concat", [], _there_and_back(random))] if random.random() < 0.3 else []),
        up,
    ]


def words(steps) -> list:
    """The same as layers of one channel; concatenation goes along an axis of its own."""
    made = []
    for kind, *numbers in steps:
        if kind in JOINS:
            made.append(Branches(kind, *map(words, numbers), axis=0))
        elif kind == "conv":
            k, s, p, d = numbers
            made.append(torch.Conv1d(1, 1, k, stride=s, padding=p, dilation=d))
        elif kind in ("pool", "ceil"):
            made.append(torch.MaxPool1d(*numbers, ceil_mode=kind == "ceil"))
        elif kind == "up":
            k, s, p, op = numbers
            made.append(torch.ConvTranspose1d(1, 1, k, stride=s, padding=p, output_padding=op))
        elif kind == "repeat":
            made.append(torch.Upsample(scale_factor=numbers[0]))
        else:
            made.append(torch.ZeroPad1d(tuple(numbers)))
    return made


def batch(steps, b: int = 1) -> int | None:
    """How many there are in the batch, along which branches are concatenated; `None` where a sum
    cannot be.
    """
    for kind, *numbers in steps:
        if kind in JOINS:
            one, two = (batch(path, b) for path in numbers)
            if (
                one is None
                or two is None
                or (kind == "add" and not (one == two or 1 in (one, two)))
            ):
                return None
            b = max(one, two) if kind == "add" else one + two
    return b


def counted(steps, n: int) -> int | None:
    """The size that comes out, window by window; `None` where something does not run."""
    return _counted(steps, n) if batch(steps) else None


def _counted(steps, n):
    for kind, *numbers in steps:
        if n is None:
            return None
        if kind in JOINS:
            one, two = (_counted(path, n) for path in numbers)
            if (
                one is None
                or two is None
                or not (
                    one == two
                    or (kind == "add" and 1 in (one, two))
                    or (kind == "crop" and one >= two)
                )
            ):
                return None
            n = max(one, two) if kind == "add" else two
            continue
        if kind == "conv":
            k, s, p, d = numbers
            n = count(n, k, s, d, p, p)
        elif kind == "pool":
            n = count(n, *numbers[:2], 1, numbers[2], numbers[2])
        elif kind == "ceil":
            k, s, p = numbers
            n = len(hanging(n, k, s, 1, p, p, clipped=True)) if n + 2 * p + s - 1 >= k else 0
        elif kind == "up":
            k, s, p, op = numbers
            n = len(transposed(n, k, s, 1, p, p, op))
        elif kind == "repeat":
            n = sum(1 for _ in range(n) for _ in range(numbers[0]))
        else:
            # PyTorch crops before it pads
            n = n + sum(numbers) if n + sum(min(p, 0) for p in numbers) >= 0 else 0
        if n < 1:
            return None
    return n


def isl_sizes(islpy, steps):
    """The set of sizes at which it runs, and the output there, as isl's piecewise functions of n."""
    space = islpy.Space.create_from_names(islpy.DEFAULT_CONTEXT, set=["n"])
    n = islpy.PwAff.from_aff(
        islpy.Aff.var_on_domain(islpy.LocalSpace.from_space(space), islpy.dim_type.set, 0)
    )
    return _isl(
        islpy,
        steps,
        n.intersect_domain(islpy.Set("{ [n] : n >= 1 }" if batch(steps) else "{ [n] : n < n }")),
    )


def _isl(islpy, steps, n):
    def number(value):
        return islpy.PwAff.val_on_domain(n.domain(), islpy.Val(value))

    def divided(length, s):
        return length.scale_down_val(islpy.Val(s)).floor()

    for kind, *numbers in steps:
        if kind in JOINS:
            a, b = (_isl(islpy, path, n) for path in numbers)
            where = a.eq_set(b)
            if kind == "crop":
                n = b.intersect_domain(a.ge_set(b))
                continue
            made = b.intersect_domain(where)
            if kind == "add":
                one, two = a.eq_set(number(1)).subtract(where), b.eq_set(number(1)).subtract(where)
                made = made.union_add(b.intersect_domain(one & a.domain())).union_add(
                    a.intersect_domain(two.subtract(one) & b.domain())
                )
            n = made
            continue
        if kind in ("conv", "pool", "ceil"):
            k, s, p, d = (*numbers, 1)[:4] if kind != "conv" else numbers
            left = n + number(2 * p - d * (k - 1) - 1)
            if kind == "ceil":
                made = divided(left + number(s - 1), s) + number(1)
                n = made.min(divided(n + number(p + s - 1), s))
            else:
                n = divided(left, s) + number(1)
        elif kind == "up":
            k, s, p, op = numbers
            n = n.scale_val(islpy.Val(s)) + number(k - s - 2 * p + op)
        elif kind == "repeat":
            n = n.scale_val(islpy.Val(numbers[0]))
        else:
            n = n.intersect_domain(n.ge_set(number(-sum(min(p, 0) for p in numbers)))) + number(
                sum(numbers)
            )
        n = n.intersect_domain(n.ge_set(number(1)))
    return n
