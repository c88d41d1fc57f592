"""ONNX's own backend test suite agrees with the dialect, case by case."""

import pytest
from needed import require

from shapealg.words.dialects import onnx as dialect


@pytest.fixture(scope="module")
def suite():
    require("onnx")
    from shapealg.checks import node_suite

    return node_suite


@pytest.mark.slow
def test_every_case_passes_or_says_why_not(suite):
    told = suite.run()
    assert told["failed"] == []
    assert len(told["passed"]) >= 180  # 188 in onnx 1.23.2
    assert set(told["out_of_scope"]) == set(suite.OUT_OF_SCOPE) and all(
        reason["zh"] and reason["en"] for reason in told["out_of_scope"].values()
    )


@pytest.mark.slow
def test_every_operator_but_one_has_cases(suite):
    asked = {
        case.model.graph.node[0].op_type
        for name, case in suite.cases().items()
        if name not in suite.OUT_OF_SCOPE
    }
    assert set(suite.OPERATORS) - asked == {"GlobalLpPool"}


@pytest.mark.slow
def test_a_wrong_pooling_is_noticed(suite, monkeypatch):
    # neither SAME nor ceil_mode
    monkeypatch.setattr(dialect._Pool, "_axis", lambda self, i: self._placed(i))
    failed = {entry["case"] for entry in suite.run()["failed"]}
    assert {"test_maxpool_2d_ceil", "test_averagepool_2d_same_upper"} <= failed
