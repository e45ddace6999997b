"""Pure rules and facts of the trade: standard library only, no I/O, no clock."""
