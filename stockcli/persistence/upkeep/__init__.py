"""Upkeep of a database: is it sound, backups, and shops that leave with what is theirs."""
