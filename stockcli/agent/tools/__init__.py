"""The tools a model may call, and the box that checks, asks and runs them."""
