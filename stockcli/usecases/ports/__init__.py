"""What the use cases need of the world: protocols that the outer rooms fulfil.

Repositories take sets and return sets, are bound to one tenant, and never commit.
"""

from stockcli.usecases.ports.audit import AuditLog
from stockcli.usecases.ports.batches import (
    BatchReply,
    BatchReviewer,
    BatchState,
    PreparedReview,
    ReviewBatch,
    ReviewBatches,
)
from stockcli.usecases.ports.catalogue import Locations, Products, Suppliers
from stockcli.usecases.ports.day_tables import (
    LOAD,
    DayChunk,
    DaySales,
    DayTable,
    LeftOut,
    Reading,
    ShopPlaces,
)
from stockcli.usecases.ports.directory import Directory, RotatedToken, TokenFacts
from stockcli.usecases.ports.engines import (
    ChannelTrial,
    Courier,
    Forecaster,
    Progress,
    Review,
    Reviewer,
    ReviewRequest,
)
from stockcli.usecases.ports.model_gate import Entry, ModelGate
from stockcli.usecases.ports.records import (
    Conversation,
    Conversations,
    ImportRecord,
    Imports,
    ModelCalls,
    Snapshot,
    Snapshots,
)
from stockcli.usecases.ports.series import (
    THRESHOLD_COLUMNS,
    SeriesRecord,
    SeriesSource,
    SeriesThreshold,
    ThresholdTable,
)
from stockcli.usecases.ports.stock import Calendar, Ledger, Minimums, Thresholds
from stockcli.usecases.ports.trade import (
    Alerts,
    CheckRun,
    Decisions,
    Orders,
    Outbox,
    OutboxMessage,
    Runs,
)
from stockcli.usecases.ports.work import Allowances, Clock, UnitOfWork

__all__ = [
    "LOAD",
    "THRESHOLD_COLUMNS",
    "Alerts",
    "Allowances",
    "AuditLog",
    "BatchReply",
    "BatchReviewer",
    "BatchState",
    "Calendar",
    "ChannelTrial",
    "CheckRun",
    "Clock",
    "Conversation",
    "Conversations",
    "Courier",
    "DayChunk",
    "DaySales",
    "DayTable",
    "Decisions",
    "Directory",
    "Entry",
    "Forecaster",
    "ImportRecord",
    "Imports",
    "Ledger",
    "LeftOut",
    "Locations",
    "Minimums",
    "ModelCalls",
    "ModelGate",
    "Orders",
    "Outbox",
    "OutboxMessage",
    "PreparedReview",
    "Products",
    "Progress",
    "Reading",
    "Review",
    "ReviewBatch",
    "ReviewBatches",
    "ReviewRequest",
    "Reviewer",
    "RotatedToken",
    "Runs",
    "SeriesRecord",
    "SeriesSource",
    "SeriesThreshold",
    "ShopPlaces",
    "Snapshot",
    "Snapshots",
    "Suppliers",
    "ThresholdTable",
    "Thresholds",
    "TokenFacts",
    "UnitOfWork",
]
