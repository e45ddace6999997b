"""The arrays the engine passes around; one entry a period, oldest first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]
Slots = NDArray[np.int64]
"""Places in the season: day of the week, month of the year."""
