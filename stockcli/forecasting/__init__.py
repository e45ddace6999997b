"""What each product may sell: numpy, scipy and statsmodels behind one engine."""
