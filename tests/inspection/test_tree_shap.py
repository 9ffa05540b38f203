import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes, load_iris

from scratchml.core import NotFittedError
from scratchml.core.jit import plain_python
from scratchml.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from scratchml.inspection import partial_dependence, tree_shap
from scratchml.inspection.grove import grove_of
from scratchml.linear_model import LinearRegression
from scratchml.tree import DecisionTreeClassifier, DecisionTreeRegressor
from tests.naive.inspection import tree_shap as naive

ALGORITHMS = ["linear", "paths"]
seeds = st.integers(0, 10**6)


def problem(rng, n=120, d=4, classes=0):
    """Return X with ties and a target that mixes features."""
    X = np.round(rng.normal(size=(n, d)), 1)
    y = X[:, 0] * X[:, 1] + np.abs(X[:, 2]) + 0.3 * rng.normal(size=n)
    return X, np.digitize(y, np.quantile(y, np.linspace(0, 1, classes + 1)[1:-1])) if classes else y


def scores(model, X):
    """Return what the values should add up to."""
    if hasattr(model, "decision_function"):
        return model.decision_function(X)
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


def check_additive(found, expected, scale=1.0):
    total = found.values.sum(axis=1) + found.base_values
    assert total.shape == expected.shape
    np.testing.assert_allclose(total, expected, rtol=0, atol=1e-13 * scale)  # a few hundred roundings


# ---- by hand


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_fever_and_cough_share_equally(algorithm):
    X, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0.0, 0.0, 0.0, 80.0]
    model = DecisionTreeRegressor(random_state=0).fit(X, y)
    values, base = tree_shap(model, X, algorithm=algorithm)
    assert base == 20.0  # a quarter of the rows has 80
    # known alone, either one raises 20 to 40; known second, it raises 40 to 80: (20 + 40) / 2
    np.testing.assert_allclose(values[3], [30.0, 30.0], rtol=1e-15)
    # the first split's feature, absent: 20 falls to 0, or, where the other is known, 40 falls to 0
    f = model.tree_.feature[0]
    assert values[1 if f == 0 else 2, f] == pytest.approx((-20 - 40) / 2, rel=1e-15)


def test_the_integral_of_the_docstring_is_the_value(rng):
    X, y = problem(rng, d=3)
    model = DecisionTreeRegressor(max_depth=3, random_state=0).fit(X, y)
    tree, x = model.tree_, X[7]
    ways = [(0, {}, {})]  # node, z, o by feature
    times, weights = np.polynomial.legendre.leggauss(20)
    times, weights = (times + 1) / 2, weights / 2
    phi = np.zeros(3)
    while ways:
        i, z, o = ways.pop()
        if tree.children_left[i] < 0:
            for f in z:
                rest = [(1 - times) * z[g] + times * o[g] for g in z if g != f]
                phi[f] += tree.value[i, 0, 0] * (o[f] - z[f]) * (weights * np.prod([np.ones(20), *rest], axis=0)).sum()
            continue
        f = tree.feature[i]
        for child in (tree.children_left[i], tree.children_right[i]):
            share = tree.weighted_n_node_samples[child] / tree.weighted_n_node_samples[i]
            went = float((x[f] <= tree.threshold[i]) == (child == tree.children_left[i]))
            ways.append((child, {**z, f: z.get(f, 1.0) * share}, {**o, f: o.get(f, 1.0) * went}))
    np.testing.assert_allclose(tree_shap(model, X[7:8]).values[0], phi, rtol=1e-12, atol=1e-14)  # 20 points, 8 leaves


