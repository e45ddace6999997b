"""The command line: one module per command group; each opens a shop, calls a use case, prints."""
