"""What is run, and what is compared.

A check asks the law, asks the backend, and files both answers; disagreements are kept in full.
"""

from shapealg import formulas
from shapealg.checks import laws, layers, maps
from shapealg.checks.article import runs
from shapealg.checks.bench import Bench, Record
from shapealg.text import Text


def check_of(law):
    """The check of a law: the function of its name, in `laws` or in `maps`.

    Raises:
        LookupError: if there is none; the line tells where to add it.
    """
    for home in (laws, maps):
        if hasattr(home, law.name):
            return getattr(home, law.name)
    raise LookupError(
        f"the law {law.name} has no check; add a function {law.name}(bench, record) to"
        " shapealg/checks/laws.py"
    )


LAWS = {law.name: check_of(law) for law in formulas.laws()}
BEYOND = {
    check.__name__: check
    for check in (layers.impulses, layers.transposed_impulses, layers.layers, runs.lost_formulas)
}
KERAS = {
    check.__name__: check
    for check in (
        runs.one_backend_call,
        runs.kernel_shape,
        runs.conv1d_kernel,
        runs.conv2d_kernel,
        runs.reshape_equivalence,
        runs.no_difference,
        runs.three_grams,
        runs.normalize_tuple,
    )
}


# Where a framework, executed, gives other values than its own convention says. Each entry: which
# cases, and what happens there.
KNOWN = {
    ("keras-tensorflow", "layers"): (
        lambda case: (
            case["data_format"] == "channels_first"
            and case["rank"] == "3"
            and case.get("values") == "True"
        ),
        Text(
            zh=(
                "channels_first 时，若输出的最后一个空间轴恰好与 filters 一样长，"
                "偏置会加到那个轴上，而不是通道上：尺寸对，数值错。"
            ),
            en=(
                "with channels_first, where the last spatial axis of the output happens to be as"
                " long as filters, the bias is added along that axis instead of the channels. The"
                " size is right, the values are not."
            ),
        ),
    ),
}


def run(backend, progress=lambda name: None) -> dict:
    """Every check on one backend, as plain data."""
    bench, told = Bench(backend), {}
    for name, check in (LAWS | BEYOND | (KERAS if bench.keras else {})).items():
        progress(name)
        record = Record()
        check(bench, record)
        if record.agreed or record.refused or record.disagreed:
            told[name] = record.told()
    return told
