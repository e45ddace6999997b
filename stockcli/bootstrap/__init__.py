"""Composition root: settings -> App. The only file that knows every room."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockcli.bootstrap.engines import ForecasterWhenAsked
from stockcli.bootstrap.models import Models
from stockcli.credentials import Credentials, KeptToken, KeyringUse
from stockcli.domain.audit import Actor
from stockcli.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NoTenantError,
    ProviderError,
    StockError,
)
from stockcli.domain.shop import Identity, Role, Tenant
from stockcli.settings import RULES, Settings, load_settings

if TYPE_CHECKING:
    from stockcli.agent.chat.session import ChatSession
    from stockcli.domain.frequency import Frequency
    from stockcli.persistence.database import Database
    from stockcli.persistence.upkeep.service import Upkeep
    from stockcli.usecases.ports import (
        ChannelTrial,
        Courier,
        DayTable,
        Directory,
        Forecaster,
        ModelGate,
        Reviewer,
        SeriesSource,
        ThresholdTable,
        UnitOfWork,
    )
    from stockcli.usecases.ports.backtest import Backtester


LOCAL_OPERATOR = Identity(role=Role.OPERATOR, label="local")


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class App:
    """Everything a command needs, made when it is first asked for.

    Attributes:
        via: the command as it was typed, without its arguments; the audit log names it.
    """

    settings: Settings
    clock: SystemClock
    via: str = "stock"

    @cached_property
    def database_as_it_is(self) -> Database:
        """Return the database without a look at its tables: to examine it, or to upgrade it."""
        from stockcli.persistence.database import Database

        return Database(
            self.settings.database_url,
            clock=self.clock,
            token=self.token,
            statement_timeout_seconds=self.settings.statement_timeout_seconds,
        )

    @cached_property
    def database(self) -> Database:
        """Return the database, brought up to date where that is safe."""
        self.database_as_it_is.ensure_ready()
        return self.database_as_it_is

    @cached_property
    def upkeep(self) -> Upkeep:
        """Return what is done to the database as a whole, as it is."""
        return self.database_as_it_is.upkeep(self.settings.postgres_programs)

    @property
    def directory(self) -> Directory:
        """Return tenants and tokens; what is written there is signed by who may operate them."""
        return self.database.directory(self._signed(self._operating))

    def sign_in(self, secret: str) -> Identity:
        """Return whom a token stands for, whoever is asking.

        Raises:
            BadTokenError: it is no good.
        """
        return self.database.directory().authenticate(secret)

    def directory_for(self, shop: Tenant) -> Directory:
        """Return tenants and tokens, to change one shop: its own people sign what they write."""
        own = self.identity.tenant
        is_own = own is not None and own.id == shop.id
        return self.database.directory(self._signed(self.identity)) if is_own else self.directory

    @property
    def _operating(self) -> Identity | None:
        """Return who would operate all shops; None with a token that is no good."""
        if self.settings.token is None and self.settings.is_local:
            return LOCAL_OPERATOR
        try:
            return self.identity
        except StockError:
            return None

    def _signed(self, identity: Identity | None) -> Actor:
        """Return how the audit log names who writes."""
        if identity is None:
            return Actor(who="nobody", via=self.via)
        return Actor(who=identity.author, via=self.via, token_id=identity.token_id)

    @property
    def credentials(self) -> Credentials:
        """Return where `stock login` keeps a token."""
        use = KeyringUse(self.settings.keyring)
        return Credentials(file=self.settings.credentials_file, use=use)

    @cached_property
    def kept_token(self) -> KeptToken | None:
        """Return the token that `stock login` kept, and where."""
        return self.credentials.read()

    @property
    def token(self) -> str | None:
        """Return STOCK_TOKEN, else the token `stock login` kept; then nothing else is looked at."""
        if self.settings.token:
            return self.settings.token
        return self.kept_token.token if self.kept_token else None

    @cached_property
    def identity(self) -> Identity:
        """Return who is asking: whom the token stands for, else an operator at the machine.

        Whoever can open the database itself needs no token to operate it; a shop's own
        commands need one all the same.

        Raises:
            BadTokenError: a token was given, and it is no good.
            NoTenantError: none was given, and the database's user sees nothing without one.
        """
        if self.token is None:
            if self.database.serves_shops_only:
                raise NoTenantError
            return LOCAL_OPERATOR
        return self.sign_in(self.token)

    def ensure_token(self) -> None:
        """Pass while the token that was given is still good.

        Raises:
            BadTokenError: it was revoked meanwhile, or it expired.
        """
        if self.token is not None:
            self.sign_in(self.token)

    def require_operator(self) -> Identity:
        """Return the operator who is asking.

        A token that `stock login` kept chooses a shop; it takes nothing from whoever holds the
        database file itself. STOCK_TOKEN does: it says as whom the command runs.

        Raises:
            NotAllowedError: the token is a shop's.
        """
        if self.settings.token is None and self.settings.is_local:
            return LOCAL_OPERATOR
        if self.token is None and self.database.serves_shops_only:
            message = "this database user works for one shop at a time, by its token"
            hint = "operators and cron use the address of stock_operator in STOCK_DATABASE_URL"
            raise NotAllowedError(message, hint)
        if self.identity.role is not Role.OPERATOR:
            article = "a" if self.identity.role is Role.MANAGER else "an"
            message = f"{article} {self.identity.role}'s token may not do this"
            raise NotAllowedError(message, self._way_out)
        return self.identity

    @property
    def _way_out(self) -> str:
        """Return how whoever shows a shop's token can operate all shops."""
        if self.settings.token is not None:
            return "use an operator's token, or none on the machine itself"
        return "you are logged in to a shop: `stock logout`, or set STOCK_TOKEN to an operator's"

    def unit(self, *, writes: bool = False) -> UnitOfWork:
        """Return the unit of work of the one shop the token opens.

        Raises:
            NoTenantError: no token, or an operator's.
            NotAllowedError: it would write, and the token may only read.
        """
        if self.identity.tenant is None:
            raise NoTenantError
        if writes and self.identity.role is Role.ANALYST:
            message = "an analyst's token reads only"
            raise NotAllowedError(message, "ask a manager, or your operator for a manager's token")
        return self.database.unit_of_work(self.identity.tenant, self._signed(self.identity))

    def unit_for(self, shop: Tenant) -> UnitOfWork:
        """Return the unit of work of a shop, for an operator.

        Raises:
            NotAllowedError: the token is a shop's.
        """
        return self.database.unit_of_work(shop, self._signed(self.require_operator()))

    def forecaster(self, workers: int | None = None) -> Forecaster:
        """Return the forecast engine, on so many processes; None is as many as there are cores."""
        return ForecasterWhenAsked(workers or os.cpu_count() or 1)

    def series_file(self, path: Path, frequency: Frequency) -> SeriesSource:
        """Return the series of a CSV or Parquet file; no database is opened for it.

        Raises:
            InvalidInputError: the file cannot be read, or holds no usable row.
        """
        from stockcli.persistence.series_files import open_series_file

        return open_series_file(path, frequency)

    def day_table(self, path: Path, columns: Mapping[str, str]) -> DayTable:
        """Return a CSV or Parquet file of daily sales, staged on disk.

        Args:
            path: of the file.
            columns: those that were named, by field.

        Raises:
            InvalidInputError: it cannot be read, or lacks a column.
        """
        from stockcli.persistence.day_tables import StagedDayTable

        return StagedDayTable(path, columns)

    def threshold_file(self, path: Path, *, source: Path) -> ThresholdTable:
        """Return where thresholds are written as CSV or Parquet, by the file's ending.

        Raises:
            InvalidInputError: it is the source itself, or cannot be written or replaced.
        """
        from stockcli.persistence.threshold_tables import open_threshold_file

        return open_threshold_file(path, source)

    def backtester(self, workers: int | None = None) -> Backtester:
        """Return who judges past thresholds, on so many processes; None: as many as cores."""
        from stockcli.forecasting.backtest import RollingBacktester

        return RollingBacktester(self.forecaster(workers))

    @cached_property
    def models(self) -> Models:
        """Return the language models in reach."""
        return Models(self.settings, self._model_gate)

    def _model_gate(self) -> ModelGate:
        return self.database.model_gate(self.settings.model_limits)

    def reviewer(self, unit: UnitOfWork, *, agent: bool = True) -> Reviewer:
        """Return who decides about low products: the model, or the rules with the reason why."""
        from stockcli.usecases.deciding import RuleReviewer

        if not agent:
            return RuleReviewer(remark="decided by rule, as asked (--no-agent)")
        if not unit.tenant.policy.agent_enabled:
            return RuleReviewer(remark="decided by rule: the agent is switched off for this shop")
        if reason := self.settings.why_no_model():
            return RuleReviewer(remark=f"decided by rule: {reason}")
        from stockcli.agent.review.reviewer import ModelReviewer

        try:
            provider, prices = self.models.provider(self.settings.model), self.models.prices
        except (ProviderError, InvalidInputError) as error:
            return RuleReviewer(remark=f"decided by rule: {error.message}")
        return ModelReviewer(provider, unit, self.clock, prices=prices)

    def replayer(self, unit: UnitOfWork, model: str | None = None) -> Reviewer | None:
        """Return who is asked again about a run; None for the rules.

        Args:
            model: its name; None takes STOCK_MODEL's.

        Raises:
            NotAllowedError: the token reads only, or the shop switched the model off.
            ProviderError: no such model can be asked.
        """
        if model == RULES:
            return None
        if reason := self.settings.why_no_model(model):
            raise ProviderError(f"nobody can be asked again: {reason}", "--model rules asks none")
        if not unit.tenant.policy.agent_enabled:
            message = "the language model is switched off for this shop"
            raise NotAllowedError(message, "--model rules asks none")
        if self.identity.role is Role.ANALYST:
            raise NotAllowedError("an analyst's token spends no money", "--model rules asks none")
        from stockcli.agent.review.reviewer import ModelReviewer

        provider = self.models.provider(model or self.settings.model)
        return ModelReviewer(
            provider, unit, self.clock, purpose="replay", prices=self.models.prices
        )

    def replace_file(self, file: Path, content: bytes, *, mode: int) -> None:
        """Write a file whole, or leave the one that is there as it is.

        Raises:
            InvalidInputError: no file can be made there.
            DatabaseError: it cannot be written.
        """
        from stockcli.persistence.upkeep.files import appearing

        with appearing(file, replace=True, mode=mode) as partial:
            partial.write_bytes(content)

    def courier(self) -> Courier:
        """Return who carries messages out of the house."""
        from stockcli.notifications.courier import HouseCourier
        from stockcli.notifications.mail import MailServer

        url, sender = self.settings.smtp_url, self.settings.mail_from
        return HouseCourier(
            folder=self.settings.home / "sent",
            mail=MailServer.of(url, sender or "") if url else None,
            may_be_private=self.settings.allow_private_webhooks,
        )

    def try_channels(self, shop: Tenant) -> list[ChannelTrial]:
        """Send a test message to every channel of a shop now."""
        from stockcli.notifications.channels import try_channels

        return try_channels(shop, self.clock.now().isoformat())

    def chat(
        self, unit: UnitOfWork, *, confirm: Callable[[Any], bool], model: str | None = None
    ) -> ChatSession:
        """Return a conversation: with the model, or with the rule-based assistant without one."""
        from stockcli.agent.chat.opening import open_session

        name = model or self.settings.model
        is_allowed = unit.tenant.policy.agent_enabled and not self.settings.why_no_model(name)
        session = open_session(
            self.models.provider(name) if is_allowed else None,
            unit,
            self.clock,
            forecaster=self.forecaster,
            author=self.identity.author,
            may_write=self.identity.role is Role.MANAGER,
            confirm=confirm,
            prices=self.models.prices,
            ensure_allowed=self.ensure_token,
        )
        unit.sign_via(f"{self.via}, {session.model}")
        return session


def make_app(settings: Settings | None = None, *, via: str = "stock") -> App:
    """Return the application of this environment.

    Args:
        via: the command as it was typed, without its arguments.
    """
    return App(settings or load_settings(), SystemClock(), via)
