"""Where a lead time comes from, and whom else a product may be bought from, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from stockcli.domain.decisions import Candidate
from stockcli.domain.demand import LeadTime
from stockcli.domain.lead_times import STATED_WEIGHS_DELIVERIES, LeadTimeRecord
from stockcli.domain.offers import SourceOffer
from stockcli.domain.quantity import plain
from stockcli.domain.replenishment import Threshold
from stockcli.usecases.why_facts import Sourcing

SAME_DAYS = 0.05
"""Lead times that differ by less are told as one: they are written with one decimal."""


def sourcing_sentences(
    sourcing: Sourcing, candidate: Candidate, threshold: Threshold | None
) -> tuple[str, ...]:
    """Return what is stated, what was learnt, what is used, and who else delivers."""
    return (
        *_where_from(sourcing),
        *_changed_since(sourcing.lead_time, threshold),
        *(_other(one) for one in sourcing.offers[1:]),
        *([f"{candidate.source_reason}."] if candidate.source_reason else ()),
    )


def _where_from(sourcing: Sourcing) -> Iterator[str]:
    supplier, record = sourcing.supplier, sourcing.record
    if supplier is None or record is None:
        yield f"It has no supplier, so the shop's {_spread(sourcing.lead_time)} days are taken."
        return
    stated = f"{supplier.name} states {_spread(record.stated)} days"
    if not record.deliveries:
        yield f"{stated}; no delivery was booked yet, so these are counted on."
        return
    yield f"{stated}."
    yield _seen(record)
    if sourcing.learns:
        yield (
            f"{_spread(record.learnt)} days are counted on: learnt from those deliveries, where "
            f"what is stated weighs as much as {STATED_WEIGHS_DELIVERIES} of them."
        )
    else:
        yield "The shop wants what is stated to be counted on, whatever the deliveries say."


def _seen(record: LeadTimeRecord) -> str:
    took, share = record.actual_mean_days or 0.0, record.share_on_time or 0.0
    spread = f" ± {record.actual_sd_days:.1f}" if record.actual_sd_days is not None else ""
    count = "Its last delivery" if record.deliveries == 1 else f"Its last {record.deliveries}"
    noun = "" if record.deliveries == 1 else " deliveries"
    return (
        f"{count}{noun} took {took:.1f}{spread} days where {record.promised_mean_days or 0:.1f} "
        f"were expected; {share:.0%} came on time."
    )


def _changed_since(now: LeadTime, threshold: Threshold | None) -> Iterator[str]:
    before = threshold.breakdown.get("lead_time_days") if threshold else None
    if before is not None and abs(before - now.mean_days) >= SAME_DAYS:
        yield (
            f"The reorder point was computed with {before:g} days; the next check counts on "
            f"{now.mean_days:g}."
        )


def _other(offer: SourceOffer) -> str:
    breaks = "".join(
        f", {plain(one.unit_cost)} from {plain(one.from_quantity)} on" for one in offer.price_breaks
    )
    return (
        f"It can also be bought from {offer.supplier} in {offer.lead_time_days:.1f} days, at "
        f"{plain(offer.unit_cost)} each{breaks}."
    )


def _spread(lead_time: LeadTime) -> str:
    deviation = lead_time.standard_deviation_days
    return f"{lead_time.mean_days:.1f}" + (f" ± {deviation:.1f}" if deviation else "")
