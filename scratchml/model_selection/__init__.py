"""model_selection: how to split data, judge a model on data it has not seen, and search its parameters.

Inside the room: `fold.py` fits and scores one fold (``find_scorers(estimator, scoring)`` gives it one scorer, or a dict
of them that share their predictions); `run_jobs` of `core/jobs.py` runs many, with threads and a progress bar;
`split.py` has ``check_cv``. ``n_jobs=None`` means 1 in this room, as in scikit-learn: the folds one by one, each with
all threads.
"""

from .curves import learning_curve, validation_curve
from .group_split import GroupKFold, LeaveOneGroupOut, LeavePGroupsOut, StratifiedGroupKFold
from .halving import HalvingGridSearchCV, HalvingRandomSearchCV
from .kfold import KFold, RepeatedKFold, RepeatedStratifiedKFold, StratifiedKFold
from .leave_out import LeaveOneOut, LeavePOut, PredefinedSplit
from .nested import nested_cross_validate
from .parameters import ParameterGrid, ParameterSampler, log_uniform, randint, uniform
from .permutation import permutation_test_score
from .predict import cross_val_predict
from .search import GridSearchCV, RandomizedSearchCV
from .shuffle_split import GroupShuffleSplit, ShuffleSplit, StratifiedShuffleSplit
from .split import check_cv, train_test_split, train_validation_test_split
from .splitter import BaseCrossValidator
from .time_series_split import TimeSeriesSplit
from .validation import cross_val_score, cross_validate

__all__ = [
    "BaseCrossValidator",
    "GridSearchCV",
    "GroupKFold",
    "GroupShuffleSplit",
    "HalvingGridSearchCV",
    "HalvingRandomSearchCV",
    "KFold",
    "LeaveOneGroupOut",
    "LeaveOneOut",
    "LeavePGroupsOut",
    "LeavePOut",
    "ParameterGrid",
    "ParameterSampler",
    "PredefinedSplit",
    "RandomizedSearchCV",
    "RepeatedKFold",
    "RepeatedStratifiedKFold",
    "ShuffleSplit",
    "StratifiedGroupKFold",
    "StratifiedKFold",
    "StratifiedShuffleSplit",
    "TimeSeriesSplit",
    "check_cv",
    "cross_val_predict",
    "cross_val_score",
    "cross_validate",
    "learning_curve",
    "log_uniform",
    "nested_cross_validate",
    "permutation_test_score",
    "randint",
    "train_test_split",
    "train_validation_test_split",
    "uniform",
    "validation_curve",
]