# ---- naive twin


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(seeds)
def test_every_set_of_known_features_gives_the_same_values(algorithm, seed):
    rng = np.random.default_rng(seed)
    d, classes = int(rng.integers(1, 6)), int(rng.integers(0, 4))
    X, y = problem(rng, int(rng.integers(2, 60)), max(d, 3), classes if classes > 1 else 0)
    X[rng.random(X.shape) < rng.choice([0.0, 0.2])] = np.nan
    kind = DecisionTreeClassifier if classes > 1 else DecisionTreeRegressor
    model = kind(random_state=0, max_leaf_nodes=rng.choice([None, 6])).fit(X, y, rng.random(len(y)) + 0.1)
    x = np.where(rng.random(X.shape[1]) < 0.2, np.nan, X[0])
    values, base = naive.shapley_values(naive.nested(model.tree_), x)
    found = tree_shap(model, x[None], algorithm=algorithm)
    values, base = np.squeeze(values, axis=1) if classes < 2 else values, np.squeeze(base)
    np.testing.assert_allclose(found.values[0], np.reshape(values, found.values[0].shape), rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(found.base_values, base, rtol=1e-12, atol=1e-14)  # sums in another order


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_missing_values_and_categories_follow_their_branch_in_histogram_boosting(rng, algorithm):
    X, y = problem(rng, 300)
    X[:, 3] = rng.integers(0, 6, 300)
    y = y + np.array([0, 3, 0, 5, 1, 4])[X[:, 3].astype(int)]
    X[rng.random(X.shape) < 0.1] = np.nan
    model = HistGradientBoostingRegressor(max_iter=3, max_leaf_nodes=8, categorical_features=[3]).fit(X, y)
    rows = X[:12]
    assert np.isnan(rows).any()
    numbers, order = model._numbers(rows, model._columns), model._columns.order
    assert order.tolist() == [3, 0, 1, 2]
    expected = np.zeros((12, 4))
    for trees in model._rounds:
        for i in range(12):
            expected[i, order] += np.ravel(naive.shapley_values(naive.nested_histogram(trees[0]), numbers[i])[0])
    found = tree_shap(model, rows, algorithm=algorithm)
    np.testing.assert_allclose(found.values, expected, rtol=1e-12, atol=1e-14)  # sums in another order
    check_additive(found, model.predict(rows))


# ---- outside reference


IRIS, SPECIES = load_iris(return_X_y=True)
DIABETES, PROGRESS = load_diabetes(return_X_y=True)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    ("model", "X", "y", "row", "values", "base"),
    [
        (
            RandomForestClassifier(5, max_depth=3, random_state=0),
            IRIS,
            SPECIES,
            60,
            [
                [0.094545078577, -0.038456101461, -0.056088977116],
                [-0.108179487179, 0.115588717949, -0.007409230769],
                [0.0, 0.141121652626, -0.141121652626],
                [-0.303698924731, 0.415745730887, -0.112046806156],
            ],
            [0.31733333, 0.36266667, 0.32],
        ),
        (
            GradientBoostingClassifier(n_estimators=20, random_state=0),
            IRIS[50:],
            SPECIES[50:],
            60,
            [0.047300189431, -0.045327321994, 0.945642810077, 1.711093600985],
            -8.34190671e-05,
        ),
        (
            HistGradientBoostingRegressor(max_iter=20, random_state=0),
            DIABETES,
            PROGRESS,
            0,
            [
                3.616937104432,
                -3.490838219755,
                20.125812650215,
                -1.211093737516,
                1.887763910647,
                3.209221165041,
                2.46690770939,
                -0.4989591437,
                18.736248596494,
                -0.250460689427,
            ],
            152.13348416,
        ),
    ],
    ids=["forest", "boosting", "histograms"],
)
def test_values_are_those_of_the_shap_package(algorithm, model, X, y, row, values, base):
    # shap 0.51.0, TreeExplainer(model, feature_perturbation="tree_path_dependent") on scikit-learn 1.9.1's model
    found = tree_shap(model.fit(X, y), X[row : row + 1], algorithm=algorithm)
    assert found.values.shape == (1, *np.shape(values))
    np.testing.assert_allclose(found.values[0], values, rtol=0, atol=1e-10)  # printed to 12 decimals
    np.testing.assert_allclose(found.base_values, base, rtol=0, atol=1e-8)  # printed to 8 digits


# ---- laws


MODELS = [
    (DecisionTreeRegressor(random_state=0), 0),
    (DecisionTreeClassifier(max_leaf_nodes=9, random_state=0), 3),
    (RandomForestRegressor(7, random_state=0), 0),
    (RandomForestClassifier(7, random_state=0), 2),
    (ExtraTreesRegressor(7, random_state=0), 0),
    (ExtraTreesClassifier(7, random_state=0), 3),
    (GradientBoostingRegressor(n_estimators=9, random_state=0), 0),
    (GradientBoostingRegressor(n_estimators=9, init="zero", subsample=0.5, random_state=0), 0),
    (GradientBoostingClassifier(n_estimators=9, random_state=0), 2),
    (GradientBoostingClassifier(n_estimators=9, random_state=0), 3),
    (HistGradientBoostingRegressor(max_iter=9, random_state=0), 0),
    (HistGradientBoostingClassifier(max_iter=9, random_state=0), 2),
    (HistGradientBoostingClassifier(max_iter=9, random_state=0), 3),
]


