"""Two shops to try the program on: a real giftware shop, and a generated grocer's."""
