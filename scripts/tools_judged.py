"""What the tools answer against what the networks give when they run."""

from tools_networks import NETWORKS
from tools_question import exactly, runs

RIGHT, WRONG, NONE = "right", "wrong", "none"
OURS = {"torch": "PyTorch", "jax": "PyTorch", "onnx": "ONNX", "keras": "Keras"}


def judged(found: dict) -> dict:
    """The record: the networks with the sizes at which they ran, and one row an answer."""
    truth = {
        (tool.removeprefix("run "), network): heights(one)
        for (tool, network), one in found.items()
        if tool.startswith("run ") and one["state"] == "run"
    }
    rows = []
    for (tool, network), one in found.items():
        if not tool.startswith("run "):
            ours = found[f"shapealg ({OURS.get(one.get('framework'), 'PyTorch')})", network]
            ran = truth.get((one.get("framework"), network), {})
            rows.append(row(one, ran, ours, NETWORKS[network].example))
    networks = [
        {"network": name, "example": told.example, "largest": told.largest}
        | {
            framework: ran_as_text(truth, framework, name)
            for framework in ("torch", "onnx", "jax", "keras")
        }
        for name, told in NETWORKS.items()
    ]
    return {"networks": networks, "answers": rows}


def ran_as_text(truth: dict, framework: str, name: str) -> str | None:
    """The sizes at which a network ran; None where it cannot be written."""
    ran = truth.get((framework, name))
    return None if ran is None else runs(ran)


def heights(one: dict) -> dict:
    """Size → height; JSON's names are texts."""
    return {int(n): height for n, height in one.get("heights", {}).items()}


def row(one: dict, ran: dict, ours: dict, example: int) -> dict:
    """One answer, judged."""
    told = {name: one.get(name) for name in ("tool", "network", "framework", "way", "state")}
    told |= {name: one.get(name) for name in ("formula", "says", "sizes")}
    said = heights(one) if one.get("heights") is not None else None
    meant = ran  # a formula that comes with sizes is meant for these
    if one.get("way") != "asked" and said is not None:
        meant = {n: made for n, made in ran.items() if n in said}
    return (
        told
        | of_formula(one.get("formula"), meant, example)
        | of_sizes(said, ran)
        | times(one, ours)
    )


def of_formula(formula: str | None, ran: dict, example: int) -> dict:
    """Whether a formula gives what came out, wherever something came out."""
    if formula is None:
        return {"formula_is": NONE, "formula_wrong_at": None}
    wrong = [n for n, made in ran.items() if exactly(formula, n, example) != made]
    return {"formula_is": WRONG if wrong else RIGHT, "formula_wrong_at": min(wrong, default=None)}


def of_sizes(said: dict | None, ran: dict) -> dict:
    """Whether the sizes that a tool does not refuse are those that run; `missing` run and are
    refused, `admitted` are not refused and do not run; and whether the size it tells there comes
    out.
    """
    if said is None:
        return {"sizes_are": NONE} | dict.fromkeys(COLUMNS)
    missing, admitted = sorted(set(ran) - set(said)), sorted(set(said) - set(ran))
    other = [n for n, made in ran.items() if said.get(n, made) not in (made, None)]
    values = (
        runs(said),
        len(missing),
        min(missing, default=None),
        len(admitted),
        min(admitted, default=None),
        min(other, default=None),
    )
    are = WRONG if missing or admitted else RIGHT
    return {"sizes_are": are} | dict(zip(COLUMNS, values, strict=True))


COLUMNS = (
    "taken",
    "missing",
    "missing_first",
    "admitted",
    "admitted_first",
    "height_wrong_at",
)


def times(one: dict, ours: dict) -> dict:
    """Seconds, and how many times ours: each measured by the machine's speed at the moment."""
    if "warm" not in one:
        return dict.fromkeys(("first", "warm", "rounds", "ratio"))
    ratio = None
    if "warm" in ours:
        ratio = one["warm"] / one["ruler"] / (ours["warm"] / ours["ruler"])
    return {
        "first": float(f"{one['first']:.3g}"),
        "warm": float(f"{one['warm']:.3g}"),
        "rounds": one["rounds"],
        "ratio": ratio and float(f"{ratio:.2g}"),
    }
