"""Frames and chunks against PyTorch: counts, the samples that each frame answers to, and chunk by
chunk the very values of the whole, on integers in double precision.
"""

import random
from fractions import Fraction

import pytest
from needed import require

from shapealg import Ceiled, DomainError, Same, ShapeError, Stack, Transposed, Window

WAV2VEC = (Window(10, 5), *[Window(3, 2)] * 4, *[Window(2, 2)] * 2)


def layers_of(real, windows, rng, choices=(-2, -1, 1, 2, 3)):
    """Convolutions on one channel with small whole weights, none of them zero, padded by hand."""
    made = []
    for w in windows:
        taps = real.nn.Conv1d(1, 1, w.kernel, w.stride, bias=True).double()
        taps.weight.data = real.tensor(
            [[[float(rng.choice(choices)) for _ in range(w.kernel)]]], dtype=real.float64
        )
        taps.bias.data.fill_(1.0)
        made += [real.nn.ConstantPad1d((w.lo, w.hi), 0.0), taps]
    return real.nn.Sequential(*made).double()


def put_together(real, model, x, chunks):
    """Every frame once, and each the very number of the whole."""
    whole, parts = model(x), []
    for tile in chunks:
        part = model(x[..., slice(*tile.read)])
        parts.append(part[..., slice(*tile.keep)])
        assert parts[-1].shape[-1] == tile.place[1] - tile.place[0]
    assert chunks.count == whole.shape[-1]
    assert real.equal(real.cat(parts, -1), whole)


