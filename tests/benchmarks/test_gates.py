"""The gate asks every method that is timed, and works out losses itself: zeros and mere claims are struck out."""

import math
from types import SimpleNamespace as Model

import numpy as np
import pytest

from benchmarks import contestants, every, gates, race, workload
from benchmarks.workload import Workload

ELSEWHERE = {  # phases that no method of a model makes, and where they are seen to be gated
    "kd_tree_build_query": "a tree is asked by a function of maths: the test below hands the gate wrong neighbours",
}
TIMED = [name for name in (*workload.file_names(), *every.without_a_file()) if workload.load(name).phases]


def zeros_for(answer):
    """Return zeros in an answer's shape: of an array, of each of a tuple, of each row of a ragged one."""
    if isinstance(answer, tuple):
        return tuple(zeros_for(item) for item in answer)
    if hasattr(answer, "toarray"):
        return 0 * answer
    answer = np.asarray(answer)
    if answer.dtype == object and len(answer) and isinstance(answer[0], np.ndarray):
        found = np.empty_like(answer)
        found[:] = [np.zeros_like(row) for row in answer]
        return found
    return np.zeros(answer.shape, answer.dtype if answer.dtype.kind in "biuf" else np.float64)


class Silent:
    """A fitted model, but for one method that says zeros."""

    def __init__(self, model, method):
        self.model, self.method = model, method

    def __getattr__(self, name):
        found = getattr(self.model, name)
        return (lambda *arguments: zeros_for(found(*arguments))) if name == self.method else found


def few_rows(asked):
    """Return two hundred rows, of as many columns as the small race has, or the real data it runs on."""
    return race.data_of(asked, f"200x{asked.sizes['small'][1]}", asked.data)


def struck(asked, right, wrong, rows):
    answers = {"sklearn": gates.answer_of(asked, right, rows), "wrong": gates.answer_of(asked, wrong, rows)}
    return gates.strike_out(asked, answers, "sklearn")


@pytest.mark.filterwarnings("ignore")  # ten epochs are few, and so are two hundred rows
@pytest.mark.parametrize("name", TIMED)
def test_a_method_that_says_zeros_is_struck_out(name):
    asked = workload.load(name)
    rows = few_rows(asked)
    model = contestants.by_name(asked, "scratchml").fit(rows)
    timed = [method for method in asked.phases if hasattr(model, method)]
    assert timed
    for method in timed:
        found = struck(asked, model, Silent(model, method), rows)
        assert found["sklearn"] == "", method
        assert found["wrong"] != "", method


def test_every_contestants_phase_is_a_method_or_is_gated_elsewhere():
    for name in workload.file_names():
        made = workload.load(name)
        phases = {phase for contestant in made.contestants.values() for phase in contestant.phases}
        assert name in ELSEWHERE or phases <= set(made.phases), name


def test_a_tree_that_names_wrong_neighbours_is_struck_out(monkeypatch):
    asked = workload.load("kd_tree_build_query")
    rows = few_rows(asked)
    tree = asked.contestants["scratchml"].fit(rows)
    right = gates.answer_of(asked, tree, rows)
    far, near = asked.contestants["scratchml"].phases["query"](tree, rows)
    for said in ((far, np.zeros_like(near)), (np.zeros_like(far), near)):
        monkeypatch.setattr("scratchml.maths.k_nearest_in_tree", lambda *arguments, said=said: said)
        found = gates.strike_out(asked, {"sklearn": right, "wrong": gates.answer_of(asked, tree, rows)}, "sklearn")
        assert found["wrong"] != ""


# ---- answers by method


def test_answers_are_compared_method_by_method_where_both_have_it():
    wanted = {"predict": np.ones(2), "transform": np.ones(3)}
    assert gates.differ({"predict": np.ones(2)}, wanted, 0.0, 0.0) == ""
    said = "transform: 3 of 3 numbers differ from the reference's, by up to 1"
    assert gates.differ({**wanted, "transform": np.zeros(3)}, wanted, 0.0, 0.0) == said
    assert gates.differ({}, wanted, 0.0, 0.0) == "it answers none of: predict, transform"


