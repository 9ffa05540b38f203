"""Every public function and class is raced, or excused by name with a reason."""

import re

import pytest

from benchmarks import every, layers, workload
from scratchml.discovery import rooms

EXCUSED = {  # the reason: who
    "draws": "cluster.dendrogram tree.plot_tree",
    "chooses what is computed, or puts it together": """
        compose.make_column_selector compose.make_column_transformer metrics.check_scoring metrics.get_scorer
        metrics.get_scorer_names metrics.make_scorer model_selection.check_cv optim.loss_named pipeline.make_pipeline
        pipeline.make_union maths.metric_name""",
    "lists what to try, or draws one number": """
        model_selection.ParameterGrid model_selection.ParameterSampler model_selection.log_uniform
        model_selection.randint model_selection.uniform""",
    "gives back splits of the caller's": "model_selection.PredefinedSplit",
    "is a base, or a type": """
        feature_selection.SelectorMixin model_selection.BaseCrossValidator neural_network.Layer neural_network.Loss
        optim.FiniteSum optim.LossAndGradient""",
    "holds what others work out": """
        datasets.Batch datasets.Bunch datasets.DriftingStream inspection.Explanation maths.Neighbourhoods
        maths.Reference maths.RowsOfTree maths.Tree optim.Loss optim.Objective optim.Penalty optim.Step tree.Data
        tree.DecisionPath tree.Growth tree.Limits tree.Tree""",
    "is a warning, or a switch": "pipeline.LeakageWarning neural_network.no_grad",
    "runs another's steps to their end, or is these steps": "optim.minimize rl.rounds rl.sweeps",
    "is one number for a step": """
        optim.step_sizes rl.ExponentialSchedule rl.HarmonicSchedule rl.LinearSchedule""",
    "counts, or divides, once an epoch": "neural_network.EarlyStopping neural_network.Plateau",
    "is part of trees, which are raced": "tree.by_column tree.grow tree.harvest tree.prepare tree.presort",
    "is the search of neighbors and metrics, where it is raced": """
        maths.all_distances maths.exponent_of maths.inner_products maths.is_crowded maths.k_nearest maths.prepare
        maths.squared_norms maths.unit_rows maths.within_crowded_radius maths.within_of_rows maths.within_radius
        maths.within_radius_in_tree""",
    "is where agents and planners race": """
        rl.CliffWalking rl.Discrete rl.FrozenLake rl.GridWorld rl.TabularEnvironment rl.Taxi""",
}
NO_ALGORITHMS = {"trace", "viz"}  # they tell and draw what other rooms did


def raced():
    """Return "room.name" of what a workload names or imports."""
    found = {workload.load(name).estimator for name in workload.names()}
    for path in workload.HERE.glob("*.py"):
        for room, names in re.findall(r"from scratchml\.(\w+) import (.+)", path.read_text()):
            found |= {f"{room}.{name}" for name in names.split(", ")}
    found |= {f"neural_network.{name.split('_images')[0]}" for name in layers.TABLE}
    return found | {every.room_of(every.public()[name]) for name in every.without_a_file()}


@pytest.fixture(scope="module")
def names():
    return {
        f"{room}.{name}"
        for room, module in rooms().items()
        for name in getattr(module, "__all__", ())
        if room not in NO_ALGORITHMS and callable(getattr(module, name))
    }


def test_everything_public_is_raced_or_excused_by_name(names):
    excused = {name for listed in EXCUSED.values() for name in listed.split()}
    assert names - raced() - excused == set()
    assert excused <= names
    assert excused & {workload.load(name).estimator for name in workload.names()} == set()
