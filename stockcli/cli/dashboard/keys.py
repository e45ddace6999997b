"""The keys of the dashboard: those that are shown fit 80 columns, the help has all of them."""

from __future__ import annotations

from textual.binding import Binding, BindingType

KEYS: list[BindingType] = [
    Binding("1", "list('low')", show=False),
    Binding("2", "list('orders')", show=False),
    Binding("3", "list('alerts')", show=False),
    Binding("left", "turn_list(-1)", show=False),
    Binding("right", "turn_list(1)", show=False),
    Binding("o", "order", "Order"),
    Binding("a", "approve", "Approve"),
    Binding("s", "snooze", "Snooze"),
    Binding("c", "cancel", "Cancel"),
    Binding("f", "forecast", "Forecast"),
    Binding("p", "plot", "Plot", show=False),
    Binding("slash", "filter", "Filter", key_display="/"),
    Binding("r", "refresh", "Refresh", show=False),
    Binding("question_mark", "help", "Help", key_display="?"),
    Binding("q", "quit", "Quit"),
    Binding("ctrl+c", "quit", show=False, priority=True),
    Binding("ctrl+z", "suspend_process", show=False, priority=True),
    Binding("escape", "leave", show=False),
]
