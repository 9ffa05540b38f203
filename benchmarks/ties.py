"""Races that are not run where ties decide, as of rows that repeat each other: no answer need be the reference's there.

In some real sets, too, ties of few digits decide, or where fits stop that are not at their end.

Ours takes the lowest row of equally near ones; others take whichever comes first.
"""

TIED_DATA = ("duplicated",)
NEIGHBOURS = "which of equally near rows are neighbours"
MERGES = "which of equally near clusters are merged first"
SPLITS = "which of equally good splits rounding takes"
UNFINISHED = "which C is best, as the score of the largest depends on where the fits with it stop"
TIES = {
    **dict.fromkeys(("ADASYN", "BorderlineSMOTE", "EditedNearestNeighbours", "KNeighborsRegressor"), NEIGHBOURS),
    **dict.fromkeys(("LocalOutlierFactor", "RadiusNeighborsClassifier", "RadiusNeighborsRegressor"), NEIGHBOURS),
    **dict.fromkeys(("SMOTEENN", "SMOTENC", "SMOTETomek", "TomekLinks", "kneighbors_graph", "near_miss_2"), NEIGHBOURS),
    "smallest_of_rows": NEIGHBOURS,
    "linkage_centroid": MERGES,
    **dict.fromkeys(("partial_dependence", "permutation_importance"), SPLITS),
}
REAL_SETS = {  # and the races that are seen to be decided so there
    "iris": {"SMOTENC": NEIGHBOURS, "kneighbors_graph": NEIGHBOURS, "logistic_regression_cv": UNFINISHED},
    "wine": {"gradient_boosting": SPLITS, "logistic_regression_cv": UNFINISHED},
    "yeast": {"kneighbors_graph": NEIGHBOURS},
}


def undecided(name: str, kind: str) -> str:
    """Return what ties decide in a race on a kind of data; "" if nothing."""
    return TIES.get(name, "") if kind in TIED_DATA else REAL_SETS.get(kind, {}).get(name, "")
