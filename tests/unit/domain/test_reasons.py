from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from stockcli.domain.decisions import Action, decide_by_rule
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.purchasing import Spending, needs_approval
from stockcli.domain.reasons import Reason, told_apart
from tests.integration.agent.candidates import low

SPENT = Spending(today=Decimal("90.00"), this_month=Decimal("400.00"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"on_hand": Decimal(-3)}, {"reason": "count_first", "units": "-3"}),
        ({"supplier": ""}, {"reason": "no_supplier"}),
        (
            {"suggested_quantity": Decimal(5000), "mean_per_day": 10.0, "is_manual": False},
            {"reason": "lasts_too_long", "days": "500"},
        ),
    ],
)
def test_why_the_rules_ask_a_person_is_told_apart(
    changes: Mapping[str, Any], told: Mapping[str, str]
) -> None:
    proposal = decide_by_rule(low(StockKey(ProductId(1), LocationId(1)), "TEA", **changes))
    assert proposal.action is Action.NOTIFY
    assert told_apart(proposal.reason) == told


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"approval_limit": Decimal(20)}, {"reason": Reason.APPROVAL_LIMIT, "limit": "20"}),
        (
            {"daily_limit": Decimal(100)},
            {"reason": Reason.DAILY_LIMIT, "already": "90.00", "limit": "100"},
        ),
        (
            {"monthly_limit": Decimal("410.50")},
            {"reason": Reason.MONTHLY_LIMIT, "already": "400.00", "limit": "410.5"},
        ),
    ],
)
def test_which_limit_an_order_passes_is_told_apart(
    limits: Mapping[str, Decimal], told: Mapping[str, str]
) -> None:
    reason = needs_approval(Decimal("24.00"), spent=SPENT, **limits)
    assert told_apart(reason) == {"total": "24.00", **told}


@pytest.mark.parametrize("words", ["", "the baker closes", "its total is high"])
def test_other_words_stay_as_they_are(words: str) -> None:
    assert told_apart(words) == {"reason": "words", "words": words}
