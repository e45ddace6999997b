"""The same harness finds every breach that is there: fences broken on purpose must leak."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.integration.attacks.building import BUILDING
from tests.integration.attacks.calling import FUNCTIONS
from tests.integration.attacks.harness import Attack, attack, carried_out, state
from tests.integration.attacks.meddling import MEDDLING, locks_tables
from tests.integration.attacks.reading import READING
from tests.integration.attacks.setting import SETTINGS
from tests.integration.attacks.world import World
from tests.integration.attacks.writing import WRITING, product

_ALL = (*READING, *WRITING, *SETTINGS, *FUNCTIONS, *BUILDING, *MEDDLING)
NAMED = {one.name: one for one in _ALL}
_PEEK = (
    (
        "CREATE FUNCTION public.peek() RETURNS SETOF public.product LANGUAGE sql SECURITY DEFINER "
        "AS 'SELECT * FROM public.product'"
    ),
    "ALTER FUNCTION public.peek() OWNER TO stock_owner",
    "GRANT EXECUTE ON FUNCTION public.peek() TO stock_app",
)
_LOOK = attack("looks through a function of the owner's", "SELECT * FROM public.peek()")


@dataclass(frozen=True, kw_only=True)
class Control:
    """A breakage, an attack, and how the breach begins that the harness must report."""

    name: str
    breakage: tuple[str, ...]
    tried: Attack
    found: str


CONTROLS = (
    Control(
        name="a policy that trusts a setting",
        breakage=(
            (
                "CREATE POLICY trusting ON product FOR SELECT TO stock_app "
                "USING (tenant_id = current_setting('stock.tenant_id', true)::bigint)"
            ),
        ),
        tried=NAMED["invents settings of its own"],
        found="seen",
    ),
    Control(
        name="a table whose owner passes its walls",
        breakage=(*_PEEK, "ALTER TABLE product NO FORCE ROW LEVEL SECURITY"),
        tried=_LOOK,
        found="seen",
    ),
    Control(
        name="a view with its owner's rights",
        breakage=(
            "CREATE VIEW public.peek AS SELECT * FROM product",
            "GRANT SELECT ON public.peek TO stock_app",
        ),
        tried=attack("looks through a view", "SELECT * FROM public.peek"),
        found="seen",
    ),
    Control(
        name="a whole table that may be updated",
        breakage=("GRANT UPDATE ON product TO stock_app",),
        tried=Attack(name="locks tables", steps=locks_tables),
        found="blocked",
    ),
    Control(
        name="a column that says whose a row is, and may be changed",
        breakage=(
            "GRANT UPDATE (tenant_id) ON import_record TO stock_app",
            "CREATE POLICY lax ON import_record FOR UPDATE USING (true) WITH CHECK (true)",
        ),
        tried=NAMED["moves its rows to the neighbour"],
        found="touched: import_record",
    ),
    Control(
        name="rows that are not checked when they are added",
        breakage=("CREATE POLICY lax ON product FOR INSERT TO stock_app WITH CHECK (true)",),
        tried=attack("adds a product", product("<south>")),
        found="touched: product",
    ),
    Control(
        name="policies for the managers' role",
        breakage=("ALTER POLICY app_reads ON product TO stock_app",),
        tried=NAMED["disowns what the managers' roles own"],
        found="blocked: signed in",
    ),
    Control(
        name="statistics of a table without walls",
        breakage=("ALTER TABLE product DISABLE ROW LEVEL SECURITY",),
        tried=NAMED["reads the planner's statistics"],
        found="seen",
    ),
    Control(
        name="functions of the server that are open to all",
        breakage=("GRANT EXECUTE ON FUNCTION pg_try_advisory_lock(bigint) TO PUBLIC",),
        tried=NAMED["takes advisory locks"],
        found="seen",
    ),
    Control(
        name="a schema that anybody may build in",
        breakage=(
            "GRANT CREATE ON SCHEMA public TO PUBLIC",
            "GRANT USAGE ON LANGUAGE sql TO PUBLIC",
        ),
        tried=NAMED["writes functions of its own"],
        found="touched: functions",
    ),
    Control(
        name="sums that may be written by hand",
        breakage=(
            "GRANT INSERT, UPDATE ON sales_day TO stock_app",
            "CREATE POLICY lax ON sales_day USING (true)",
        ),
        tried=NAMED["writes what the ledger adds up to"],
        found="touched: sales_day",
    ),
)


# One server is enough to prove a harness.
pytestmark = pytest.mark.parametrize("world", ["bundled"], indirect=True)


@pytest.mark.parametrize("control", [pytest.param(one, id=one.name) for one in CONTROLS])
def test_a_broken_fence_leaks_and_the_harness_sees_it(control: Control, world: World) -> None:
    with world.broken(*control.breakage) as broken:
        breaches = carried_out(broken, control.tried, state(broken)).breaches
    assert any(breach.startswith(control.found) for breach in breaches), breaches


def test_whoever_owns_the_tables_sees_no_row_either(world: World) -> None:
    with world.broken(*_PEEK) as whole:
        assert carried_out(whole, _LOOK, state(whole)).breaches == ()


@pytest.mark.parametrize(
    "tried", [pytest.param(one.tried, id=one.name) for one in CONTROLS if one.tried != _LOOK]
)
def test_the_same_attack_comes_to_nothing_where_the_fences_stand(
    tried: Attack, world: World, untouched: dict[str, str]
) -> None:
    assert carried_out(world, tried, untouched).breaches == ()
