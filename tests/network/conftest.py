"""What the tests of networks share."""

import pytest
from needed import require


@pytest.fixture(scope="module")
def nets():
    """The networks that are drawn by chance; PyTorch keeps to one thread while they run."""
    require("torch")
    import drawn_nets
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield drawn_nets
    torch.set_num_threads(threads)
