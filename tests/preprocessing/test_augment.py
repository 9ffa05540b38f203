"""RandomShift, RandomRotation, RandomNoise, AddAugmentedRows: by hand, naive twin, outside reference, laws, edges."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imblearn.pipeline import make_pipeline as imblearn_pipeline
from scipy import ndimage
from sklearn.pipeline import make_pipeline as sklearn_pipeline

import tests.naive.preprocessing.augment as naive
from scratchml.core.jit import plain_python
from scratchml.datasets import load_digits
from scratchml.neighbors import KNeighborsClassifier
from scratchml.pipeline import make_pipeline
from scratchml.preprocessing import (
    AddAugmentedRows,
    PolynomialFeatures,
    RandomNoise,
    RandomRotation,
    RandomShift,
    StandardScaler,
)
from scratchml.preprocessing.images import resolve_shape
from scratchml.preprocessing.random_rotation import cosines_and_sines, rotate_images
from scratchml.preprocessing.random_shift import shift_images

ROUNDING = {"rtol": 1e-12, "atol": 1e-12}  # four products of numbers of size one, added in another order
SCIPYS = {"constant": "grid-constant", "nearest": "nearest"}


def shifted(images, shifts, mode="constant", fill=0.0):
    """Return images (n, h, w) moved by shifts (n, 2)."""
    moved = np.empty((*images.shape, 1))
    shift_images(images[..., None].copy(), np.array(shifts, dtype=np.int64), mode == "nearest", fill, moved)
    return moved[..., 0]


def rotated(images, degrees, mode="constant", fill=0.0):
    """Return images (n, h, w) turned by degrees (n,)."""
    turned = np.empty((*images.shape, 1))
    angles = cosines_and_sines(np.array(degrees, dtype=float))
    rotate_images(images[..., None].copy(), *angles, mode == "nearest", fill, turned)
    return turned[..., 0]


# ---- by hand


def test_four_pixels_moved_down_and_right_on_paper():
    image = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    assert shifted(image, [[1, 0]]).tolist() == [[[0.0, 0.0], [1.0, 2.0]]]
    assert shifted(image, [[0, 1]], fill=9.0).tolist() == [[[9.0, 1.0], [9.0, 3.0]]]
    assert shifted(image, [[1, 1]], "nearest").tolist() == [[[1.0, 1.0], [1.0, 1.0]]]


def test_a_quarter_turn_on_paper():
    image = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    assert rotated(image, [90.0]).tolist() == [[[2.0, 4.0], [1.0, 3.0]]]  # counter-clockwise


def test_an_eighth_of_a_turn_on_paper():
    # the corners of a 3 x 3 image lie sqrt(2) from the centre: turned, they come from (1 - sqrt(2), 1) and so on
    image = np.zeros((1, 3, 3))
    image[0, 0, 1] = 1.0  # above the centre, at distance 1: seen from the upper left corner at distance sqrt(2) - 1
    found = rotated(image, [45.0])[0]
    beyond = np.sqrt(2) - 1  # the row of origin of the upper left corner is 1 - sqrt(2), that far beyond the border
    assert found[0, 0] == pytest.approx(1 - beyond, rel=1e-12)  # one product


# ---- naive twin


@pytest.mark.parametrize("mode", ["constant", "nearest"])
def test_agrees_with_the_naive_twin(rng, mode):
    images = rng.normal(size=(6, 4, 7))
    shifts, degrees = rng.integers(-3, 4, size=(6, 2)), rng.uniform(-180, 180, size=6)
    expected = [naive.shift(x.tolist(), *s, mode, 0.5) for x, s in zip(images, shifts.tolist())]
    np.testing.assert_array_equal(shifted(images, shifts, mode, 0.5), expected)
    expected = [naive.rotate(x.tolist(), a, mode, 0.5) for x, a in zip(images, degrees)]
    np.testing.assert_allclose(rotated(images, degrees, mode, 0.5), expected, **ROUNDING)


# ---- outside reference


@pytest.mark.parametrize("mode", ["constant", "nearest"])
def test_equals_scipys_shift_and_rotate(mode):
    digits = load_digits().data[:40]
    mover = RandomShift(3, mode=mode, fill_value=1.5, random_state=0)
    turner = RandomRotation(180.0, mode=mode, fill_value=1.5, random_state=0)
    moved, turned = mover.fit_transform(digits), turner.fit_transform(digits)
    for i, image in enumerate(digits.reshape(-1, 8, 8)):
        how = {"mode": SCIPYS[mode], "cval": 1.5}
        expected = ndimage.shift(image, mover.shifts_[i], order=0, **how)
        np.testing.assert_array_equal(moved[i].reshape(8, 8), expected)
        expected = ndimage.rotate(image, turner.angles_[i], order=1, reshape=False, **how)
        np.testing.assert_allclose(turned[i].reshape(8, 8), expected, rtol=1e-10, atol=1e-10)  # SciPy's centre is off


def test_channels_are_changed_alike(rng):
    X = rng.normal(size=(5, 4 * 3 * 2))
    for cls in (RandomShift, RandomRotation):
        both = cls(image_shape=(4, 3, 2), random_state=1).fit_transform(X).reshape(5, 4, 3, 2)
        for k in (0, 1):
            one = cls(image_shape=(4, 3), random_state=1).fit_transform(X.reshape(5, 12, 2)[:, :, k])
            np.testing.assert_array_equal(both[..., k].reshape(5, 12), one)


# ---- laws


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 6))
def test_a_shift_by_nothing_is_the_identity_and_there_and_back_keeps_the_inside(seed, height, width):
    rng = np.random.default_rng(seed)
    image = rng.normal(size=(1, height, width))
    np.testing.assert_array_equal(shifted(image, [[0, 0]]), image)
    a, b = int(rng.integers(0, height)), int(rng.integers(0, width))
    back = shifted(shifted(image, [[a, b]]), [[-a, -b]])
    np.testing.assert_array_equal(back[:, : height - a, : width - b], image[:, : height - a, : width - b])
    assert not back[:, height - a :].any()
    assert not back[:, :, width - b :].any()


@given(st.integers(0, 10**6), st.integers(1, 6))
def test_four_quarter_turns_are_the_identity(seed, side):
    image = np.random.default_rng(seed).normal(size=(1, side, side))
    once = rotated(image, [90.0])
    np.testing.assert_array_equal(once[0], np.rot90(image[0]))
    np.testing.assert_array_equal(rotated(rotated(rotated(once, [-270.0]), [90.0]), [450.0]), image)
    np.testing.assert_array_equal(rotated(image, [0.0]), image)


@given(st.integers(0, 10**6))
def test_a_turned_pixel_lies_between_the_pixels_it_came_from(seed):
    rng = np.random.default_rng(seed)
    image = rng.uniform(2.0, 3.0, size=(1, 5, 4))
    found = rotated(image, [rng.uniform(-180, 180)], "nearest")
    assert found.min() >= image.min() * (1 - 1e-15)  # rounding of a weighted mean
    assert found.max() <= image.max() * (1 + 1e-15)


def test_shifts_are_uniform_and_angles_within_reach():
    mover = RandomShift((1, 2), image_shape=(5, 5), random_state=0)
    mover.fit_transform(np.zeros((15_000, 25)))
    _, counts = np.unique(mover.shifts_, axis=0, return_counts=True)
    assert len(counts) == 15
    assert abs(counts - 1000).max() < 5 * np.sqrt(1000)  # five standard deviations; the seed is fixed
    turner = RandomRotation(20.0, image_shape=(5, 5), random_state=0)
    turner.fit_transform(np.zeros((1000, 25)))
    assert np.abs(turner.angles_).max() < 20.0
    assert abs(turner.angles_.mean()) < 5 * 20 / np.sqrt(3 * 1000)  # five standard errors


def test_noise_has_the_mean_and_the_deviation_asked_for():
    noise = RandomNoise(0.5, random_state=0).fit_transform(np.full((2000, 50), 3.0)) - 3.0
    n = noise.size
    assert abs(noise.mean()) < 5 * 0.5 / np.sqrt(n)  # five standard errors
    assert abs(noise.var() - 0.25) < 5 * 0.25 * np.sqrt(2 / n)  # of a variance
    cut = RandomNoise(0.5, clip=(2.9, 3.2), random_state=0).fit_transform(np.full((2000, 50), 3.0))
    np.testing.assert_array_equal(cut, np.clip(noise + 3.0, 2.9, 3.2))


@pytest.mark.parametrize("mode", ["constant", "nearest"])
def test_compiled_and_plain_agree(rng, mode):
    images, shifts, degrees = rng.normal(size=(4, 3, 5)), rng.integers(-3, 4, size=(4, 2)), rng.uniform(-99, 99, size=4)
    expected = shifted(images, shifts, mode), rotated(images, degrees, mode)
    with plain_python():
        np.testing.assert_array_equal(shifted(images, shifts, mode), expected[0])
        np.testing.assert_array_equal(rotated(images, degrees, mode), expected[1])


EVERY = [RandomShift(), RandomRotation(), RandomNoise()]


@pytest.mark.parametrize("augmenter", EVERY, ids=lambda a: type(a).__name__)
def test_rows_are_changed_while_fitting_and_left_alone_after(augmenter):
    X = load_digits().data[:50]
    changed = augmenter.set_params(random_state=0).fit_transform(X)
    assert changed.shape == X.shape
    assert (changed != X).any(axis=1).sum() > 40
    found = augmenter.transform(X)
    np.testing.assert_array_equal(found, X)
    assert not np.shares_memory(found, X)
    np.testing.assert_array_equal(augmenter.fit_transform(X), changed)  # an int draws the same every time
    stream = augmenter.set_params(random_state=np.random.RandomState(0))
    assert (stream.fit_transform(X) != stream.fit_transform(X)).any()  # a generator moves on: each epoch anew
    augmenter.set_params(random_state=None)


@pytest.mark.parametrize("make", [make_pipeline, sklearn_pipeline, imblearn_pipeline])
def test_a_pipeline_trains_on_changed_rows_and_predicts_for_given_ones(make):
    X, y = load_digits().data[:200], load_digits().target[:200]
    model = make(StandardScaler(), RandomShift(random_state=0), KNeighborsClassifier(1)).fit(X, y)
    scaled = StandardScaler().fit_transform(X)
    alone = KNeighborsClassifier(1).fit(RandomShift(random_state=0).fit_transform(scaled), y)
    np.testing.assert_array_equal(model.predict(X), alone.predict(scaled))


def test_copies_know_their_parents_and_labels():
    X, y = load_digits().data[:30], load_digits().target[:30]
    sampler = AddAugmentedRows(RandomShift(random_state=0), copies=3)
    more, labels = sampler.fit_resample(X, y)
    assert more.shape == (120, 64)
    np.testing.assert_array_equal(more[:30], X)
    np.testing.assert_array_equal(labels[sampler.synthetic_indices_], y[sampler.parents_])
    shifts = sampler.transformer_.shifts_
    assert len(np.unique(shifts[:90:30], axis=0)) > 1  # the copies of one row differ
    expected = shifted(X[sampler.parents_].reshape(-1, 8, 8), shifts)
    np.testing.assert_array_equal(more[30:].reshape(-1, 8, 8), expected)


@pytest.mark.parametrize("make", [make_pipeline, imblearn_pipeline])
def test_copies_of_digits_help_to_read_others(make):
    X, y = load_digits().data, load_digits().target
    changes = make_pipeline(RandomShift(1, random_state=0), RandomRotation(10.0, random_state=0))
    model = make(AddAugmentedRows(changes, copies=4), KNeighborsClassifier(3))
    plain = KNeighborsClassifier(3).fit(X[:200], y[:200]).score(X[200:], y[200:])
    assert model.fit(X[:200], y[:200]).score(X[200:], y[200:]) > plain


# ---- edges and errors


def test_a_shift_never_moves_all_pixels_out():
    found = RandomShift(99, image_shape=(1, -1), fill_value=-1.0, random_state=0).fit_transform(np.ones((200, 3)))
    assert (found == 1.0).any(axis=1).all()


def test_y_may_be_a_series_a_list_or_absent():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    sampler = AddAugmentedRows(RandomNoise(random_state=0))
    X, y = sampler.fit_resample(frame, pd.Series(["u", "v"], index=[7, 8]))
    assert X.shape == (4, 2)
    assert y.tolist() == ["u", "v", "u", "v"]
    assert sampler.feature_names_in_.tolist() == ["a", "b"]
    assert sampler.fit_resample(frame)[1] is None


def test_shapes_are_resolved():
    assert resolve_shape(None, 64) == (8, 8, 1)
    assert resolve_shape((4, -1), 12) == (4, 3, 1)
    assert resolve_shape([2, 2, 3], 12) == (2, 2, 3)


@pytest.mark.parametrize(
    ("augmenter", "kind", "words"),
    [
        (RandomShift(), ValueError, "are no squares; give image_shape"),
        (RandomShift(image_shape=(3, 5)), ValueError, r"image_shape=\(3, 5\) does not fit rows of 6"),
        (RandomShift(image_shape=(4, -1)), ValueError, "does not fit"),
        (RandomShift(image_shape=(-1, -1)), ValueError, "at most one of them -1"),
        (RandomShift(image_shape=6), TypeError, "image_shape"),
        (RandomShift(-1, image_shape=(2, 3)), ValueError, "max_shift"),
        (RandomShift(0.5, image_shape=(2, 3)), TypeError, "max_shift"),
        (RandomShift((1, 2, 3), image_shape=(2, 3)), ValueError, "max_shift"),
        (RandomShift(image_shape=(2, 3), mode="wrap"), ValueError, "mode"),
        (RandomShift(image_shape=(2, 3), fill_value=np.inf), ValueError, "fill_value"),
        (RandomRotation(181.0, image_shape=(2, 3)), ValueError, "max_angle"),
        (RandomNoise(-0.1), ValueError, "scale"),
        (RandomNoise(clip=(1.0, 0.0)), ValueError, "clip"),
        (RandomNoise(1e308, random_state=0), ValueError, "beyond float64; lower scale"),
    ],
)
def test_what_is_wrong_is_named(augmenter, kind, words):
    with pytest.raises(kind, match=words):
        augmenter.fit_transform(np.full((50, 6), 1e308))


def test_other_mistakes_are_clear_errors():
    with pytest.raises(ValueError, match=r"give X.reshape\(len\(X\), -1\)"):
        RandomRotation().fit(np.zeros((2, 3, 3)))
    with pytest.raises(ValueError, match="give a transformer that keeps"):
        AddAugmentedRows(PolynomialFeatures()).fit_resample(np.zeros((2, 3)))
    with pytest.raises(TypeError, match="transformer"):
        AddAugmentedRows(RandomNoise).fit(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        AddAugmentedRows().fit(np.zeros((2, 3)), [1, 2, 3])
