"""What `torch.jit.script` has made, in a module that is read."""

import threading

import pytest
from needed import require

from shapealg import read
from shapealg.errors import Undecided

require("torch")
import torch  # noqa: E402 — once it is known to be there
from torch import nn  # noqa: E402


def compiled():
    """A function as codecs have it for their activation."""

    @torch.jit.script
    def snake(x, alpha):
        shape = x.shape
        x = x.reshape(shape[0], shape[1], -1)
        x = x + (alpha + 1e-9).reciprocal() * torch.sin(alpha * x).pow(2)
        return x.reshape(shape)

    return snake


class Own(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.conv, self.function = nn.Conv1d(2, 4, 3, 2), function
        self.alpha = nn.Parameter(torch.ones(1, 4, 1))

    def forward(self, x):
        return self.function(self.conv(x), self.alpha)


def test_a_compiled_function_is_read_as_the_python_it_was_made_of():
    function = compiled()
    own = Own(function)
    net = read(own, ("N", 2, "T"))
    for n in (1, 2):
        for t in (3, 4, 9, 10):
            assert net.at(N=n, T=t) == tuple(own(torch.zeros(n, 2, t)).shape)
    assert net.parameters == sum(p.numel() for p in own.parameters())
    assert net.receptive_field().size == (3,)


def test_it_is_compiled_again_once_nothing_is_read(monkeypatch):
    function, inside, seen = compiled(), threading.Event(), []

    class Waiting(Own):
        def forward(self, x):
            seen.append(threading.get_ident())
            inside.wait(30)
            return super().forward(x)

    reading = threading.Thread(target=lambda: read(Waiting(function), (1, 2, "T")))
    reading.start()
    while not seen:
        pass
    function(torch.zeros(1, 4, 5), torch.ones(1, 4, 1))  # here, meanwhile, it is compiled
    assert torch.jit.last_executed_optimized_graph() is not None
    with pytest.raises(RuntimeError, match="TorchScript interpreter"):
        function(torch.zeros(1, 4, 5), torch.ones(3, 4, 2))
    inside.set()
    reading.join()
    with pytest.raises(RuntimeError, match="TorchScript interpreter"):
        function(torch.zeros(1, 4, 5), torch.ones(3, 4, 2))


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
@pytest.mark.parametrize("way", ("script", "trace"))
def test_a_compiled_module_is_refused_with_its_path(way):
    made = nn.Sequential(nn.Conv1d(2, 3, 3), nn.ReLU())
    made = torch.jit.script(made) if way == "script" else torch.jit.trace(made, torch.ones(1, 2, 9))
    with pytest.raises(Undecided, match=r"^the module is TorchScript.*an export to ONNX"):
        read(made, ("N", 2, "T"))
    with pytest.raises(Undecided, match=r"^0\.1 is TorchScript.*received \w+ of Sequential"):
        read(nn.Sequential(nn.Sequential(nn.ReLU(), made)), ("N", 2, "T"))
