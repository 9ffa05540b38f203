"""Pictures of mixtures: by hand, laws, edges and errors."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from scratchml.core import NotFittedError
from scratchml.mixture import GaussianMixture
from scratchml.mixture.gaussians import SHAPES
from scratchml.viz import draw_ellipses, film_em
from scratchml.viz.mixture import blend, covariance_of


@pytest.fixture(autouse=True)
def close_pictures():
    yield
    plt.close("all")


# ---- by hand


def test_the_ellipses_of_four_corners():
    X = np.array([[-1.0, -3.0], [-1.0, 3.0], [1.0, -3.0], [1.0, 3.0]])  # deviations 1 and 3
    ax = draw_ellipses(GaussianMixture(1, reg_covar=0.0).fit(X), X)
    small, large = ax.patches
    assert small.get_center() == pytest.approx((0.0, 0.0), abs=1e-12)  # a mean of four
    assert (small.get_width(), small.get_height()) == pytest.approx((6.0, 2.0), rel=1e-12)  # roots of eigenvalues
    assert (large.get_width(), large.get_height()) == pytest.approx((12.0, 4.0), rel=1e-12)  # the same
    assert abs(small.get_angle()) == pytest.approx(90.0, abs=1e-9)  # the long axis stands upright


def test_a_row_between_two_components_has_half_of_either_colour():
    one, other = blend(np.eye(2))
    assert blend(np.array([[0.5, 0.5]]))[0].tolist() == ((one + other) / 2).tolist()


# ---- laws


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_drawn(rng, shape):
    X = rng.normal(size=(60, 2))
    model = GaussianMixture(3, covariance_type=shape, random_state=0, tol=1.0).fit(X)
    assert len(draw_ellipses(model, X).patches) == 6
    assert covariance_of(model.covariances_, 0, shape).shape == (2, 2)


def test_the_film_ends_where_the_fit_does(rng):
    X = rng.normal(size=(60, 2)) + 5.0
    model = GaussianMixture(2, random_state=0).fit(X)
    film = film_em(model, X, frames=400)
    film._func(len(list(film.new_frame_seq())) - 1)  # the last picture
    ax, path = film._fig.axes
    assert ax.get_title() == f"run 1, iteration {model.n_iter_}: best"
    np.testing.assert_allclose(ax.patches[0].get_center(), model.means_[0], rtol=1e-12, atol=0)  # the same sums
    assert path.lines[0].get_ydata().tolist() == model.lower_bounds_
    film._draw_was_started = True  # it is not shown here, which matplotlib would warn of


# ---- edges and errors


def test_what_cannot_be_drawn_is_named(rng):
    X = rng.normal(size=(20, 3))
    with pytest.raises(NotFittedError):
        draw_ellipses(GaussianMixture(2), X[:, :2])
    with pytest.raises(ValueError, match="two columns"):
        draw_ellipses(GaussianMixture(2, random_state=0).fit(X), X)
    with pytest.raises(ValueError, match="two columns"):
        film_em(GaussianMixture(2), X)
