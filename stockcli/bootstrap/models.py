"""Which model answers here: from a name to who is asked, and what that costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from stockcli.settings import DEFAULT_MODEL, OPENAI_PREFIX, RULES, Settings

if TYPE_CHECKING:
    from stockcli.agent.costs.pricing import PriceList
    from stockcli.agent.providers.base import Provider
    from stockcli.usecases.ports import BatchReviewer, ModelGate


@dataclass(frozen=True)
class Models:
    """The language models these settings reach.

    Attributes:
        open_gate: opens the gate that the calls of all processes pass.
    """

    settings: Settings
    open_gate: Callable[[], ModelGate]

    @cached_property
    def gate(self) -> ModelGate:
        """Return the gate, with the limits of these settings written down."""
        return self.open_gate()

    @cached_property
    def prices(self) -> PriceList:
        """Return what models cost.

        Raises:
            InvalidInputError: the file of one's own prices cannot be used.
        """
        from stockcli.agent.costs.price_files import prices_with

        return prices_with(self.settings.prices_file)

    def ensure_prices(self) -> None:
        """Read the prices where a model may be asked: a bad file is told once, before any shop.

        Raises:
            InvalidInputError: the file of one's own prices cannot be used.
        """
        if not self.settings.why_no_model():
            _ = self.prices

    def names(self) -> tuple[str, ...]:
        """Return the names of the models that may be asked here and whose price is known."""
        known = (self.settings.model, *self.prices.models, RULES)
        return tuple(dict.fromkeys(name for name in known if self._can_answer(name)))

    def knows_price(self, name: str) -> bool:
        """Return whether a model's price is known; one that is not is booked like the dearest.

        Raises:
            InvalidInputError: the file of one's own prices cannot be used.
        """
        price = self.prices.of(name)
        return any(price is known for known in self.prices.models.values())

    def _can_answer(self, name: str) -> bool:
        return name == RULES or not self.settings.why_no_model(name)

    def provider(self, name: str) -> Provider:
        """Return who answers under a model's name, which can be asked.

        Raises:
            ProviderError: what asks it is not installed.
        """
        if name not in self._providers:
            is_openai = name.startswith(OPENAI_PREFIX)
            asked = self._openai_compatible(name) if is_openai else self._claude(name)
            self._providers[name] = asked
        return self._providers[name]

    @cached_property
    def _providers(self) -> dict[str, Provider]:
        """Return the providers in use, one a model: what one learns of the network, all know."""
        return {}

    def _claude(self, model: str) -> Provider:
        from stockcli.agent.providers.claude import Claude
        from stockcli.agent.providers.gated import Gated

        claude = Claude(
            model=model,
            api_key=self.settings.anthropic_api_key or "",
            base_url=self.settings.anthropic_base_url,
            on_rest=partial(self.gate.rest, "claude"),
        )
        return Gated(claude, self.gate, "claude")

    def _openai_compatible(self, model: str) -> Provider:
        from stockcli.agent.providers.gated import Gated
        from stockcli.agent.providers.openai_compatible import OpenAiCompatible

        server = OpenAiCompatible(
            model=model,
            api_key=self.settings.openai_api_key,
            base_url=self.settings.openai_base_url,
            on_rest=partial(self.gate.rest, "openai"),
        )
        return Gated(server, self.gate, "openai")

    def why_no_batch(self) -> str:
        """Return why no model can be asked in a batch; empty if one can."""
        if self.settings.model.startswith(OPENAI_PREFIX):
            return "only Claude takes batches"
        return self.settings.why_no_model()

    def why_no_collecting(self) -> str:
        """Return why no batch can be collected, whichever model is asked today; empty if one can.

        A batch that was sent needs the key alone; its row knows the model.
        """
        return self.settings.why_no_model(DEFAULT_MODEL)

    def batch_reviewer(self) -> BatchReviewer | None:
        """Return who takes reviews in a batch; None if no model can be asked that way.

        Raises:
            ProviderError: its address is none.
        """
        return None if self.why_no_batch() else self._batches(self.settings.model)

    def batch_collector(self) -> BatchReviewer | None:
        """Return who has the reviews that were sent in a batch; None without a key.

        Raises:
            ProviderError: its address is none.
        """
        return None if self.why_no_collecting() else self._batches(DEFAULT_MODEL)

    def _batches(self, model: str) -> BatchReviewer:
        from stockcli.agent.providers.claude_batches import ClaudeBatches
        from stockcli.agent.review.batch import ModelBatchReviewer

        _ = self.gate  # what is reserved for a batch counts against the limits, too
        service = ClaudeBatches(
            model=model,
            api_key=self.settings.anthropic_api_key or "",
            base_url=self.settings.anthropic_base_url,
        )
        return ModelBatchReviewer(service, self.prices)
