"""The drifting stream: changes happen where it says, of the size it says, and nowhere else."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.datasets import Batch, DriftingStream, make_drifting_stream
from scratchml.datasets.drift import draw_concepts, draw_labelled, end_drifts, place_drifts
from tests.naive.datasets import drift as naive

KINDS = ["sudden", "gradual", "recurring"]

# by hand


def test_three_drifts_cut_a_hundred_samples_into_quarters():
    assert place_drifts(100, 3, None) == [25, 50, 75]


def test_sudden_concepts_change_at_the_positions_given():
    stream = make_drifting_stream(8, drift_positions=[2, 5], random_state=0)
    assert stream.concept.tolist() == [0, 0, 1, 1, 1, 2, 2, 2]
    assert stream.drift_positions == stream.drift_ends == (2, 5)


def test_recurring_concepts_come_back():
    stream = make_drifting_stream(12, kind="recurring", n_drifts=5, n_concepts=3, random_state=0)
    assert stream.concept.tolist() == [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]


def test_a_gradual_drift_is_a_mixture_while_it_lasts():
    stream = make_drifting_stream(1000, kind="gradual", drift_positions=[300], width=400, random_state=0)
    assert (stream.concept[:300] == 0).all()
    assert (stream.concept[700:] == 1).all()
    assert stream.drift_ends == (700,)
    early, late = stream.concept[300:500].mean(), stream.concept[500:700].mean()
    assert early == pytest.approx(0.25, abs=0.15)  # a mean of 200 coins: five standard errors
    assert late == pytest.approx(0.75, abs=0.15)


# naive twin


@given(
    gaps=st.lists(st.integers(1, 15), min_size=1, max_size=4),
    width=st.integers(0, 15),
    seed=st.integers(0, 999),
)
def test_concepts_are_the_naive_ones(gaps, width, seed):
    starts = np.cumsum([gap + width for gap in gaps]).tolist()
    n = starts[-1] + width + 3
    coin = np.random.RandomState(seed)
    coins = [[coin.uniform() for _ in range(width)] for _ in starts]
    expected = naive.concepts(n, starts, width, coins)
    assert draw_concepts(n, starts, width, np.random.RandomState(seed)).tolist() == expected


@given(magnitude=st.floats(0, 1), seed=st.integers(0, 999))
def test_labels_are_the_naive_ones(magnitude, seed):
    concept = np.arange(30) % 4
    X, y = draw_labelled(concept, 3, magnitude, 0.0, np.random.RandomState(seed))
    u, v, _ = np.linalg.qr(np.random.RandomState(seed).standard_normal(size=(3, 3)))[0].T.tolist()
    expected = [naive.label(x, u, v, magnitude, c) for x, c in zip(X.tolist(), concept.tolist())]
    assert y.tolist() == expected


# laws


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_samples", [1, 99, 100, 101, 1000])
def test_batches_make_up_the_stream(kind, n_samples):
    stream = make_drifting_stream(n_samples, kind=kind, n_drifts=0, batch_size=100, random_state=0)
    batches = list(stream)
    assert isinstance(stream, DriftingStream)
    assert all(isinstance(batch, Batch) for batch in batches)
    assert len(batches) == len(stream)
    assert all(batch.X.shape == (100, 2) for batch in batches[:-1])
    for f, whole in enumerate((stream.X, stream.y, stream.concept)):
        np.testing.assert_array_equal(np.concatenate([batch[f] for batch in batches]), whole)
    assert stream.y.dtype == stream.concept.dtype == np.int64


def test_a_stream_can_be_read_twice_and_its_batches_are_copies():
    stream = make_drifting_stream(300, random_state=0)
    for X, y, concept in stream:
        X[...], y[...], concept[...] = 9, 9, 9
    assert all((y <= 1).all() for _, y, _ in stream)
    assert np.abs(stream.X).max() < 9


@pytest.mark.parametrize("kind", KINDS)
def test_one_seed_one_stream(kind):
    streams = [make_drifting_stream(500, kind=kind, flip_y=0.1, random_state=seed) for seed in (1, 1, 2)]
    for name in ("X", "y", "concept"):
        np.testing.assert_array_equal(getattr(streams[0], name), getattr(streams[1], name))
    assert (streams[0].X != streams[2].X).any()


@given(
    kind=st.sampled_from(KINDS),
    n_drifts=st.integers(0, 8),
    n_concepts=st.integers(2, 4),
    seed=st.integers(0, 2**32 - 1),
)
def test_concepts_change_at_drifts_and_nowhere_else(kind, n_drifts, n_concepts, seed):
    stream = make_drifting_stream(400, kind=kind, n_drifts=n_drifts, n_concepts=n_concepts, random_state=seed)
    assert len(stream.drift_positions) == n_drifts
    changing = np.zeros(400, dtype=bool)
    for start, end in zip(stream.drift_positions, stream.drift_ends):
        changing[start : end + 1] = True
    changed = np.flatnonzero(np.diff(stream.concept)) + 1
    assert changing[changed].all()
    for j, start in enumerate([0, *stream.drift_ends]):
        assert stream.concept[start] == (j % n_concepts if kind == "recurring" else j)


@pytest.mark.parametrize("magnitude", [0.0, 0.1, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("n_features", [2, 5])
def test_the_share_of_points_that_change_their_label_is_the_magnitude(magnitude, n_features):
    n = 20_000  # the same seed draws the same points, so that two streams differ in their concepts only
    X, first = draw_labelled(np.zeros(n, dtype=np.int64), n_features, magnitude, 0.0, np.random.RandomState(0))
    same, second = draw_labelled(np.ones(n, dtype=np.int64), n_features, magnitude, 0.0, np.random.RandomState(0))
    np.testing.assert_array_equal(X, same)
    assert (first != second).mean() == pytest.approx(magnitude, abs=0.02)  # five standard errors of 0.0035


def test_a_model_of_the_first_concept_fails_after_the_drift_by_the_magnitude():
    stream = make_drifting_stream(20_000, n_drifts=1, magnitude=0.4, random_state=0)
    before, after = slice(0, 10_000), slice(10_000, None)
    w, *_ = np.linalg.lstsq(stream.X[before], 2.0 * stream.y[before] - 1, rcond=None)
    errors = (stream.X @ w > 0) != stream.y
    assert errors[before].mean() < 0.02
    assert errors[after].mean() == pytest.approx(0.4, abs=0.04)  # the model's own error and five standard errors


def test_labels_are_balanced_in_every_concept():
    stream = make_drifting_stream(20_000, n_drifts=3, random_state=0)
    for concept in range(4):
        assert stream.y[stream.concept == concept].mean() == pytest.approx(0.5, abs=0.04)  # five standard errors


def test_flips_turn_over_the_share_asked_for_and_leave_the_rest():
    clean = make_drifting_stream(10_000, random_state=0)
    noisy = make_drifting_stream(10_000, flip_y=0.2, random_state=0)
    np.testing.assert_array_equal(clean.X, noisy.X)
    assert (clean.y != noisy.y).mean() == pytest.approx(0.2, abs=0.02)  # five standard errors
    np.testing.assert_array_equal(
        make_drifting_stream(500, flip_y=1.0, random_state=0).y, 1 - make_drifting_stream(500, random_state=0).y
    )


def test_a_shift_moves_the_features_and_not_the_labels():
    still = make_drifting_stream(20_000, n_features=3, random_state=0)
    moved = make_drifting_stream(20_000, n_features=3, shift=3.0, random_state=0)
    assert (still.y != moved.y).mean() < 1e-3  # the direction is orthogonal up to rounding only
    means = [moved.X[moved.concept == c].mean(axis=0) for c in range(4)]
    for a, b in pairwise(means):
        assert np.linalg.norm(b - a) == pytest.approx(3.0, abs=0.15)  # five standard errors


def test_only_a_recurring_stream_looks_at_n_concepts_and_only_a_gradual_one_at_width():
    plain = make_drifting_stream(400, random_state=0)
    np.testing.assert_array_equal(plain.y, make_drifting_stream(400, width=50, n_concepts=4, random_state=0).y)


# edges and errors


def test_drifts_may_touch_each_other_and_the_end():
    assert end_drifts(30, [10, 20], 10) == [20, 30]


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"n_samples": 0}, ValueError, "n_samples=0"),
        ({"kind": "slow"}, ValueError, "kind='slow' .*'sudden', 'gradual', 'recurring'"),
        ({"kind": None}, TypeError, "kind=None"),
        ({"n_drifts": -1}, ValueError, "n_drifts=-1"),
        ({"n_samples": 5, "n_drifts": 5}, ValueError, "n_drifts=5 do not fit into n_samples=5"),
        ({"drift_positions": [0, 5]}, ValueError, "drift_positions=.*between 1 and"),
        ({"drift_positions": [5, 2000]}, ValueError, "drift_positions=.*1999"),
        ({"drift_positions": [7, 7]}, ValueError, "drift_positions=.*rise"),
        ({"drift_positions": [9, 3]}, ValueError, "drift_positions=.*rise"),
        ({"drift_positions": [1.5]}, TypeError, "drift_positions=.*integers"),
        ({"drift_positions": 100}, TypeError, "drift_positions=100"),
        ({"drift_positions": np.array(100)}, TypeError, "drift_positions="),
        ({"kind": "gradual", "width": 0}, ValueError, "width=0"),
        ({"kind": "gradual", "drift_positions": [100, 200], "width": 101}, ValueError, "width=101 .*at 100.*at 200"),
        ({"kind": "gradual", "drift_positions": [1990], "width": 20}, ValueError, "width=20 .*2010"),
        ({"n_concepts": 1}, ValueError, "n_concepts=1"),
        ({"magnitude": 1.2}, ValueError, "magnitude=1.2"),
        ({"magnitude": float("nan")}, ValueError, "magnitude=nan"),
        ({"shift": -1.0}, ValueError, "shift=-1"),
        ({"shift": 1.0}, ValueError, "shift=1.0 .* raise n_features=2"),
        ({"flip_y": -0.1}, ValueError, "flip_y=-0.1"),
        ({"n_features": 1}, ValueError, "n_features=1"),
        ({"batch_size": 0}, ValueError, "batch_size=0"),
        ({"batch_size": 10.0}, TypeError, "batch_size=10.0"),
        ({"random_state": "now"}, TypeError, "random_state='now'"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(how, error, words):
    with pytest.raises(error, match=words):
        make_drifting_stream(**how)
