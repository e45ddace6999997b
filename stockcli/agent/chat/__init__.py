"""A conversation: asked, answered, stored, gone on with."""