@pytest.mark.parametrize(("model", "classes"), MODELS, ids=lambda v: type(v).__name__ if hasattr(v, "fit") else str(v))
def test_values_and_base_add_up_to_the_score_whatever_the_algorithm(rng, model, classes):
    X, y = problem(rng, 150, 5, classes)
    model.fit(X, y)
    found, other = (tree_shap(model, X, algorithm=name) for name in ALGORITHMS)
    check_additive(found, scores(model, X))
    np.testing.assert_allclose(found.values, other.values, rtol=0, atol=1e-12)  # unwinding divides by small shares
    if not isinstance(model, (HistGradientBoostingRegressor, HistGradientBoostingClassifier)):
        unused = np.flatnonzero(model.feature_importances_ == 0)
        assert not found.values[:, unused].any()


def test_a_feature_that_no_node_asks_for_gets_exactly_nothing(rng):
    X, y = problem(rng)
    X = np.column_stack([X, np.ones(len(X))])
    for algorithm in ALGORITHMS:
        found = tree_shap(RandomForestRegressor(5, random_state=0).fit(X, y), X, algorithm=algorithm)
        assert not found.values[:, 4].any()
        assert found.values[:, :4].any(axis=0).all()


@given(seeds)
def test_values_of_a_forest_are_the_means_of_those_of_its_trees(seed):
    rng = np.random.default_rng(seed)
    X, y = problem(rng)
    forest = RandomForestRegressor(3, random_state=seed).fit(X, y)
    each = [tree_shap(tree, X[:9]) for tree in forest.estimators_]
    found = tree_shap(forest, X[:9])
    np.testing.assert_allclose(found.values, np.mean([e.values for e in each], axis=0), rtol=0, atol=1e-14)  # rounding
    assert found.base_values == pytest.approx(np.mean([e.base_values for e in each]), rel=1e-14)


@given(seeds, st.floats(-1e3, 1e3), st.integers(-30, 30))
def test_a_shift_of_the_leaves_goes_to_the_base_and_a_power_of_two_to_all(seed, shift, power):
    rng = np.random.default_rng(seed)
    X, y = problem(rng, 40)
    model = DecisionTreeRegressor(max_depth=3, random_state=0).fit(X, y)
    first = tree_shap(model, X[:5])
    model.tree_.value[:] = np.ldexp(model.tree_.value, power)
    scaled = tree_shap(model, X[:5])
    np.testing.assert_array_equal(np.ldexp(first.values, power), scaled.values)
    model.tree_.value[:] += shift
    moved = tree_shap(model, X[:5])
    scale = abs(shift) + np.abs(model.tree_.value).max() + 1e-300
    np.testing.assert_allclose(moved.values, scaled.values, rtol=0, atol=1e-14 * scale)  # the leaves have been rounded
    assert moved.base_values == pytest.approx(scaled.base_values + shift, rel=0, abs=1e-14 * scale)


def test_one_feature_gets_all_and_it_is_the_dependence_less_the_mean(rng):
    X, y = problem(rng, d=3)
    model = DecisionTreeRegressor(random_state=0).fit(X[:, :1], y)
    found = tree_shap(model, X[:, :1])
    np.testing.assert_allclose(found.values[:, 0], model.predict(X[:, :1]) - y.mean(), rtol=0, atol=1e-13)  # rounding
    grid = partial_dependence(model, X[:, :1], [0], custom_values={0: X[:, 0]}, method="recursion")
    np.testing.assert_allclose(grid.average[0] - found.base_values, found.values[:, 0], rtol=0, atol=1e-13)  # rounding


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_threads_do_not_change_a_bit(rng, algorithm):
    X, y = problem(rng, 700)
    model = GradientBoostingRegressor(n_estimators=5, random_state=0).fit(X, y)
    one, three = (tree_shap(model, X, algorithm=algorithm, n_jobs=jobs).values for jobs in (1, 3))
    assert one.tobytes() == three.tobytes()
    # a row's values do not depend on its company
    assert tree_shap(model, X[300:301], algorithm=algorithm).values.tobytes() == one[300:301].tobytes()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_plain_python_gives_the_same_bits(rng, algorithm):
    X, y = problem(rng, 30, classes=3)
    model = RandomForestClassifier(2, random_state=0).fit(X, y)
    expected = tree_shap(model, X[:3], algorithm=algorithm).values
    with plain_python():
        assert tree_shap(model, X[:3], algorithm=algorithm).values.tobytes() == expected.tobytes()


# ---- edges and errors


