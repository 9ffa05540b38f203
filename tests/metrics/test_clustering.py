"""Agreement of two labellings: counts of pairs, information, and what is left of it after chance."""

import math
import statistics

import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml import metrics
from scratchml.core.jit import plain_python
from scratchml.metrics.clustering import expected_information
from tests.naive.metrics import clustering as naive

MEANS = {
    "min": min,
    "max": max,
    "arithmetic": lambda u, v: (u + v) / 2,
    "geometric": lambda u, v: math.sqrt(u * v),
}
SCORES = [
    "adjusted_mutual_info_score",
    "adjusted_rand_score",
    "completeness_score",
    "fowlkes_mallows_score",
    "homogeneity_score",
    "mutual_info_score",
    "normalized_mutual_info_score",
    "rand_score",
    "v_measure_score",
]
SYMMETRIC = [name for name in SCORES if name not in ("completeness_score", "homogeneity_score")]
labellings = st.integers(2, 25).flatmap(lambda n: st.tuples(*[st.lists(st.integers(0, 4), min_size=n, max_size=n)] * 2))


def noisy(rng, n, r, s):
    """Return two labellings that agree in half of the samples or so."""
    true = rng.integers(0, r, n)
    return true, np.where(rng.random(n) < 0.5, true % s, rng.integers(0, s, n))


# ---- by hand


def test_contingency_by_hand():
    found = metrics.contingency_matrix(["b", "a", "b", "c"], [7, 7, 9, 7])
    assert found.tolist() == [[1, 0], [1, 1], [1, 0]]
    assert found.dtype == np.int64
    assert metrics.contingency_matrix([0, 1], [0, 1], eps=0.5).tolist() == [[1.5, 0.5], [0.5, 1.5]]
    assert metrics.contingency_matrix([0, 1], [0, 1], dtype=np.float32).dtype == np.float32


def test_pair_counts_by_hand():
    true, predicted = [0, 0, 1, 2], [0, 0, 1, 1]  # unordered pairs: 1 together in both, 1 in pred only, 4 apart
    assert metrics.pair_confusion_matrix(true, predicted).tolist() == [[8, 2], [0, 2]]
    assert metrics.rand_score(true, predicted) == 5 / 6
    assert metrics.adjusted_rand_score(true, predicted) == pytest.approx(4 / 7, rel=1e-15)  # (1 - 1/3) / (3/2 - 1/3)
    assert metrics.fowlkes_mallows_score(true, predicted) == pytest.approx(math.sqrt(1 / 2), rel=1e-15)  # one root


def test_information_by_hand():
    true, predicted = [0, 0, 1, 1], [0, 1, 2, 2]  # H(true) = log 2, H(pred) = 1.5 log 2, MI = log 2
    log2 = math.log(2)
    assert metrics.mutual_info_score(true, predicted) == pytest.approx(log2, rel=1e-15)  # rounding of logarithms
    assert metrics.homogeneity_completeness_v_measure(true, predicted) == pytest.approx((1.0, 2 / 3, 0.8), rel=1e-15)
    for method, mean in MEANS.items():
        expected = log2 / mean(log2, 1.5 * log2)
        found = metrics.normalized_mutual_info_score(true, predicted, average_method=method)
        assert found == pytest.approx(expected, rel=1e-15), method  # rounding of logarithms


def test_expected_information_by_hand():
    # two clusters of two, drawn at random: equal up to names in 2 of 6 draws (log 2), unrelated in 4 of 6 (0)
    found = expected_information(np.array([2, 2]), np.array([2, 2]), 4)
    assert found == pytest.approx(math.log(2) / 3, rel=1e-15)  # a few roundings


# ---- naive twin


@pytest.mark.parametrize("spread", [1, 1000, 10**12])
def test_counted_and_sorted_labels_give_the_same_table(rng, spread):
    true, predicted = rng.integers(-3, 4, 90) * spread, rng.integers(0, 40, 90).astype(np.uint8)
    names, others = true.astype(str), predicted.astype(str)
    _, i = np.unique(names, return_inverse=True)
    expected = np.zeros((len(set(names)), len(set(others))), dtype=np.int64)
    np.add.at(expected, (i, np.unique(others, return_inverse=True)[1]), 1)
    assert (metrics.contingency_matrix(names, others) == expected).all()
    found = metrics.contingency_matrix(true, predicted)
    rows = [np.unique(true).tolist().index(int(name)) for name in np.unique(names)]
    columns = [np.unique(predicted).tolist().index(int(name)) for name in np.unique(others)]
    assert (found[np.ix_(rows, columns)] == expected).all()


