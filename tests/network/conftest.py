"""What the tests of networks share."""

import pytest
from needed import lacking, require


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


@pytest.fixture(scope="module")
def keras():
    """Keras on JAX."""
    require("keras-jax")
    import keras

    if keras.backend.backend() != "jax":
        lacking(f"Keras is imported on {keras.backend.backend()} already")
    return keras