def test_a_tree_without_a_question_gives_nothing():
    found = tree_shap(DecisionTreeRegressor().fit([[1.0, 2.0]], [7.0]), [[1.0, 2.0], [3.0, 4.0]])
    assert found.base_values == 7.0
    assert found.values.tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_chain_of_ten_thousand_questions_is_explained(algorithm):
    # each value below 0 has its own leaf, which only a chain can reach
    n = 10_001 if algorithm == "linear" else 2_001
    x = np.arange(n, dtype=float)
    X = np.column_stack([x, np.zeros(n)])
    model = DecisionTreeRegressor(random_state=0).fit(X, 2.0 ** np.minimum(x / n * 500, 500))
    found = tree_shap(model, X[[0, n // 2, n - 1]], algorithm=algorithm)
    expected = model.predict(X[[0, n // 2, n - 1]])
    np.testing.assert_allclose(
        found.values.sum(axis=1) + found.base_values, expected, rtol=0, atol=1e-12 * expected.max()
    )  # the largest leaf's rounding
    assert grove_of(model).depth.max() > 100


def test_forty_features_on_one_way_lose_no_digits():
    # row k has k ones, from the right; each question parts the last row from the others
    X = np.tril(np.ones((41, 40)), -1)
    y = 4.0 ** np.arange(41.0)
    model = DecisionTreeRegressor(random_state=0).fit(X, y)
    grove = grove_of(model)
    assert grove.depth.max() == 40
    found, other = (tree_shap(model, X, algorithm=name) for name in ALGORITHMS)
    check_additive(found, model.predict(X), scale=y.max())
    np.testing.assert_allclose(found.values, other.values, rtol=0, atol=1e-10 * y.max())  # unwinding loses digits


def test_several_targets_have_their_own_column(rng):
    X, y = problem(rng)
    both = DecisionTreeRegressor(max_depth=4, random_state=0).fit(X, np.column_stack([y, -2 * y]))
    found = tree_shap(both, X)
    assert found.values.shape == (120, 4, 2)
    check_additive(found, both.predict(X))
    np.testing.assert_allclose(found.values[:, :, 1], -2 * found.values[:, :, 0], rtol=0, atol=1e-13)  # rounding
    labels = np.column_stack([y > 0, np.digitize(y, [-1, 0, 1])])
    classes = RandomForestClassifier(3, random_state=0).fit(X, labels)
    found = tree_shap(classes, X)
    assert [v.shape for v in found.values] == [(120, 4, 2), (120, 4, 4)]
    for values, base, shares in zip(found.values, found.base_values, classes.predict_proba(X)):
        np.testing.assert_allclose(values.sum(axis=1) + base, shares, rtol=0, atol=1e-14)  # rounding


def test_data_frames_and_lists_are_welcome_and_stay_as_they_are(rng):
    X, y = problem(rng)
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = RandomForestRegressor(3, random_state=0).fit(frame, y)
    before = frame.copy()
    expected = tree_shap(model, frame).values
    pd.testing.assert_frame_equal(before, frame)
    model.fit(X, y)
    assert tree_shap(model, X.tolist()).values.tobytes() == expected.tobytes()


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_data_of_any_size_are_explained(rng, scale):
    X, y = problem(rng)
    model = HistGradientBoostingRegressor(max_iter=5).fit(X * scale, y * scale)
    found = tree_shap(model, X * scale)
    assert found.values.any()
    check_additive(found, model.predict(X * scale), scale=np.abs(y).max() * scale)


def test_what_cannot_be_explained_says_so(rng):
    X, y = problem(rng)
    with pytest.raises(TypeError, match="model is a LinearRegression; give a decision tree"):
        tree_shap(LinearRegression().fit(X, y), X)
    with pytest.raises(TypeError, match="AdaBoostClassifier"):
        tree_shap(AdaBoostClassifier(n_estimators=2).fit(X, y > 0), X)
    for model in (DecisionTreeRegressor(), RandomForestRegressor(), HistGradientBoostingRegressor()):
        with pytest.raises(NotFittedError):
            tree_shap(model, X)
    started = GradientBoostingRegressor(n_estimators=2, init=LinearRegression()).fit(X, y)
    with pytest.raises(ValueError, match="is no constant"):
        tree_shap(started, X)
    model = DecisionTreeRegressor().fit(X, y)
    with pytest.raises(ValueError, match="3 features"):
        tree_shap(model, X[:, :3])
    with pytest.raises(ValueError, match="algorithm"):
        tree_shap(model, X, algorithm="exact")
    with pytest.raises(ValueError, match="0 sample"):
        tree_shap(model, X[:0])
