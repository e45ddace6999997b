"""Where the facts are kept: tables, repositories, the unit of work, tenants and tokens."""
