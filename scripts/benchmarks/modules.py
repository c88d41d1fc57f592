"""PyTorch modules read as they are, beside PyTorch's own export and one run of the module."""

from networks import exported, of_model, torch_resnet50
from ruler import Part, missing

from shapealg import read
from shapealg.text import Text

RUN = Text(
    zh="模块自己在 meta 设备上运行一遍，只就一个尺寸",
    en="one run of the module on the meta device, at one size",
)


def modules() -> Part:
    """Modules read on open sizes; each goes one way."""
    part = Part(
        Text(
            zh="读取 PyTorch 模块，H 与 W 敞开：形状与可用尺寸",
            en="PyTorch modules read, H and W open: shape and accepted sizes",
        )
    )
    try:
        import models
        import torch
    except ModuleNotFoundError:
        missing(part, "torch")
        return part
    for name, make, step in (("ResNet-50", torch_resnet50, 1), *models.MODELS):
        with torch.device("meta"):
            model, image = make().eval(), torch.empty(1, 3, 224, 224)
        made = model(image)
        first = made[0] if isinstance(made, tuple) else made
        net = read(model, (1, 3, "H", "W"))
        assert net.at(H=224, W=224) == tuple(first.shape) and not net.graph.ways
        ours = f"{name}: shapealg.read(module), shape, accepts H and W"
        part.add(ours, lambda model=model: _answers(model))
        exported(part, name, ours, model, image, step, "≥ 10")
        plain = f"{name}: model(image) on the meta device"
        part.add(plain, torch.no_grad()(lambda model=model, image=image: model(image)))
        part.row(of_model(name, RUN), ours, plain, "≤ 5")
    return part


def _answers(model) -> tuple:
    net = read(model, (1, 3, "H", "W"))
    return net.output_shape, net.accepts("H"), net.accepts("W")
