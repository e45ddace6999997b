"""PostgreSQL's fences: roles, policies and functions by which the database keeps shops apart.

A SQLite file has no roles: there the unit of work, the composite keys and the triggers do.
"""