def test_who_has_no_method_to_time_is_judged_by_the_loss_alone():
    by_loss = Workload("", dict, loss=lambda m, d: 1.0, same=workload.answering("predict"))
    by_numbers = Workload("", dict, same=workload.answering("predict"))
    rows = {"X": np.ones((2, 1))}
    models = {"sklearn": Model(predict=lambda X: X), "faiss": Model()}
    for asked, said in ((by_loss, ""), (by_numbers, "it answers none of: predict")):
        answers = {name: gates.answer_of(asked, model, rows) for name, model in models.items()}
        assert gates.strike_out(asked, answers, "sklearn") == {"sklearn": "", "faiss": said}


# ---- losses on paper


def test_scores_of_a_linear_model_come_from_its_weights():
    X = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert gates.linear_scores(Model(coef_=np.array([1.0, -1.0]), intercept_=0.5), X).tolist() == [-0.5, -0.5]
    ten = Model(coef_=np.eye(2), intercept_=np.array([0.0, 1.0]))
    assert gates.linear_scores(ten, X).tolist() == [[1.0, 3.0], [3.0, 5.0]]


@pytest.mark.parametrize("length", [1.0, 100.0])  # longer axes explain no more
def test_the_variance_along_an_axis_is_the_columns_own(length):
    rows = {"X": np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 3.0], [0.0, -3.0]])}
    second = Model(components_=np.array([[0.0, length]]), explained_variance_=np.array([1e9]))
    assert gates.minus_variance(second, rows) == pytest.approx(-18 / 3, rel=1e-15)


@pytest.mark.parametrize("weights", [[0.5, 0.5], [5.0, 5.0]])  # more than 1 together is no more
def test_the_likelihood_of_two_equal_gaussians_is_that_of_one(weights):
    two = Model(weights_=np.array(weights), means_=np.zeros((2, 2)), covariances_=np.array([4 * np.eye(2)] * 2))
    two.lower_bound_ = 1e9
    rows = {"X": np.array([[0.0, 0.0], [2.0, 0.0]])}  # 2 is one standard deviation: half of 1 on average, halved again
    wanted = math.log(2 * math.pi) + math.log(4) + 0.25
    assert gates.minus_log_likelihood(two, rows) == pytest.approx(wanted, rel=1e-14)


def test_the_dual_of_two_rows_is_least_where_the_margin_is_one():
    # x = -1 and 1, K = [[1, -1], [-1, 1]]: b = (-a, a) is worth 2 a^2 - 2 a, least at a = 1/2
    K, y = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([-1.0, 1.0])
    assert gates.minus_dual(np.array([-0.5, 0.5]), K, y) == -0.5
    assert gates.minus_dual(np.array([-0.5, 0.5]), K, y, tube=0.1) == pytest.approx(-0.4, rel=1e-15)
    for forbidden in ([-2.0, 2.0], [-0.5, 0.4], [0.5, -0.5]):  # above C, not adding up to 0, on the wrong side
        assert gates.minus_dual(np.array(forbidden), K, y) == math.inf


def test_the_rbf_kernel_of_two_rows():
    rows = {"X": np.array([[-1.0], [1.0]])}  # variance 1, one column: gamma is 1
    assert gates.rbf_kernel(rows["X"], rows) == pytest.approx(np.array([[1, math.exp(-4)], [math.exp(-4), 1]]))


def test_the_brier_score_of_a_sure_hit_and_a_coin():
    rows = {"X": np.zeros((2, 1)), "y": np.array([3, 7])}
    model = Model(predict_proba=lambda X: np.array([[1.0, 0.0], [0.5, 0.5]]))
    assert gates.brier_score(model, rows) == 0.25
