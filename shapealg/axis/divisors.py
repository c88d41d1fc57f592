"""The primes and the divisors of a number: small ones here, for which no SymPy need be loaded."""

from functools import lru_cache

SMALL = 2**40  # a million trial divisions at most


@lru_cache(2**12)
def primes(n: int) -> list[int]:
    """The primes that divide n ≥ 1, ascending.

    >>> primes(360), primes(1), primes(2**61 - 1)
    ([2, 3, 5], [], [2305843009213693951])
    """
    if n > SMALL:
        from sympy import primefactors

        return list(map(int, primefactors(n)))
    found, p = [], 2
    while p * p <= n:
        if n % p == 0:
            found.append(p)
            while n % p == 0:
                n //= p
        p += 1 if p == 2 else 2
    return [*found, n] if n > 1 else found


def divisors(n: int) -> list[int]:
    """All d ≥ 1 that divide n, ascending; of 0 none.

    >>> divisors(12), divisors(-7), divisors(0)
    ([1, 2, 3, 4, 6, 12], [1, 7], [])
    """
    n = abs(n)
    found = [1] if n else []
    for p in primes(n) if n else ():
        powers, rest = [1], n
        while rest % p == 0:
            powers.append(powers[-1] * p)
            rest //= p
        found = [d * power for d in found for power in powers]
    return sorted(found)
