"""RandomOverSampler and RandomUnderSampler: by hand, outside reference, laws, edges and errors.

Their naive twin would be their own line, a draw; the draws are checked by hand instead.
"""

import imblearn.over_sampling as over
import imblearn.under_sampling as under
import numpy as np
import pandas as pd
import pytest

from scratchml.core import record
from scratchml.imbalance import RandomOverSampler, RandomUnderSampler
from tests.imbalance.shared import check_provenance, check_same_rows, three_classes, two_classes

# ---- by hand


def test_the_rows_are_those_drawn():
    X, y = np.arange(6.0)[:, None], [0, 0, 0, 0, 1, 1]
    sampler = RandomOverSampler(random_state=1)
    found, _ = sampler.fit_resample(X, y)
    drawn = np.random.RandomState(1).choice([4, 5], size=2, replace=True).tolist()
    assert found.ravel().tolist() == [0, 1, 2, 3, 4, 5, *drawn]
    assert sampler.sample_indices_.tolist() == [0, 1, 2, 3, 4, 5, *drawn]
    kept = RandomUnderSampler(random_state=1)
    kept.fit_resample(X, y)
    assert kept.sample_indices_.tolist() == [*np.random.RandomState(1).choice(4, size=2, replace=False), 4, 5]


def test_the_noise_has_silvermans_bandwidth():
    X, y = np.array([[0.0], [2.0], [4.0], [10.0], [14.0]]), [0, 0, 0, 1, 1]
    found, _ = RandomOverSampler(random_state=0, shrinkage=0.5).fit_resample(X, y)
    rng = np.random.RandomState(0)
    row = X[rng.choice([3, 4], size=1), 0]
    h = (4 / ((1 + 2) * 5)) ** (1 / (1 + 4))  # the docstring's formula: n = 5, d = 1
    np.testing.assert_allclose(found[-1], row + 0.5 * h * 2.0 * rng.randn(1), rtol=1e-15)  # std of 10, 14 is 2


# ---- outside reference


@pytest.mark.parametrize("how", [{}, {"shrinkage": 0.3}, {"shrinkage": {0: 1.0, 1: 0.0}}, {"sampling_strategy": "all"}])
@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_the_same_seed_gives_imbalanced_learns_copies(how, dtype):
    X, y = three_classes()
    X = X.astype(dtype)
    check_same_rows(*(m.RandomOverSampler(random_state=2, **how).fit_resample(X, y) for m in (OURS, over)))


@pytest.mark.parametrize("how", [{}, {"replacement": True}, {"sampling_strategy": {2: 30}}])
def test_the_same_seed_leaves_imbalanced_learns_rows(how):
    X, y = three_classes()
    frame = pd.DataFrame(X, index=np.arange(len(X)) + 100)
    ours, theirs = (m.RandomUnderSampler(random_state=2, **how).fit_resample(frame, y) for m in (OURS, under))
    pd.testing.assert_frame_equal(ours[0], theirs[0], check_exact=True)
    assert ours[1].tolist() == theirs[1].tolist()


class OURS:
    RandomOverSampler, RandomUnderSampler = RandomOverSampler, RandomUnderSampler


# ---- laws


def test_copies_are_rows_of_their_class_and_know_them(rng):
    X, y = two_classes(rng)
    sampler = RandomOverSampler(random_state=0)
    found, labels = sampler.fit_resample(X, y)
    check_provenance(sampler, X, found)
    assert (found == X[sampler.sample_indices_]).all()
    assert (labels == y[sampler.sample_indices_]).all()


def test_what_is_kept_has_no_row_twice(rng):
    X, y = two_classes(rng)
    sampler = RandomUnderSampler(random_state=0)
    found, _ = sampler.fit_resample(X, y)
    assert len(set(sampler.sample_indices_)) == len(found) == 40
    step = record(RandomUnderSampler(random_state=0).steps(X, y))[0]
    assert (step.members[step.chosen] == sampler.sample_indices_[:20]).all()


# ---- edges and errors


def test_words_dates_and_missing_values_pass():
    dates = pd.date_range("2020-01-01", periods=3)
    X = pd.DataFrame({"word": ["a", None, "c"], "x": [1.0, np.nan, 3.0], "date": dates})
    for sampler in (RandomOverSampler(random_state=0), RandomUnderSampler(random_state=0)):
        found, labels = sampler.fit_resample(X, [0, 0, 1])
        assert found.dtypes.tolist() == X.dtypes.tolist()
        assert np.bincount(labels).min() == np.bincount(labels).max()
    with pytest.raises(ValueError, match="X holds 'a'"):
        RandomOverSampler(shrinkage=1.0).fit_resample(X, [0, 0, 1])


def test_a_shrinkage_that_leaves_out_a_class_is_a_clear_error(rng):
    X, y = two_classes(rng)
    with pytest.raises(ValueError, match="The missing classes are: \\[1\\]"):
        RandomOverSampler(shrinkage={0: 1.0}).fit_resample(X, y)
    with pytest.raises(ValueError, match="shrinkage\\[1\\]=-1"):
        RandomOverSampler(shrinkage={1: -1.0}).fit_resample(X, y)
    with pytest.raises(ValueError, match="overflows float64; scale X down"):
        RandomOverSampler(shrinkage=1.0).fit_resample(X * 1e200, y)
