"""mixture: densities that are sums of simple ones.

| file | what it holds |
| --- | --- |
| `gaussian_mixture.py` | `GaussianMixture`: where to begin, how many runs, predictions |
| `expectation_maximisation.py` | EM: who is responsible for a point, then the best Gaussians for that |
| `gaussians.py` | densities and covariances: full, tied, diag, spherical |
"""

from .gaussian_mixture import GaussianMixture

__all__ = ["GaussianMixture"]
