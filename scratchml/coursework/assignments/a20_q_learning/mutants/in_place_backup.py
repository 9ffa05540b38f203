"""States later in the sweep already see the new values; all must be made from the old ones."""


def bellman_backup(P, V, discount):
    """Overwrite as it goes."""
    V = V.astype(float).copy()
    for s, actions in enumerate(P):
        V[s] = max(
            sum(p * (r + (0.0 if ended else discount * V[t])) for p, t, r, ended in outcomes) for outcomes in actions
        )
    return V
