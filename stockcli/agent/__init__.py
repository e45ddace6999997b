"""The assistant: a small loop around a language model, and the tools it may use."""
