"""stock: an assistant that keeps shops' shelves full."""

__version__ = "0.1.0"
