"""What a model costs: prices, and the month's budget."""
