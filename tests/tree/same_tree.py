"""Comparing our trees with scikit-learn's, array by array."""

import numpy as np

ARRAYS = (
    "children_left",
    "children_right",
    "feature",
    "threshold",
    "impurity",
    "n_node_samples",
    "weighted_n_node_samples",
    "value",
)


def check_same_tree(ours, theirs):
    """Assert that two `tree_` hold the same numbers to the last bit."""
    assert ours.node_count == theirs.node_count
    assert ours.max_depth == theirs.max_depth
    assert ours.n_leaves == theirs.n_leaves
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(ours, name), np.asarray(getattr(theirs, name)), err_msg=name)
    inner = ours.children_left >= 0
    expected = np.asarray(theirs.missing_go_to_left)[inner]
    np.testing.assert_array_equal(ours.missing_go_to_left[inner], expected)
    np.testing.assert_array_equal(ours.compute_feature_importances(), theirs.compute_feature_importances())


def share_of_same_nodes(ours, theirs):
    """Return the share of their nodes that ours has, too: the same path from the root, rows, feature, threshold."""

    def described(tree):
        found, stack = set(), [(0, "")]
        while stack:
            node, path = stack.pop()
            facts = (int(tree.n_node_samples[node]), int(tree.feature[node]), float(tree.threshold[node]))
            found.add((path, *facts))
            if tree.children_left[node] >= 0:
                stack.append((int(tree.children_left[node]), path + "l"))
                stack.append((int(tree.children_right[node]), path + "r"))
        return found

    a, b = described(ours), described(theirs)
    return len(a & b) / len(b)
