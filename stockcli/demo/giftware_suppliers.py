"""The giftware shop's suppliers and categories: generated, as the real data hold neither.

The names are made up, and so are the lead times; a category is guessed from words in the name.
"""

from __future__ import annotations

import re

from stockcli.demo.shapes import DemoSupplier

# First match wins, so what a thing is for comes before what it is.
CATEGORY_WORDS = {
    "christmas": r"christmas|xmas|pudding|pannetone|angels?",
    "toys": r"toys?|dolls?|marbles|ludo|snakes|crayons|skittles|childs|childrens|baby|balloons?"
    r"|modelling|drawing|piggy|feltcraft|egg cosy|erasers|stickers",
    "lights": r"lights?|t-lights?|candles?|candlepot|chocolatecandle|candlestick|lamp|lanterns?"
    r"|matches",
    "jewellery": r"earrings?|earring|necklace|bracelet|brooch|hair grip|charm|key ring|ring purse"
    r"|beaded",
    "bags": r"bags?|shopper|handbag|purse",
    "stationery": r"wraps?|cards?|notebook|pens?|pencils|paper|ribbons?|tissues|chalkboard",
    "kitchen": r"mugs?|bowl|plates?|cake|cakestand|tea|cups?|cutlery|tray|jars?|coasters|tins?"
    r"|glass|spoons?|teaspoons|jug|teapot|toastrack|cookie|oven|apron|popcorn|snack|recipe"
    r"|placemat|food|doilies|peg place|kitchen|milkshake",
    "garden": r"garden|gardeners|bird|birdhouse|hammock|umbrella|parasol|citronella|potting",
    "bathroom": r"bathroom|bath|soap|towels?|toilet|wc|wash|washing|hot water|laundry|plasters"
    r"|first aid",
    "decoration": r"signs?|hanging|decoration|heart|bunting|frame|ornament|doormat|door mat|hook"
    r"|hanger|trinket|knob|word|ducks|rack|canary|doorstop|mirror|magnets?|cushion|throw|star|filler",
}

_SUPPLIERS = (
    ("HALE", "Hale & Thornbury Ceramics", 12.0, 3.0, "kitchen"),
    ("COPPER", "Copper Kettle Kitchenware", 9.0, 2.5, "kitchen"),
    ("LANTERN", "Lantern Yard Lighting", 18.0, 5.0, "lights"),
    ("PAPER", "Papermill Lane Stationers", 7.0, 2.0, "stationery"),
    ("BRIDPORT", "Bridport Textiles", 14.0, 4.0, "bags"),
    ("GREEN", "Greenacre Garden Goods", 11.0, 3.0, "garden"),
    ("MARCH", "Marchmont Trinkets", 21.0, 6.0, "jewellery"),
    ("WILLOW", "Willow & Wick Homeware", 10.0, 3.0, ""),
    ("FAREAST", "Harbour Gate Imports", 35.0, 7.0, ""),
)


def suppliers() -> tuple[DemoSupplier, ...]:
    """Return the nine suppliers; lead times in days."""
    return tuple(
        DemoSupplier(
            code=code,
            name=name,
            email=f"orders.{code.lower()}@example.com",
            lead_time_days=mean_days,
            lead_time_sd_days=sd_days,
        )
        for code, name, mean_days, sd_days, _ in _SUPPLIERS
    )


def guess_category(name: str) -> str:
    """Return the first category one of whose words stands in the name, else "other"."""
    for category, words in CATEGORY_WORDS.items():
        if re.search(rf"\b(?:{words})\b", name.lower()):
            return category
    return "other"


def supplier_code(category: str, draw: float) -> str:
    """Choose a supplier; `draw` in [0, 1): below 0.15 the importer from afar."""
    if draw < 0.15:
        return "FAREAST"
    able = [code for code, *_, speciality in _SUPPLIERS if speciality == category] or ["WILLOW"]
    return able[int(draw * 1000) % len(able)]
