"""Products of matrices, and the recurrent layers that are made of them."""

from math import prod

from shapealg.network import operations
from shapealg.network.operations import counted, refuse
from shapealg.network.readers.onnx.operators.kept import stretch
from shapealg.network.readers.operators import Operators
from shapealg.network.tensor import UNKNOWN, WHOLE, Tensor, Wire

OPERATORS = Operators()


@OPERATORS.built("Gemm", weights=True)
def _gemm(node):
    @counted(lambda x, w, *_: prod(w.shape))
    def operation(flow, x, w, bias=None):
        if x.shape is None or w.shape is None:
            return UNKNOWN
        if len(x.shape) != 2 or len(w.shape) != 2:
            refuse("Gemm 的输入各有 2 个轴", "Gemm multiplies two matrices", (x.shape, w.shape))
        one = x.shape[::-1] if node.get("transA") else x.shape
        two = w.shape[::-1] if node.get("transB") else w.shape
        flow.equal(one[1], two[0])
        if bias is not None and bias.shape is not None:
            stretch(flow, bias.shape, (one[0], two[1]))
        if node.get("transA"):
            return Tensor((one[0], two[1]), None, ((), ()))
        return Tensor((one[0], two[1]), None, ((Wire(0, 0),), ()), (Wire(0, 1, WHOLE),))

    return operation


@OPERATORS.built("LSTM GRU RNN", outputs=3, weights=True)
def _recurrent(node):
    hidden, ways = node["hidden_size"], 2 if node.get("direction") == "bidirectional" else 1

    def macs(x, w, r, *_):
        if w.unclear or r.unclear:
            return None
        return x.shape[1 if node.get("layout") else 0] * (prod(w.shape) + prod(r.shape))

    @counted(macs)
    def operation(flow, x, *_):
        if x.shape is None:
            return (UNKNOWN,) * 3
        if node.get("layout"):
            batch, time, _ = x.shape
            step, whole = (batch, ways, hidden), (batch, time, ways, hidden)
        else:
            time, batch, _ = x.shape
            step, whole = (ways, batch, hidden), (time, ways, batch, hidden)
        whole, step = (Tensor(each, None, ((),) * len(each)) for each in (whole, step))
        return whole, step, step

    return operation


OPERATORS.plain("MatMul MatMulInteger", weights=True)(operations.matmul)