@given(labellings)
def test_pair_counts_agree_with_the_naive_twin(pair):
    true, predicted = pair
    assert metrics.pair_confusion_matrix(true, predicted).tolist() == naive.pair_confusion(true, predicted)
    assert metrics.rand_score(true, predicted) == naive.rand(true, predicted)
    for ours, theirs in (
        (metrics.adjusted_rand_score, naive.adjusted_rand),
        (metrics.fowlkes_mallows_score, naive.fowlkes_mallows),
    ):
        assert ours(true, predicted) == pytest.approx(theirs(true, predicted), abs=1e-15)  # rounding of a score <= 1


@given(labellings)
def test_information_agrees_with_the_naive_twin(pair):
    true, predicted = pair
    information = naive.mutual_information(true, predicted)
    assert metrics.mutual_info_score(true, predicted) == pytest.approx(information, abs=1e-15)  # 25 roundings
    if len(set(true)) > 1 and len(set(predicted)) > 1:
        homogeneity, completeness, _ = metrics.homogeneity_completeness_v_measure(true, predicted)
        assert homogeneity == pytest.approx(information / naive.entropy(true), abs=1e-14)  # entropies from 0.1 on
        assert completeness == pytest.approx(information / naive.entropy(predicted), abs=1e-14)  # the same


@pytest.mark.parametrize("method", MEANS)
def test_adjusted_information_agrees_with_exact_fractions(rng, method):
    for n, r, s in ((12, 3, 2), (60, 4, 7), (200, 2, 40)):
        true, predicted = (labels.tolist() for labels in noisy(rng, n, r, s))
        expected = naive.adjusted_mutual_information(true, predicted, MEANS[method])
        found = metrics.adjusted_mutual_info_score(true, predicted, average_method=method)
        assert found == pytest.approx(expected, abs=1e-14)  # rounding, magnified by what chance takes off


def test_expected_information_is_nearer_to_the_truth_than_logarithms_of_factorials(rng):
    from sklearn.metrics.cluster import expected_mutual_information

    true, predicted = noisy(rng, 20_000, 3, 2)
    rows, columns = np.bincount(true), np.bincount(predicted)
    truth = naive.expected_information(rows.tolist(), columns.tolist())
    ours = expected_information(rows, columns, 20_000) / truth - 1
    theirs = expected_mutual_information(metrics.contingency_matrix(true, predicted), 20_000) / truth - 1
    assert abs(ours) < 1e-12  # positive and negative terms cancel: three digits fewer than a double has
    assert abs(theirs) > 10 * abs(ours)


# ---- outside reference


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("shape", [(50, 3, 4), (3000, 10, 7), (400, 100, 150)], ids=str)
def test_scores_agree_with_scikit_learn(rng, name, shape):
    true, predicted = noisy(rng, *shape)
    expected = getattr(reference, name)(true, predicted)
    assert getattr(metrics, name)(true, predicted) == pytest.approx(expected, abs=1e-12)  # its logs of factorials


@pytest.mark.parametrize("method", MEANS)
def test_every_average_agrees_with_scikit_learn(rng, method):
    true, predicted = noisy(rng, 500, 4, 6)
    for name in ("normalized_mutual_info_score", "adjusted_mutual_info_score"):
        expected = getattr(reference, name)(true, predicted, average_method=method)
        found = getattr(metrics, name)(true, predicted, average_method=method)
        assert found == pytest.approx(expected, abs=1e-13)  # its logarithms of factorials


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize(
    "pair",
    [
        ([], []),
        ([0], [5]),
        ([0, 0, 0], [1, 1, 1]),
        ([0, 1, 2], [5, 6, 7]),
        ([0, 0, 0], [0, 1, 2]),
        ([0, 1, 2], [0, 0, 0]),
        ([0, 0, 1, 1], [0, 1, 0, 1]),
        (["a", "b", "a"], ["x", "x", "y"]),
        ([True, False, True], [1.0, 2.0, 1.0]),
    ],
    ids=str,
)
def test_special_cases_agree_with_scikit_learn(name, pair):
    if name == "mutual_info_score" and not pair[0]:
        assert metrics.mutual_info_score(*pair) == 0.0  # scikit-learn's stops with a math domain error
        return
    expected = getattr(reference, name)(*pair)
    assert getattr(metrics, name)(*pair) == pytest.approx(expected, abs=1e-15)  # rounding


