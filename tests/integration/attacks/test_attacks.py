"""A manager with raw SQL sees nothing of the neighbour, touches nothing, and blocks nobody."""

from __future__ import annotations

import pytest

from tests.integration.attacks.building import BUILDING
from tests.integration.attacks.calling import FUNCTIONS
from tests.integration.attacks.harness import Attack, carried_out
from tests.integration.attacks.meddling import MEDDLING
from tests.integration.attacks.reading import READING
from tests.integration.attacks.setting import SETTINGS
from tests.integration.attacks.world import World
from tests.integration.attacks.writing import WRITING

ATTACKS = (*READING, *WRITING, *SETTINGS, *FUNCTIONS, *BUILDING, *MEDDLING)


@pytest.mark.parametrize("tried", [pytest.param(one, id=one.name) for one in ATTACKS])
def test_nothing_comes_of_an_attack(tried: Attack, world: World, untouched: dict[str, str]) -> None:
    assert carried_out(world, tried, untouched).breaches == ()


def test_there_are_more_than_sixty_attacks_and_no_two_alike() -> None:
    assert len({one.name for one in ATTACKS}) == len(ATTACKS) > 60
