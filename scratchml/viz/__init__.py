"""viz: pictures of models and of how they came to be. Drawn with matplotlib, which is loaded with the first picture.

Every function takes an `ax` to draw on (a new one where it is None) and returns it. Colours are safe for the
colour-blind. No algorithm imports this room.

| file | what it draws |
| --- | --- |
| `rl.py` | values, policies, visits and returns of agents |
| `rl_episode.py` | an episode as text for a terminal, and as an animated GIF |
| `hierarchy.py` | the tree of an agglomerative clustering |
"""

from .hierarchy import plot_dendrogram
from .rl import draw_actions, draw_returns, draw_values, draw_visits
from .rl_episode import episode_gif, episode_text, walk_episode

__all__ = [
    "draw_actions",
    "draw_returns",
    "draw_values",
    "draw_visits",
    "episode_gif",
    "episode_text",
    "plot_dendrogram",
    "walk_episode",
]
