"""Frames and chunks against windows laid one by one; what PyTorch gives for them is asked beside."""

from fractions import Fraction
from itertools import product

import dumb
import pytest
from sympy import Symbol

from shapealg import Adaptive, Ceiled, DomainError, ShapeError, Stack, Window
from shapealg.axis.frames import Chunks, Context, Frame


def laid(layers, n):
    """For each output the first and the last sample that it reads, padding counted on."""
    reads, ahead = [(i, i) for i in range(n)], 1
    for k, s, lo, hi in layers:
        front = [(reads[0][0] - ahead * i, reads[0][1] - ahead * i) for i in range(lo, 0, -1)]
        back = [(reads[-1][0] + ahead * i, reads[-1][1] + ahead * i) for i in range(1, hi + 1)]
        row = [*front, *reads, *back]
        row = row[max(-lo, 0) : len(row) - max(-hi, 0)]
        reads = [(row[j][0], row[j + k - 1][1]) for j in range(0, len(row) - k + 1, s)]
        ahead *= s
    return reads


@pytest.mark.parametrize(
    "layers", (((3, 1, 0, 0),), ((3, 2, 1, 1), (2, 1, 0, 0)), ((4, 2, 1, 2), (3, 2, 0, 1)))
)
def test_a_frame_is_what_one_output_reads(layers):
    for n in (9, 12, 17):
        frames = Stack([Window(*layer) for layer in layers]).frames(n)
        reads = laid(layers, n)
        assert len(frames) == len(reads)
        assert [(frame.start, frame.end - 1) for frame in frames] == reads
        assert [frame.centre for frame in frames] == [Fraction(a + b, 2) for a, b in reads]
        assert frames[1:] == [frames[j] for j in range(1, len(reads))]
        assert frames[-1] == frames[len(reads) - 1]


def test_a_frame_is_written_with_whole_and_half_numbers():
    """From −2 to 2 its centre is 0, from −2 to 1 it is −0.5."""
    five, four = Stack([Window(5, 1, 2, 2)]).frames(9), Stack([Window(4, 1, 2, 1)]).frames(9)
    assert type(five[0].centre) is int
    assert repr(five[0]) == "Frame(start=-2, centre=0, end=3)"
    assert repr(four[0]) == "Frame(start=-2, centre=-0.5, end=2)"
    assert repr(Frame(1, Fraction(5, 2), 5)) == "Frame(start=1, centre=2.5, end=5)"
    assert str(four) == (
        "9 frames of 4 samples, one every 1; frame 0 is at -2 … 1, its centre -0.5"
    )
    assert four.text().zh == ("9 帧，每帧 4 个样本，每 1 个样本一帧；第 0 帧在 -2 … 1，中心 -0.5")


def test_where_there_is_no_frame_the_smallest_input_is_named():
    for layers, number in (((Window(5), Window(3)), 1), ((Window(2, 2), Window(4)), 2)):
        least = next(
            n
            for n in range(1, 40)
            if dumb.chain(n, [(w.kernel, w.stride, 1, 0, 0) for w in layers])
        )
        stack = Stack(list(layers))
        assert len(stack.frames(least)) == 1
        with pytest.raises(DomainError, match=f"layer {number} gives no output") as caught:
            stack.frames(least - 1 if number == 2 else 4)
        assert str(caught.value).endswith(f"the nearest that works is {least}")
    ceiled = Stack([Ceiled(Window(3, 2))])
    with pytest.raises(DomainError, match="the nearest that works is 3"):
        ceiled.frames(2)
    with pytest.raises(ShapeError, match="layer 2 is no sliding window"):
        Stack([Window(3), Adaptive(3)]).frames(9)


def random_layers():
    for k, s, (lo, hi) in product((1, 2, 3), (1, 2), ((0, 0), (1, 1), (2, 0))):
        yield ((k, s, lo, hi), (3, 1, 1, 1))
        yield ((2, 1, 0, 0), (k, s, lo, hi))
    crops = ((0, -2), (-3, 0), (-1, -1), (2, -1))
    for one, two in product(crops, repeat=2):
        yield ((2, 1, *one), (3, 2, *two))
    # short chunks that leave the first of these without an output
    yield from product(((5, 1, 0, 0), (7, 3, 0, 0), (4, 2, 1, 1)), ((3, 1, 4, 0), (1, 2, 0, 3)))


def test_a_chunk_makes_its_frames_of_what_it_reads_alone():
    """Cut off what reads padding at an end that is none: the others read the samples of the whole.
    What is cropped off the end is read as well.
    """
    for layers in random_layers():
        stack, hop = Stack([Window(*layer) for layer in layers]), layers[0][1] * layers[1][1]
        told = [(k, s, 1, lo, hi) for k, s, lo, hi in layers]
        for n, chunk in ((23, 4 * hop), (24, 6 * hop), (25, hop)):
            chunks, whole = stack.chunks(n, chunk), laid(layers, n)
            parts = [range(start, min(start + chunk, n)) for start in range(0, n, chunk)]
            assert chunks.alone == tuple(dumb.chain(len(part), told) or 0 for part in parts)
            assert chunks.count == len(whole)
            places = [tile.place for tile in chunks]
            assert [end for _, end in places[:-1]] == [start for start, _ in places[1:]]
            assert (places[0][0], places[-1][1]) == (0, len(whole))
            for tile in chunks:
                own = laid(layers, tile.read[1] - tile.read[0])[slice(*tile.keep)]
                moved = [(a + tile.read[0], b + tile.read[0]) for a, b in own]
                assert moved == whole[slice(*tile.place)], (layers, n, tile)
                low, behind = tile.read
                assert low in (0, min(a for a, _ in (*moved, (low, 0))))
                assert behind in (n, max(b + 1 for _, b in (*moved, (0, behind - 1))))


def test_a_chunk_is_a_multiple_of_the_hop():
    stack = Stack([Window(3, 2), Window(2, 2)])
    for chunk, near in ((6, "4 or 8"), (3, "4"), (9, "8 or 12")):
        with pytest.raises(ShapeError, match=f"multiple of the hop, 4; .*that work: {near}$"):
            stack.chunks(40, chunk)
    free = Stack([Window(3, Symbol("s", integer=True))])
    for ask in (lambda: free.context, lambda: free.chunks(9, 2)):
        with pytest.raises(ShapeError, match="^stride must be a number here"):
            ask()


def test_what_a_chunk_reads_besides_of_one_window():
    """Of five taps four lie behind the first; what is padded in front is wrong inside; what is
    cropped off the end is read all the same.
    """
    assert Context.of([Window(5)]) == (0, 4)
    assert Context.of([Window(3, lo=2)]) == (2, 0)
    assert Context.of([Window(1, hi=-3)]) == (0, 3)
    p = Symbol("p", integer=True)
    for window, name in ((Window(3, lo=p), "left"), (Window(3, hi=p), "right")):
        with pytest.raises(ShapeError, match=f"^{name} must be a number here"):
            Context.of([window])


def test_chunks_are_told_by_six_of_their_counts():
    context = Context(2, 3)
    for many, told in ((6, "1 + 1 + 1 + 1 + 1 + 1 = 6"), (7, "1 + 1 + 1 + 1 + 1 + 1 + … = 7")):
        assert str(Chunks(9, (1,) * many, context, ())) == (
            f"whole: 9 frames; {many} chunks by themselves: {told}\n"
            "equal with 2 samples before each chunk and 3 after"
        )