def test_v_measure_with_beta_and_contingency_given_agree_with_scikit_learn(rng):
    true, predicted = noisy(rng, 300, 4, 6)
    for beta in (0.0, 0.3, 2.0):
        expected = reference.v_measure_score(true, predicted, beta=beta)
        assert metrics.v_measure_score(true, predicted, beta=beta) == pytest.approx(expected, abs=1e-15)  # rounding
    table = metrics.contingency_matrix(true, predicted)
    for cells in (table, table.astype(float), table.astype(np.uint8)):
        found = metrics.mutual_info_score(None, None, contingency=cells)
        assert found == metrics.mutual_info_score(true, predicted)


# ---- laws


@given(labellings)
def test_symmetric_scores_do_not_care_which_labelling_comes_first(pair):
    true, predicted = pair
    for name in SYMMETRIC:
        score = getattr(metrics, name)
        assert score(true, predicted) == pytest.approx(score(predicted, true), abs=1e-15), name  # rounding


@given(labellings, st.permutations(range(5)), st.randoms(use_true_random=False))
def test_names_of_labels_and_order_of_samples_do_not_matter(pair, names, random):
    true, predicted = pair
    order = random.sample(range(len(true)), len(true))
    renamed = [f"cluster {names[predicted[i]]}" for i in order]
    for name in SCORES:
        score = getattr(metrics, name)
        assert score(true, predicted) == pytest.approx(score([true[i] for i in order], renamed), abs=1e-14), name
        # the sums run in another order


@given(labellings)
def test_equal_labellings_score_exactly_one(pair):
    for labels in pair:
        other = [f"n{label}" for label in labels]
        for name in SCORES:
            if name not in ("mutual_info_score", "fowlkes_mallows_score"):
                assert getattr(metrics, name)(labels, other) == 1.0, name


def test_unrelated_labellings_score_about_zero_once_adjusted(rng):
    trials = [rng.integers(0, 5, size=(2, 60)) for _ in range(200)]
    for name in ("adjusted_rand_score", "adjusted_mutual_info_score"):
        mean = statistics.mean(getattr(metrics, name)(*pair) for pair in trials)
        assert abs(mean) < 0.01, name  # standard error of the mean is about 0.002
    assert statistics.mean(metrics.normalized_mutual_info_score(*pair) for pair in trials) > 0.05  # not adjusted


def test_adjusted_rand_survives_many_samples():
    half = np.repeat([0, 1], 500_000)
    assert metrics.adjusted_rand_score(half, 1 - half) == 1.0
    crossed = np.tile([0, 1], 500_000)
    assert abs(metrics.adjusted_rand_score(half, crossed)) < 1e-5  # unrelated


# ---- edges and errors


def test_plain_python_gives_the_same_bits(rng):
    true, predicted = noisy(rng, 80, 3, 5)
    expected = metrics.adjusted_mutual_info_score(true, predicted)
    with plain_python():
        assert expected == metrics.adjusted_mutual_info_score(true, predicted)


def test_wrong_labels_are_named():
    with pytest.raises(ValueError, match="inconsistent numbers of samples: labels_true has 2, labels_pred has 3"):
        metrics.rand_score([0, 1], [0, 1, 2])
    with pytest.raises(ValueError, match="labels_pred must be 1D"):
        metrics.v_measure_score([0, 1], [[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="labels_true contains NaN"):
        metrics.mutual_info_score([0.0, np.nan], [0, 1])
    with pytest.raises(TypeError, match="labels_true mixes labels of kinds int, str"):
        metrics.rand_score(np.array([1, "a"], dtype=object), [0, 1])
    with pytest.raises(ValueError, match="labels_true=None"):
        metrics.mutual_info_score(None, [0, 1])


def test_continuous_labels_are_warned_about():
    with pytest.warns(UserWarning, match="expects discrete values but received continuous values for labels_pred"):
        assert metrics.rand_score([0, 0, 1], [0.1, 0.1, 0.7]) == 1.0


def test_wrong_options_are_errors():
    with pytest.raises(ValueError, match="average_method='mean' is not known; give one of min"):
        metrics.adjusted_mutual_info_score([0, 1], [0, 1], average_method="mean")
    with pytest.raises(ValueError, match="average_method='mean'"):
        metrics.normalized_mutual_info_score([0, 1], [0, 1], average_method="mean")
    with pytest.raises(ValueError, match="beta=-1 is not accepted"):
        metrics.v_measure_score([0, 1], [0, 1], beta=-1)
    with pytest.raises(ValueError, match=r"eps=-0\.1 is not accepted"):
        metrics.contingency_matrix([0, 1], [0, 1], eps=-0.1)
    with pytest.raises(ValueError, match="counts of 0 or more"):
        metrics.mutual_info_score(None, None, contingency=[[0, 0], [0, 0]])
