"""Planning by the book's loops over P, in exact fractions where policies are evaluated."""

from fractions import Fraction

from tests.naive.linear_model.linear_regression import solve


def action_value(P, s, a, v, gamma):
    return sum(p * (r + (0 if over else gamma * v[s2])) for p, s2, r, over in P[s][a])


def value_iteration(P, gamma, sweeps):
    """Return the values after so many sweeps."""
    v = [0.0] * len(P)
    for _ in range(sweeps):
        v = [max(action_value(P, s, a, v, gamma) for a in range(len(P[s]))) for s in range(len(P))]
    return v


def policy_evaluation(P, policy, gamma):
    """Return the exact values of a policy: Gauss on (I - gamma P) v = r in fractions, rounded at the end."""
    n, gamma = len(P), Fraction(gamma)
    A = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
    b = [Fraction(0)] * n
    for s in range(n):
        for p, s2, r, over in P[s][policy[s]]:
            b[s] += Fraction(p) * Fraction(r)
            if not over:
                A[s][s2] -= gamma * Fraction(p)
    return [float(x) for x in solve(A, b)]


def policy_iteration(P, gamma):
    """Return (policy, values): evaluate exactly, improve, until nothing changes."""
    policy = [0] * len(P)
    while True:
        v = policy_evaluation(P, policy, gamma)
        better = []
        for s in range(len(P)):
            q = [action_value(P, s, a, v, gamma) for a in range(len(P[s]))]
            better.append(policy[s] if max(q) <= q[policy[s]] + 1e-12 else q.index(max(q)))
        if better == policy:
            return policy, v
        policy = better
