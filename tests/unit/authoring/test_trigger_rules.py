from __future__ import annotations

import pytest

from headway import DAG, TriggerRule
from headway.errors import DagFileError
from headway.operators.empty import EmptyOperator

RULES = [
    "all_success",
    "all_failed",
    "all_done",
    "all_done_min_one_success",
    "all_skipped",
    "one_success",
    "one_failed",
    "one_done",
    "none_failed",
    "none_skipped",
    "none_failed_min_one_success",
    "always",
    "all_done_setup_success",
]


def test_the_rules_are_exactly_these():
    assert {rule.value for rule in TriggerRule} == set(RULES)
    assert TriggerRule.all_triggers() == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_task_takes_each_rule_as_text_and_as_member(rule):
    with DAG("d"):
        assert EmptyOperator(task_id="text", trigger_rule=rule).trigger_rule is TriggerRule(rule)
        assert EmptyOperator(task_id="member", trigger_rule=TriggerRule[rule.upper()]).trigger_rule == rule


@pytest.mark.parametrize(
    ("old", "rule"), [("dummy", "always"), ("none_failed_or_skipped", "none_failed_min_one_success")]
)
def test_old_names_mean_the_present_rules(old, rule):
    assert TriggerRule(old) is TriggerRule(rule)
    assert getattr(TriggerRule, old.upper()) is TriggerRule(rule)
    assert TriggerRule.is_valid(old)


def test_an_unknown_rule_is_refused_with_the_list():
    with DAG("d"), pytest.raises(DagFileError, match=r"trigger_rule: expected one of all_success.*got 'all_sucess'"):
        EmptyOperator(task_id="t", trigger_rule="all_sucess")
