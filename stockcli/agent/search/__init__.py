"""Which product or supplier somebody meant, in whatever words."""
