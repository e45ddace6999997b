"""The rule-based assistant: the common questions, in English and in Portuguese, without a model."""
