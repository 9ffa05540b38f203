"""BatchNorm and LayerNorm in pieces of rows: the book's steps on whole arrays, the same bits whoever works on them."""

import numpy as np
import pytest

import tests.naive.neural_network.standardise as naive
from scratchml.core.jit import plain_python
from scratchml.neural_network import BatchNorm, LayerNorm
from scratchml.neural_network.layers import standardise

NORMS = {"batch": (BatchNorm, 0), "layer": (LayerNorm, 1)}
SHAPES = [(1, 1), (2, 1), (3, 5), (6, 40), (57, 33), (200, 3), (400, 70)]


def built(make, k, dtype="float64"):
    layer, rng = make(), np.random.default_rng(0)
    layer.build((k,), np.random.RandomState(0), dtype)
    return layer.set_parameters(scale=rng.normal(size=k), shift=rng.normal(size=k))


def both_ways(layer, x, slopes):
    """Return y, s_x and the slopes of scale and shift, copied."""
    y = layer.forward(x, training=True).copy()
    return y, layer.backward(slopes).copy(), *(g.copy() for g in layer.gradients.values())


# ---- naive twin


@pytest.mark.parametrize("piece", [1, 100, 2**16])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", NORMS)
def test_pieces_are_the_books_whole_arrays(name, dtype, piece, rng, monkeypatch):
    monkeypatch.setattr(standardise, "PIECE", piece)
    make, axis = NORMS[name]
    digits = 1e-12 if dtype == "float64" else 2e-4  # rounding of a few hundred sums, of the largest number
    for shape in SHAPES:
        x, slopes = (rng.normal(3.0, 2.0, size=shape).astype(dtype) for _ in range(2))
        layer = built(make, shape[1], dtype)
        scale, shift = (layer.parameters[key].astype(np.float64) for key in ("scale", "shift"))
        y, h, inverse = naive.forward(x.astype(np.float64), scale, shift, axis)
        expected = y, *naive.backward(slopes.astype(np.float64), h, inverse, scale, axis)
        for found, wanted in zip(both_ways(layer, x, slopes), expected, strict=True):
            assert found.dtype == dtype
            assert np.abs(found - wanted).max() <= digits * max(1.0, np.abs(wanted).max()) * inverse.max()


def test_plain_python_gives_the_same_bits(rng):
    for make, _ in NORMS.values():
        for dtype in ("float64", "float32"):
            layer = built(make, 37, dtype)
            x, slopes = (rng.normal(size=(7, 37)).astype(dtype) for _ in range(2))
            compiled = both_ways(layer, x, slopes)
            with plain_python():
                plain = both_ways(layer, x, slopes)
            assert all((a == b).all() for a, b in zip(compiled, plain, strict=True))


# ---- laws


@pytest.mark.parametrize("threads", ["2", "5"])
@pytest.mark.parametrize("name", NORMS)
def test_threads_do_not_change_a_bit(name, threads, rng, monkeypatch):
    monkeypatch.setattr(standardise, "PIECE", 300)
    x, slopes = (rng.normal(size=(1000, 20)) for _ in range(2))
    layer = built(NORMS[name][0], 20)
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", "1")
    one = both_ways(layer, x, slopes)
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
    assert all((a == b).all() for a, b in zip(one, both_ways(layer, x, slopes), strict=True))


def test_a_large_mean_costs_no_more_digits_than_it_has(rng):
    x = rng.normal(size=(500, 4))
    for make, axis in NORMS.values():
        layer = built(make, 4)
        y = layer.forward(x + 1e6, training=True)
        expected = naive.forward(x + 1e6, layer.parameters["scale"], layer.parameters["shift"], axis)[0]
        np.testing.assert_allclose(y, expected, rtol=0, atol=1e-9)  # 16 digits, 6 of them before the point


def test_running_statistics_are_of_the_whole_batch(rng, monkeypatch):
    monkeypatch.setattr(standardise, "PIECE", 30)
    x, layer = rng.normal(5.0, 2.0, size=(100, 3)), built(lambda: BatchNorm(momentum=1.0), 3)
    layer.forward(x, training=True)
    np.testing.assert_allclose(layer.statistics["running_mean"], x.mean(axis=0), rtol=1e-13)  # rounding
    np.testing.assert_allclose(layer.statistics["running_variance"], x.var(axis=0, ddof=1), rtol=1e-13)  # the same


# ---- edges


def test_one_number_that_is_nan_shows_in_its_group_and_in_no_other():
    x = np.arange(12.0).reshape(4, 3)
    x[1, 2] = np.nan
    assert np.isnan(built(BatchNorm, 3).forward(x, training=True)).sum(axis=0).tolist() == [0, 0, 4]
    assert np.isnan(built(LayerNorm, 3).forward(x)).sum(axis=1).tolist() == [0, 3, 0, 0]


def test_a_batch_of_no_rows_moves_nothing():
    layer = built(BatchNorm, 3)
    assert layer.forward(np.empty((0, 3)), training=True).shape == (0, 3)
    assert layer.backward(np.empty((0, 3))).shape == (0, 3)
    assert layer.statistics["running_mean"].tolist() == [0.0] * 3
    assert layer.statistics["running_variance"].tolist() == [1.0] * 3
    assert all(gradient.tolist() == [0.0] * 3 for gradient in layer.gradients.values())
