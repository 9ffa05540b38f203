"""viz: pictures of models and of how they came to be. Drawn with matplotlib, which is loaded with the first picture.

Every function takes an `ax` to draw on (a new one where it is None) and returns it. Colours are safe for the
colour-blind. No algorithm imports this room.

| file | what it draws |
| --- | --- |
| `clusters.py` | Voronoi cells, the trails of centres, an animated fit of k-means, how many clusters there are |
| `hierarchy.py` | the tree of an agglomerative clustering |
| `neighbors.py` | the boxes of a k-d tree that a query opened or passed over |
| `rl.py` | values, policies, visits and returns of agents |
| `rl_episode.py` | an episode as text for a terminal, and as an animated GIF |
| `svm.py` | the street between two classes with its support vectors; the gap closing |
"""

from .clusters import draw_cells, draw_choice, draw_silhouettes, k_means_gif
from .hierarchy import plot_dendrogram
from .neighbors import draw_boxes
from .rl import draw_actions, draw_returns, draw_values, draw_visits
from .rl_episode import episode_gif, episode_text, walk_episode
from .svm import draw_gap, draw_margins

__all__ = [
    "draw_actions",
    "draw_boxes",
    "draw_cells",
    "draw_choice",
    "draw_gap",
    "draw_margins",
    "draw_returns",
    "draw_silhouettes",
    "draw_values",
    "draw_visits",
    "episode_gif",
    "episode_text",
    "k_means_gif",
    "plot_dendrogram",
    "walk_episode",
]
