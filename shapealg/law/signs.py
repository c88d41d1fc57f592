"""Whether an inequality between sizes follows from others: decided by signs, or left undecided."""

from collections.abc import Collection

import sympy

_ORDER = (sympy.Le, sympy.Lt, sympy.Ge, sympy.Gt)


def implied(goal: sympy.Rel, known: Collection[sympy.Rel]) -> bool:
    """Whether SymPy can show that `goal` follows from `known` and from the signs of the symbols.

    The slack of the goal must exceed the slack of something known (or zero) by what is visibly not
    negative; a symbol that is known to be at least a number is that number and something that is
    not negative.

    >>> n = sympy.Symbol("n", integer=True)
    >>> f, s = sympy.symbols("f s", integer=True, positive=True)
    >>> goal = sympy.Ge(sympy.floor((n - f) / s), -1, evaluate=False)
    >>> implied(goal, [sympy.Ge(n, f, evaluate=False)])
    True
    >>> implied(goal, [])
    False
    """
    if goal == sympy.true or goal in known:
        return True
    if not isinstance(goal, _ORDER):
        return False
    # one name per sum and product, the same in goal and knowledge
    names: dict[sympy.Expr, sympy.Dummy] = {}
    slacks = [
        sympy.S.Zero,
        *(_sealed(slack(relation), names) for relation in known if isinstance(relation, _ORDER)),
    ]
    goals = _numbers(_sealed(slack(goal), names))
    goals += [_lowered(number) for number in goals]
    least = {
        r.lhs: r.rhs + sympy.Dummy(integer=True, nonnegative=True)
        for r in known
        if isinstance(r, sympy.Ge) and r.lhs.is_Symbol and r.rhs.is_Integer
    }
    return any(
        _visible((wanted - have).xreplace(least))
        for wanted in goals
        for given in slacks
        for have in _numbers(given)
    )


def last_split(expr: sympy.Basic, length: sympy.Symbol) -> sympy.Basic:
    """Take the last term out of every sum and product that runs up to `length`."""

    def split(big: sympy.Expr) -> sympy.Expr:
        index, low, high = big.limits[0]
        if high != length or low != 1:
            return big
        shorter = big.func(big.function, (index, low, length - 1))
        last = big.function.subs(index, length)
        return shorter + last if isinstance(big, sympy.Sum) else shorter * last

    return expr.replace(
        lambda e: isinstance(e, sympy.Sum | sympy.Product) and e.limits[0][2] == length, split
    )


def slack(relation: sympy.Rel) -> sympy.Expr:
    """What is not negative exactly when the relation holds between integers."""
    return relation.gts - relation.lts - int(isinstance(relation, sympy.Lt | sympy.Gt))


def _numbers(number: sympy.Expr) -> list[sympy.Expr]:
    """Numbers that are not negative exactly when the integer `number` is not: ⌊x/s⌋ + w ≥ 0 ⇔ x +
    s·w ≥ 0 for s ≥ 1.
    """
    number = sympy.expand(number)
    floors = number.atoms(sympy.floor)
    within = {inner for f in floors for inner in f.args[0].atoms(sympy.floor)}
    outer = [f for f in floors if f not in within]
    if len(outer) == 1 and number.coeff(outer[0]) == 1:
        above, below = sympy.fraction(sympy.together(number.xreplace({outer[0]: outer[0].args[0]})))
        if _visible(below - 1):
            return [number, *_numbers(above)]
    # ⌈x/s⌉ ≥ 0 where x ≥ 0
    if len(ceilings := list(number.atoms(sympy.ceiling))) == 1 and number == ceilings[0]:
        return [number, sympy.numer(sympy.together(number.args[0]))]
    return [number]


def _lowered(number: sympy.Expr) -> sympy.Expr:
    """Something no larger: ⌊x/q⌋ is at least (x − q + 1)/q."""

    def least(x: sympy.Expr) -> sympy.Expr:
        above, below = sympy.fraction(sympy.together(x))
        return (above - below + 1) / below

    rising = [f for f in number.atoms(sympy.floor) if number.coeff(f).is_positive]
    return sympy.expand(number.xreplace({f: least(f.args[0]) for f in rising}))


def _visible(number: sympy.Expr) -> bool:
    """Whether signs alone show that a number is not negative: each positive integer is written as 1
    + something.
    """
    number = sympy.sympify(number)
    spread = {
        x: sympy.Dummy(integer=True, nonnegative=True) + 1
        for x in number.free_symbols | number.atoms(sympy.Indexed)
        if x.is_positive
    }
    return sympy.expand(number.xreplace(spread)).is_nonnegative is True


def _sealed(number: sympy.Expr, names: dict[sympy.Expr, sympy.Dummy]) -> sympy.Expr:
    """Products of positive integers as positive integers, sums of what is not negative likewise,
    the rest as integers.
    """

    def name(big: sympy.Expr) -> sympy.Dummy:
        if isinstance(big, sympy.Product) and big.function.is_positive:
            signs = {"positive": True}
        else:
            signs = (
                {"nonnegative": True}
                if isinstance(big, sympy.Sum) and _visible(big.function)
                else {}
            )
        return names.setdefault(big, sympy.Dummy(integer=True, **signs))

    return number.replace(lambda e: isinstance(e, sympy.Sum | sympy.Product), name)
