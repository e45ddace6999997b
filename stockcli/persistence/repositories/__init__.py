"""Repositories: sets in, sets out, bound to one tenant's transaction; none commits."""
