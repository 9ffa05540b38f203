"""viz: pictures of models and of how they came to be. Drawn with matplotlib, which is loaded with the first picture.

Every function takes an `ax` to draw on (a new one where it is None) and returns it. Colours are safe for the
colour-blind. No algorithm imports this room.

| file | what it draws |
| --- | --- |
| `boundaries.py` | what a model says at every place of a plane: regions, borders, margins |
| `clusters.py` | Voronoi cells, the trails of centres, an animated fit of k-means, how many clusters there are |
| `decomposition.py` | how much components explain; rows and columns in one picture |
| `evaluation.py` | confusions, ROC, precision and recall, calibration, residuals |
| `graph.py` | the graph of a computation, with values and slopes |
| `hierarchy.py` | the tree of an agglomerative clustering, and merges one after another beside it |
| `images.py` | rows that are images beside what an augmenter makes of them |
| `imbalance.py` | the rows SMOTE made, and the segments they lie on |
| `inspection.py` | permutation importances, partial dependence |
| `layers.py` | values and slopes inside a network while it learns, and how far its weights move |
| `linear.py` | weights on their way from zero as the penalty falls |
| `loss_surface.py` | the paths of optimisers on a loss, as a picture and a film; a plane through a network's weights |
| `mixture.py` | components of a Gaussian mixture as ellipses, and the film of EM |
| `neighbors.py` | the boxes of a k-d tree that a query opened or passed over |
| `preprocessing.py` | a column's distribution before and after: scaled, transformed, filled in, without outliers |
| `rl.py` | values, policies, visits and returns of agents |
| `rl_episode.py` | an episode as text for a terminal, and as an animated GIF |
| `selection.py` | learning and validation curves, the rows of each split |
| `shap.py` | Shapley values as bars, as a swarm, as a staircase |
| `svm.py` | the street between two classes with its support vectors; the gap closing |
| `trees.py` | a node's candidates, impurity by threshold, the way of one row, pruning, a round of boosting |
"""

from .boundaries import draw_decision_regions
from .clusters import draw_cells, draw_choice, draw_silhouettes, k_means_gif
from .decomposition import draw_biplot, draw_scree
from .evaluation import (
    draw_calibration,
    draw_confusion_matrix,
    draw_precision_recall,
    draw_residuals,
    draw_roc,
)
from .graph import draw_graph
from .hierarchy import draw_merges, film_merges, plot_dendrogram
from .images import draw_augmented
from .imbalance import draw_segments
from .inspection import draw_dependence, draw_importances
from .layers import draw_layer, draw_update_ratios
from .linear import draw_coefficient_path
from .loss_surface import draw_loss_surface, draw_weight_plane, film_paths, walk_downhill
from .mixture import draw_ellipses, film_em
from .neighbors import draw_boxes
from .preprocessing import draw_before_after
from .rl import draw_actions, draw_returns, draw_values, draw_visits
from .rl_episode import episode_gif, episode_text, walk_episode
from .selection import draw_cv_splits, draw_learning_curve, draw_validation_curve
from .shap import draw_beeswarm, draw_shap_bars, draw_waterfall
from .svm import draw_gap, draw_margins
from .trees import draw_pruning, draw_round, draw_split, draw_split_curve, draw_tree_path

__all__ = [
    "draw_actions",
    "draw_augmented",
    "draw_beeswarm",
    "draw_before_after",
    "draw_biplot",
    "draw_boxes",
    "draw_calibration",
    "draw_cells",
    "draw_choice",
    "draw_coefficient_path",
    "draw_confusion_matrix",
    "draw_cv_splits",
    "draw_decision_regions",
    "draw_dependence",
    "draw_ellipses",
    "draw_gap",
    "draw_graph",
    "draw_importances",
    "draw_layer",
    "draw_learning_curve",
    "draw_loss_surface",
    "draw_margins",
    "draw_merges",
    "draw_precision_recall",
    "draw_pruning",
    "draw_residuals",
    "draw_returns",
    "draw_roc",
    "draw_round",
    "draw_scree",
    "draw_segments",
    "draw_shap_bars",
    "draw_silhouettes",
    "draw_split",
    "draw_split_curve",
    "draw_tree_path",
    "draw_update_ratios",
    "draw_validation_curve",
    "draw_values",
    "draw_visits",
    "draw_waterfall",
    "draw_weight_plane",
    "episode_gif",
    "episode_text",
    "film_em",
    "film_merges",
    "film_paths",
    "k_means_gif",
    "plot_dendrogram",
    "walk_downhill",
    "walk_episode",
]
