"""Decisions about low products: what a model is shown, and what it may propose."""
