"""What a Keras layer does behind its sum, in the words of every framework."""

from shapealg.words import phrasing, spoken

ALONG = "softmax", "log_softmax", "sparsemax", "glu"  # these mix what lies along the last axis


def said(activation: str, framework: str, axis: int, last: int):
    """What does the same there; `None` where it has no words for it.

    Args:
        activation: its name in Keras.
        framework: whose words are wanted.
        axis: where the axis stands there that Keras has last.
        last: the last axis.
    """
    if framework != "keras":
        words = phrasing.of(framework).ACTIVATIONS.get(activation)
        return None if words is None else spoken.read(f"{framework}.{words.format(axis=axis)}")
    if axis == last or activation not in ALONG:
        return spoken.read(f"keras.Activation({activation!r})")
    return spoken.read(f"keras.Softmax(axis={axis})") if activation == "softmax" else None
