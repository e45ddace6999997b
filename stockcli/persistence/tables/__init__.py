"""The tables, each a SQLModel class; importing this package registers them all.

Every row belongs to one tenant, and every reference carries the tenant beside the id, so that
no row can point into another shop. Repositories work on sets through `table_of`.
"""

from stockcli.persistence.tables.assistant import (
    ConversationRow,
    ModelCallRow,
    ModelGateRow,
    ReviewBatchRow,
    SnapshotRow,
)
from stockcli.persistence.tables.audit import AuditEntryRow
from stockcli.persistence.tables.base import Row, table_of
from stockcli.persistence.tables.catalogue import LocationRow, ProductRow, SupplierRow
from stockcli.persistence.tables.checking import (
    AlertRow,
    CheckLeaseRow,
    CheckRunRow,
    DecisionRow,
    OutboxRow,
)
from stockcli.persistence.tables.purchasing import PurchaseOrderLineRow, PurchaseOrderRow
from stockcli.persistence.tables.replenishment import ManualMinimumRow, ThresholdRow
from stockcli.persistence.tables.shop import (
    ApiTokenRow,
    ImportProfileRow,
    ImportRecordRow,
    ShopDayRow,
    SignInFailureRow,
    TenantRow,
    TenantStateRow,
    TokenRateRow,
)
from stockcli.persistence.tables.sourcing import (
    CategoryPolicyRow,
    ForecastRecordRow,
    ProductSourceRow,
    ProductSuccessorRow,
    StockTransferRow,
)
from stockcli.persistence.tables.stock import (
    DailyMovementRow,
    SalesDayRow,
    StockLevelRow,
    StockMovementRow,
)

metadata = Row.metadata

__all__ = [
    "AlertRow",
    "ApiTokenRow",
    "AuditEntryRow",
    "CategoryPolicyRow",
    "CheckLeaseRow",
    "CheckRunRow",
    "ConversationRow",
    "DailyMovementRow",
    "DecisionRow",
    "ForecastRecordRow",
    "ImportProfileRow",
    "ImportRecordRow",
    "LocationRow",
    "ManualMinimumRow",
    "ModelCallRow",
    "ModelGateRow",
    "OutboxRow",
    "ProductRow",
    "ProductSourceRow",
    "ProductSuccessorRow",
    "PurchaseOrderLineRow",
    "PurchaseOrderRow",
    "ReviewBatchRow",
    "Row",
    "SalesDayRow",
    "ShopDayRow",
    "SignInFailureRow",
    "SnapshotRow",
    "StockLevelRow",
    "StockMovementRow",
    "StockTransferRow",
    "SupplierRow",
    "TenantRow",
    "TenantStateRow",
    "ThresholdRow",
    "TokenRateRow",
    "metadata",
    "table_of",
]
