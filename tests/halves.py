"""A model in ONNX: half a U-Net."""

from math import prod

from needed import module


def small_model():
    onnx = module("onnx")
    make, kind = onnx.helper, onnx.TensorProto.FLOAT
    weights = [
        make.make_tensor(name, kind, dims, bytes(4 * prod(dims)), raw=True)
        for name, dims in (("w", (8, 3, 3, 3)), ("u", (8, 8, 2, 2)))
    ]
    nodes = [
        make.make_node("Conv", ["x", "w"], ["a"], pads=[1, 1, 1, 1]),
        make.make_node("MaxPool", ["a"], ["b"], kernel_shape=[2, 2], strides=[2, 2]),
        make.make_node("ConvTranspose", ["b", "u"], ["c"], strides=[2, 2]),
        make.make_node("Concat", ["a", "c"], ["y"], axis=1),
    ]
    ends = [
        [make.make_tensor_value_info(name, kind, shape)]
        for name, shape in (("x", ["N", 3, "H", "W"]), ("y", None))
    ]
    return make.make_model(
        make.make_graph(nodes, "g", *ends, weights), opset_imports=[make.make_opsetid("", 17)]
    )
