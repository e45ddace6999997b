"""The chat's tools that write: each can say beforehand exactly what it would do."""

from __future__ import annotations

from stockcli.agent.tools.change_actions import ChangeActions
from stockcli.agent.tools.order_actions import OrderActions
from stockcli.agent.tools.shelf_actions import ShelfActions
from stockcli.agent.tools.toolbox import Tool, tool


class ShopActions(OrderActions, ChangeActions, ShelfActions):
    """What may be done for one shop, each time after a person's yes; see ActionDesk."""

    def tools(self) -> list[Tool]:
        """Return the tools, in the order a model is told of them."""
        return [
            tool(self.restock, self._preview_restock),
            tool(self.receive_order, self._preview_receive_order),
            tool(self.change_order, self._preview_change_order),
            tool(self.set_minimum, self._preview_set_minimum),
            tool(self.clear_minimum, self._preview_clear_minimum),
            tool(self.snooze, self._preview_snooze),
            tool(self.notify_manager, self._preview_notify_manager),
        ]