def random_windows(rng):
    made = []
    for _ in range(rng.randint(1, 4)):
        k, d = rng.randint(1, 5), rng.choice((1, 1, 2))
        pads = rng.choice(((0, 0), (k // 2, k // 2), (k - 1, 0), (0, k - 1), (2, 1), (-1, 0)))
        made.append(Window.dilated(k, d, rng.choice((1, 1, 2, 3)), *pads))
    return made


def test_the_front_end_of_wav2vec_chunk_by_chunk():
    """16000 samples: 49 frames; 5 chunks by themselves give 45, with 80 samples more all 49."""
    require("torch")
    import torch as real

    model = layers_of(real, WAV2VEC[:3], random.Random(1))
    x = real.randint(-3, 4, (1, 1, 4000), dtype=real.float64)
    # three of the layers: seven of them leave the whole numbers that a double holds
    chunks = Stack(WAV2VEC[:3]).chunks(4000, 400)
    with real.no_grad():
        put_together(real, model, x, chunks)
        assert (
            chunks.alone == tuple(model(part).shape[-1] for part in x.split(400, -1))
            and sum(chunks.alone) < chunks.count
        )
    whole = Stack(WAV2VEC).chunks(16000, 3200)
    assert (whole.count, whole.alone) == (49, (9,) * 5) and whole.context == (0, 80)


@pytest.mark.parametrize("seed", range(40))
def test_chunks_of_random_stacks_are_the_whole(seed):
    require("torch")
    import torch as real

    rng = random.Random(seed)
    windows, n = random_windows(rng), rng.randint(40, 160)
    stack = Stack(windows)
    model = layers_of(real, windows, rng)
    x = real.randint(-3, 4, (1, 1, n), dtype=real.float64)
    chunk = stack.window.stride * rng.randint(1, 5)
    with real.no_grad():
        try:
            whole = model(x)
        except RuntimeError:
            return
        chunks = stack.chunks(n, chunk)
        put_together(real, model, x, chunks)
        frames = stack.frames(n)
        assert len(frames) == whole.shape[-1]


def test_a_chunk_too_short_for_a_layer_reads_more():
    """Padding as wide as the kernel and wider: each chunk still makes the frames it promises."""
    require("torch")
    import torch as real

    wide = [Window(4, 1, 1, 0), Window(2, 2, 3, 2)]
    cases = [(wide, 16, 2)]
    rng = random.Random(5)
    for _ in range(60):
        windows = [
            Window(k, rng.randint(1, 3), rng.randint(0, k + 1), rng.randint(0, k + 1))
            for k in (rng.randint(1, 5) for _ in range(rng.randint(1, 3)))
        ]
        cases.append((windows, rng.randint(20, 60), Stack(windows).window.stride))
    with real.no_grad():
        for windows, n, chunk in cases:
            model = layers_of(real, windows, rng)
            x = real.randint(-3, 4, (1, 1, n), dtype=real.float64)
            put_together(real, model, x, Stack(windows).chunks(n, chunk))


@pytest.mark.parametrize("seed", range(25))
def test_less_context_is_not_enough(seed):
    """With a hop less before, or a sample less behind, some number differs, or frames are missing:
    where all is positive, a sample that is missing makes a frame smaller.
    """
    require("torch")
    import torch as real

    rng = random.Random(1000 + seed)
    windows = random_windows(rng)
    stack, n = Stack(windows), 2400
    hop, context = stack.window.stride, stack.context
    model = layers_of(real, windows, rng, choices=(1, 2, 3))
    x = real.randint(1, 4, (1, 1, n), dtype=real.float64)
    start = (context.left // hop + 3) * hop
    stop = start + 2 * hop
    with real.no_grad():
        whole = model(x)[..., start // hop : stop // hop]

        def part(left, right):
            try:
                read = model(x[..., start - left : stop + right])
            except RuntimeError:  # too short for one of the layers
                return None
            return read[..., left // hop : left // hop + 2]

        def enough(left, right):
            made = part(left, right)
            return made is not None and real.equal(made, whole)

        assert enough(*context)
        assert not context.left or not enough(context.left - hop, context.right)
        assert not context.right or not enough(context.left, context.right - 1)


@pytest.mark.parametrize("seed", range(20))
def test_a_frame_lies_where_its_samples_are(seed):
    """The samples to which an output answers, by its gradient: the first and the last of them."""
    require("torch")
    import torch as real

    rng = random.Random(seed)
    windows, n = random_windows(rng), 1200
    model = layers_of(real, windows, rng, choices=(1, 2, 3))
    x = real.ones(1, 1, n, dtype=real.float64, requires_grad=True)
    y, frames = model(x), Stack(windows).frames(n)
    assert y.shape[-1] == len(frames)
    middle = len(frames) // 2
    # near the ends an inner padding may stand for samples
    for j in range(middle - 1, middle + 2):
        (grad,) = real.autograd.grad(y[0, 0, j], x, retain_graph=True)
        lit = grad[0, 0].nonzero().flatten().tolist()
        frame = frames[j]
        assert (lit[0], lit[-1]) == (frame.start, frame.end - 1)
        assert frame.centre == Fraction(lit[0] + lit[-1], 2)


def test_the_frames_of_a_spectrogram_chunk_by_chunk():
    """torch.stft, centred, n_fft 400, hop 160: a window of 400 padded by 200; frames at cut edges
    are thrown away.
    """
    require("torch")
    import torch as real

    stack = Stack([Window(400, 160, 200, 200)])
    x = real.rand(8000, dtype=real.float64)
    taper = real.hann_window(400, dtype=real.float64)

    def spectrogram(part):
        return real.stft(part, 400, 160, window=taper, center=True, return_complex=True).abs()

    whole, chunks = spectrogram(x), stack.chunks(8000, 1600)
    assert len(stack.frames(8000)) == whole.shape[-1] == 51
    assert stack.frames(8000)[0] == (-200, Fraction(-1, 2), 200)
    assert chunks.context == (320, 40) and len(chunks) == 5
    parts = [spectrogram(x[slice(*t.read)])[:, slice(*t.keep)] for t in chunks]
    assert (real.cat(parts, -1) - whole).abs().max() < 1e-12
    apart = [spectrogram(part) for part in x.split(1600)]
    assert [part.shape[-1] for part in apart] == list(chunks.alone)
    assert sum(chunks.alone) == 55


def test_maps_that_see_n_first_have_frames_but_no_chunks():
    """SAME of kernel 3 and stride 2 on 8 pads behind only, on 9 on both sides."""
    stack = Stack([Same(3, 2)])
    assert stack.frames(8)[0] == (0, 1, 3) and stack.frames(9)[0] == (-1, 0, 2)
    assert len(Stack([Ceiled(Window(2, 2))]).frames(5)) == 3
    with pytest.raises(ShapeError, match="windows whose place does not depend on n"):
        stack.chunks(8, 2)
    with pytest.raises(ShapeError, match="layer 1 is no sliding window"):
        Stack([Transposed(Window(2, 2))]).frames(8)


def test_what_is_too_short_or_does_not_divide():
    front = Stack(WAV2VEC)
    with pytest.raises(DomainError, match=r"layer 7 gives no output; received 399; .* is 400"):
        front.frames(399)
    with pytest.raises(
        ShapeError, match=r"multiple of the hop, 320; received 1000; .* 960 or 1280"
    ):
        front.chunks(16000, 1000)
    with pytest.raises(ShapeError, match="the nearest that work: 320"):
        front.chunks(16000, 100)


def test_a_frame_prints_as_numbers():
    """Half a sample prints as people write it, and pastes back equal."""
    frames = Stack([Window(4, 2, lo=3)]).frames(9)
    assert [repr(f) for f in frames[:2]] == [
        "Frame(start=-3, centre=-1.5, end=1)",
        "Frame(start=-1, centre=0.5, end=3)",
    ]
    assert frames[0].centre == -1.5
    assert type(Stack([Window(3, 2)]).frames(9)[1].centre) is int
    assert repr(Stack([Window(3, 2)]).frames(9)[1]) == "Frame(start=2, centre=3, end=5)"


def test_frames_are_a_sequence():
    frames = Stack(WAV2VEC).frames(16000)
    assert frames[-1] == frames[48] and [f.start for f in frames[:3]] == [0, 320, 640]
    assert [f.end for f in frames][-1] == 15760 and len(list(frames)) == 49
    with pytest.raises(IndexError):
        frames[49]
