"""The question that a node of a tree asks, and what it gains; a whole tree, alone or in a forest."""

from __future__ import annotations

from typing import Any

import numpy as np

from .scene import Answer, Line, Scene, close, formula, many, say, total

CLASSES, NUMBERS = ("gini", "entropy", "log_loss"), ("squared_error", "friedman_mse", "absolute_error", "poisson")
CRITERIA = (*CLASSES, *NUMBERS)
ROUNDING = 1e-12  # a leaf with less of the root's impurity than this is clean


def impurity_of(y: Any, criterion: str) -> tuple[float, str, str]:
    """Return the impurity of rows with these targets, its formula and the numbers in it."""
    if criterion in CLASSES:
        counts = np.unique(y, return_counts=True)[1]
        shares = counts / len(y)
        parts = [f"({count} / {len(y)})" for count in counts]
        if criterion == "gini":
            return float(1 - (shares**2).sum()), "1 - sum_c p_c^2", "1 - " + " - ".join(f"{p}**2" for p in parts)
        filled = "-(" + " + ".join(f"{p} * log2({p})" for p in parts) + ")"
        return float(-(shares * np.log2(shares)).sum()), "-sum_c p_c log2 p_c", filled
    if criterion == "absolute_error":
        away = np.abs(y - np.median(y))
        return float(np.mean(away)), "sum_i |y_i - median| / m", f"({total(away)}) / {len(y)}"
    if criterion == "poisson":
        terms = [float(v * np.log(v / np.mean(y))) if v > 0 else 0.0 for v in y]
        return sum(terms) / len(y), "sum_i y_i log(y_i / mean) / m", f"({total(terms)}) / {len(y)}"
    value = float(np.mean((y - np.mean(y)) ** 2))
    return value, "sum_i (y_i - mean)^2 / m", f"({total((y - np.mean(y)) ** 2)}) / {len(y)}"


def in_words(scene: Scene) -> str:
    """Return what is asked at a node, or that nothing is."""
    step, X = scene.step, scene.X
    if step.name == "leaf" or X is None:
        return f"A leaf of {many(len(step.rows), 'row')}: no question is worth asking here."
    goes_left = int((X[step.rows, step.feature] <= step.threshold).sum())
    best = "" if step.candidates is None else f", the best of {many(len(step.candidates.feature), 'question')}"
    sides = f"{many(goes_left, 'row')} to the left, {len(step.rows) - goes_left} to the right"
    return f"Is x_{step.feature} <= {say(step.threshold)}? {sides}{best}."


@formula("tree.decision_tree.Step", "split", "leaf")
def node(scene: Scene) -> Answer | None:
    """impurity, and gain = impurity - share left * impurity left - share right * impurity right."""
    step, X = scene.step, scene.X
    criterion = scene.params.get("criterion", "gini")
    if X is None or step.rows is None:
        return None
    if scene.y is None or np.ndim(scene.y) != 1 or criterion not in CRITERIA:
        return Answer(in_words(scene), ())
    y = np.asarray(scene.y)[step.rows]
    y = y.astype(np.float64) if criterion in NUMBERS else y
    impurity, name, filled = impurity_of(y, criterion)
    if not np.isclose(impurity, step.impurity, rtol=1e-6, atol=1e-9):  # a weighted fit: its weights are not known here
        return Answer(in_words(scene), ())
    lines = [Line(f"impurity = {name}", filled, impurity, float(step.impurity), 1e-6)]
    if step.name == "leaf":
        return Answer(in_words(scene), tuple(lines))
    goes_left = X[step.rows, step.feature] <= step.threshold
    left, right = impurity_of(y[goes_left], criterion), impurity_of(y[~goes_left], criterion)
    m, m_left, m_right = len(y), int(goes_left.sum()), int((~goes_left).sum())
    gain = impurity - m_left / m * left[0] - m_right / m * right[0]
    lines += [
        Line(f"impurity_left = {left[1]}", left[2], left[0]),
        Line(f"impurity_right = {right[1]}", right[2], right[0]),
        Line(
            "gain = impurity - m_left / m * impurity_left - m_right / m * impurity_right",
            f"{say(impurity)} - {m_left} / {m} * {say(left[0])} - {m_right} / {m} * {say(right[0])}",
            gain,
        ),
    ]
    share = m / len(X)
    filled = f"{m} / {len(X)} * {say(gain)}"
    lines.append(
        Line("gain of the whole tree = share of all rows * gain", filled, share * gain, float(step.gain), 1e-6)
    )
    return Answer(in_words(scene), tuple(lines))


