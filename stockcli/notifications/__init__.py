"""How messages leave the house: alerts through Apprise, orders into the supplier's folder."""
