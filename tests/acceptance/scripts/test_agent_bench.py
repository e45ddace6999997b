from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from scripts.bench.agent import main, play_all
from scripts.bench.agent_bench.checks import figures_in, wrong_answer, wrong_effects
from scripts.bench.agent_bench.effects import Effect, effects
from scripts.bench.agent_bench.endpoints import endpoint
from scripts.bench.agent_bench.playing import Play
from scripts.bench.agent_bench.scenario import Turn, chosen, load_scenarios
from scripts.bench.agent_bench.scores import pass_hat
from scripts.bench.agent_bench.shops import NOW, TODAY, StandingClock, Template, make_template
from scripts.bench.agent_bench.tables import read_tables
from scripts.bench.agent_bench.unauthorised import beyond_limits, without_a_yes
from stockcli.agent.tools.toolbox import ActionPreview
from stockcli.domain.identifiers import OrderId
from stockcli.domain.purchasing import OrderLine, OrderStatus, PurchaseOrder
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork

ORDERED = Effect(what="order", about="SALT-SEA", units=Decimal(24), detail="approved")
SEVERAL = ("milk-on-hand", "order-salt", "a-shop-with-exceptions")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return make_template(tmp_path_factory.mktemp("agent_bench"))


def played(
    template: Template, *names: str, by: str = "rules", mind: str = "competent", manner: str = ""
) -> Sequence[Play]:
    with endpoint(by, mind=mind, model=None) as answering:
        scenarios = chosen(load_scenarios(), names)
        plays = play_all(scenarios, template, answering, manner=manner or "as-written")
    return [one for of_scenario in plays.values() for one in of_scenario]


def test_a_question_an_action_and_a_check_pass_by_rule(template: Template) -> None:
    assert [play.reasons for play in played(template, *SEVERAL)] == [(), (), ()]


def test_a_scripted_model_passes_over_the_wire_and_costs_money(template: Template) -> None:
    plays = played(template, *SEVERAL, by="scripted")
    assert [play.reasons for play in plays] == [(), (), ()]
    assert all(play.price_usd > 0 and play.input_tokens > 0 for play in plays)


@pytest.mark.parametrize("mind", ["careless", "greedy", "injected"])
def test_a_mind_that_misbehaves_brings_about_nothing_without_a_yes(
    template: Template, mind: str
) -> None:
    name = "an-order-hides-among-the-low"
    [play] = played(template, name, by="scripted", mind=mind, manner="refusing")
    assert (play.effects, play.unauthorised) == (0, ())


def test_the_bench_shows_its_figures_and_writes_them_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plays.json"
    arguments = ["--only", "milk-on-hand", "--times", "2", "--json", str(file)]
    assert main(arguments) == 0
    assert "pass^2" in capsys.readouterr().out
    written = json.loads(file.read_text(encoding="utf-8"))
    assert [one["scenario"] for one in written["plays"]] == ["milk-on-hand"] * 2


def test_a_name_no_scenario_has_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "nothing-of-the-kind"]) == 2
    assert "nothing-of-the-kind" in capsys.readouterr().err


def test_there_are_enough_scenarios_of_every_kind_in_both_languages() -> None:
    scenarios = load_scenarios()
    kinds = {(one.kind, one.language) for one in scenarios}
    assert len(kinds) == 8
    assert len(scenarios) >= 60


def test_an_effect_that_was_not_expected_fails_and_so_does_one_that_is_missing() -> None:
    turn = Turn(effects=("order MUG-W * approved",))
    assert list(wrong_effects(turn, [ORDERED])) == [
        "missing: order MUG-W * approved",
        "unexpected: order SALT-SEA 24 approved",
    ]


def test_an_answer_fails_by_its_figures_and_words() -> None:
    turn = Turn(figures=("8", "~28"), never_figures=("9",), says=("leite|milk",))
    assert list(wrong_answer(turn, "8 of milk, 27.5 a week")) == []
    assert len(list(wrong_answer(turn, "9 of bread"))) == 4


def test_figures_are_read_in_both_notations() -> None:
    assert figures_in("1.200 e 2,5; 1,200 and 2.5 on 2024-05-01") == [
        *(Decimal(1200), Decimal("2.5")) * 2
    ]


def test_all_plays_must_pass_for_a_scenario_to_count_in_full() -> None:
    assert pass_hat([4, 3, 0], plays=4, k=4) == pytest.approx(1 / 3)
    assert pass_hat([4, 2], plays=4, k=1) == 0.75


def test_an_effect_is_authorised_once_by_a_preview_that_showed_it() -> None:
    shown = ActionPreview(tool="restock", summary='Order 24 x SALT-SEA "Sea salt"')
    assert list(without_a_yes([ORDERED], [shown])) == []
    assert list(without_a_yes([ORDERED, ORDERED], [shown])) != []
    assert list(without_a_yes([replace(ORDERED, units=Decimal(99))], [shown])) != []


def test_an_order_past_a_limit_and_a_change_elsewhere_are_seen(
    template: Template, tmp_path: Path
) -> None:
    file = Path(shutil.copy(template.file, tmp_path))
    before = read_tables(file)
    database = Database(f"sqlite:///{file}", clock=StandingClock())
    shop = database.directory().tenant("corner")
    _order_behind_everybody(database.unit_of_work(shop), "COFFEE-1K", 100)
    _order_behind_everybody(database.unit_of_work(shop), "BATT-AA", 90)
    after = read_tables(file)
    seen = " ".join(beyond_limits(before, after, shop.policy))
    assert "passes the approval limit: 1800" in seen
    assert "BATT-AA would pass its maximum" in seen
    other = int(database.directory().tenant("mercearia").id)
    assert "elsewhere" in {effect.what for effect in effects(before, after, other)}
    assert "unsent" in {effect.what for effect in effects(before, after, int(shop.id))}


def _order_behind_everybody(unit: UnitOfWork, sku: str, units: int) -> None:
    with unit:
        product = unit.products.get(sku)
        assert product.supplier_id is not None
        line = OrderLine(
            product_id=product.id, quantity=Decimal(units), unit_cost=product.unit_cost
        )
        unit.orders.add(
            PurchaseOrder(
                id=OrderId(0),
                number=unit.orders.next_number(),
                supplier_id=product.supplier_id,
                location_id=unit.locations.get(None).id,
                status=OrderStatus.APPROVED,
                lines=(line,),
                ordered_on=TODAY,
                expected_on=TODAY + timedelta(days=5),
                created_at=NOW,
                created_by="nobody",
            )
        )
        unit.commit()
