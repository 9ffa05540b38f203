"""Races that are not run on rows that repeat each other: there ties decide, and no answer need be the reference's.

Ours takes the lowest row of equally near ones; others take whichever comes first.
"""

TIED_DATA = ("duplicated",)
NEIGHBOURS = "which of equally near rows are neighbours"
MERGES = "which of equally near clusters are merged first"
SPLITS = "which of equally good splits rounding takes"
TIES = {
    **dict.fromkeys(("ADASYN", "BorderlineSMOTE", "EditedNearestNeighbours", "KNeighborsRegressor"), NEIGHBOURS),
    **dict.fromkeys(("LocalOutlierFactor", "RadiusNeighborsClassifier", "RadiusNeighborsRegressor"), NEIGHBOURS),
    **dict.fromkeys(("SMOTEENN", "SMOTENC", "SMOTETomek", "TomekLinks", "kneighbors_graph", "near_miss_2"), NEIGHBOURS),
    "smallest_of_rows": NEIGHBOURS,
    "linkage_centroid": MERGES,
    **dict.fromkeys(("partial_dependence", "permutation_importance"), SPLITS),
}


def undecided(name: str, kind: str) -> str:
    """Return what ties decide in a race on a kind of data; "" if nothing."""
    return TIES.get(name, "") if kind in TIED_DATA else ""