def whole_lines(tree: Any) -> list[Line]:
    """Return the risk of a tree: what its leaves have left of the root's impurity."""
    if not hasattr(tree, "impurity"):  # the trace was loaded from a file, which holds no trees
        return []
    left, n = tree.children_left, tree.weighted_n_node_samples
    part, is_leaf = n / n[0] * tree.impurity, left < 0
    splits, leaves = np.flatnonzero(~is_leaf), np.flatnonzero(is_leaf)
    unclean = leaves[tree.impurity[leaves] > ROUNDING * tree.impurity[0]]
    terms = [f"{say(n[i])} / {say(n[0])} * {say(tree.impurity[i])}" for i in unclean]
    terms = terms if len(terms) <= 4 else [*terms[:3], "...", terms[-1]]
    risk, root = float(part[unclean].sum()), float(tree.impurity[0])
    gains = part[splits] - part[left[splits]] - part[tree.children_right[splits]]
    lines = [Line("risk = sum over the leaves of n_leaf / n * impurity_leaf", " + ".join(terms) or "0", risk)]
    if len(splits):
        name = "risk = impurity of the root - sum of the splits' gains"
        lines.append(Line(name, f"{say(root)} - ({total(gains)})", root - float(gains.sum()), risk, 1e-8))
    return lines


def root_line(scene: Scene, tree: Any, rows: Any) -> list[Line]:
    """Return the impurity of a tree's root, which holds these rows (None: all of them)."""
    criterion = scene.params.get("criterion", "gini")
    if scene.y is None or np.ndim(scene.y) != 1 or criterion not in CRITERIA or not hasattr(tree, "impurity"):
        return []
    y = np.asarray(scene.y) if rows is None else np.asarray(scene.y)[rows]
    value, name, filled = impurity_of(y.astype(np.float64) if criterion in NUMBERS else y, criterion)
    return close([Line(f"impurity of the root = {name}", filled, value, float(tree.impurity[0]), 1e-6)])


def price_lines(scene: Scene) -> list[Line]:
    """Return alpha = (risk of the node as a leaf - risk of the leaves below it) / (leaves below it - 1)."""
    step, n = scene.step, 0 if scene.X is None else len(scene.X)
    nodes = [s for s in scene.earlier if s.name in ("split", "leaf") and s.rows is not None]  # parents come first
    cut = [s.node for s in scene.earlier if s.name == "cut"]
    places = [k for k, s in enumerate(nodes) if s.node == step.node]
    if not n or len(places) != 1:
        return []
    top, risks, hidden = nodes[places[0]], [], len(nodes)  # hidden: how deep what has been cut off already begins
    for below in nodes[places[0] + 1 :]:
        if below.depth <= top.depth:
            break
        if below.depth > hidden:
            continue
        hidden = below.depth if below.node in cut else len(nodes)
        if below.name == "leaf" or below.node in cut:
            risks.append(len(below.rows) / n * float(below.impurity))
    if len(risks) < 2:
        return []
    own = len(top.rows) / n * float(top.impurity)
    name = f"alpha = (risk of node {step.node} as a leaf - risks of the leaves below) / (leaves below - 1)"
    filled = f"({say(own)} - ({total(risks)})) / ({len(risks)} - 1)"
    return close([Line(name, filled, (own - sum(risks)) / (len(risks) - 1), float(step.alpha), 1e-8)])


@formula("tree.decision_tree.Step", "grow", "tree", "cut")
def whole_tree(scene: Scene) -> Answer | None:
    """Show the risk of a grown tree; while it grows and is cut only the number of nodes is known."""
    step, nodes = scene.step, many(scene.step.n_nodes, "node")
    if step.name == "grow":
        return Answer(f"The tree has grown to {nodes}.", ())
    if step.name == "cut":
        price = say(step.alpha)
        words = f"At a price of {price} for a leaf what grows below node {step.node} does not pay; {nodes} stay."
        return Answer(words, tuple(price_lines(scene)))
    return Answer(f"The tree is grown: {nodes}.", (*root_line(scene, step.tree, None), *whole_lines(step.tree)))


@formula("ensemble.forest.Step", "tree")
def tree_of_forest(scene: Scene) -> Answer | None:
    """One more tree; how many different rows it has seen, and what its leaves have left of the root's impurity."""
    step, tree = scene.step, getattr(scene.step.tree, "tree_", None)
    lines = [*root_line(scene, tree, step.rows), *whole_lines(tree)]
    if step.rows is None:
        return Answer(f"{many(step.iteration, 'tree')} grown; the last from all rows.", tuple(lines))
    kinds, drawn = len(np.unique(step.rows)), len(step.rows)
    words = f"{many(step.iteration, 'tree')} grown; the last from {drawn} drawn rows, {kinds} of them different."
    n = drawn if scene.y is None else len(scene.y)
    name = "share of the rows seen = different rows / n (1 - (1 - 1 / n)^drawn is expected)"
    return Answer(words, (Line(name, f"{kinds} / {n}", kinds / n), *lines))
