"""The published kernels of resizing: how much a position counts by its distance from where an
output lies, in the steps of the kernel.
"""

from collections.abc import Callable
from fractions import Fraction

import numpy

WIDE = Fraction(3, 2)  # the radius of TensorFlow's Gaussian, three times its standard deviation
MITCHELL = "mitchell"


def triangle(x):
    """Linear interpolation.

    >>> float(triangle(0.25))
    0.75
    """
    return numpy.maximum(1 - abs(x), 0)


def keys(a: float) -> Callable:
    """Cubic convolution, as R. G. Keys gave it in 1981; `a` is the slope at distance 1, −1/2 in his
    paper and −3/4 in PyTorch, Paddle and ONNX.

    >>> [float(keys(-0.5)(x)) for x in (0, 0.5, 1, 1.5, 2)]
    [1.0, 0.5625, 0.0, -0.0625, 0.0]
    """

    def kernel(x):
        x = abs(x)
        near = ((a + 2) * x - (a + 3)) * x * x + 1
        far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
        return numpy.where(x < 1, near, numpy.where(x < 2, far, 0.0))

    return kernel


def mitchell(x):
    """D. P. Mitchell's and A. N. Netravali's cubic of 1988, B = C = 1/3: it blurs a little.

    >>> [round(float(mitchell(x)), 4) for x in (0, 1, 2)]
    [0.8889, 0.0556, 0.0]
    """
    x = abs(x)
    near = (7 * x - 12) * x * x / 6 + 8 / 9
    far = ((-7 * x + 36) * x - 60) * x / 18 + 16 / 9
    return numpy.where(x < 1, near, numpy.where(x < 2, far, 0.0))


def lanczos(radius: int) -> Callable:
    """C. Lanczos's window of sinc: so many turns on either side.

    >>> [round(float(lanczos(3)(x)), 4) for x in (0, 0.5, 1, 3)]
    [1.0, 0.6079, 0.0, 0.0]
    """
    return lambda x: numpy.where(abs(x) < radius, numpy.sinc(x) * numpy.sinc(x / radius), 0.0)


def gaussian(x):
    """A normal distribution, cut at three of its standard deviations.

    >>> round(float(gaussian(0.5)), 4)
    0.6065
    """
    return numpy.where(abs(x) < WIDE, numpy.exp(-2 * numpy.square(x)), 0.0)


def of(radius: Fraction, cubic: float | str) -> Callable:
    """The kernel of a radius; of those of 2 a framework says which: Mitchell's, or the slope of
    Keys's.

    >>> float(of(Fraction(2), -0.75)(1.5)), of(Fraction(1), -0.75) is triangle
    (-0.09375, True)
    """
    if radius == 2:
        return mitchell if cubic == MITCHELL else keys(float(cubic))
    return {Fraction(1): triangle, WIDE: gaussian}.get(radius) or lanczos(int(radius))
