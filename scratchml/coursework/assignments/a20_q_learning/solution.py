"""Q-learning: what is an action worth?

An action is worth its reward and what the best action afterwards is worth. Q-learning makes that sentence true a
little more after every step, without knowing the world. Write the functions below. Grade the file with ``scratchml
course grade a20_q_learning.py``.

References: C. Watkins and P. Dayan (1992), Q-learning; R. Sutton and A. Barto (2018), Reinforcement learning, sections
4.4 and 6.5.
"""

import numpy as np


def greedy_action(Q, s):
    """Return the best action of state s. Q is (n_states, n_actions).

    >>> int(greedy_action(np.array([[0.0, 2.0, 2.0]]), 0))
    1
    """
    return int(Q[s].argmax())


def epsilon_greedy(Q, s, epsilon, u):
    """Return an action: any with probability epsilon, else the greedy one. u is a draw from [0, 1).

    >>> epsilon_greedy(np.array([[0.0, 2.0]]), 0, 0.5, 0.1), epsilon_greedy(np.array([[0.0, 2.0]]), 0, 0.5, 0.7)
    (0, 1)
    """
    return int(u / epsilon * Q.shape[1]) if u < epsilon else greedy_action(Q, s)


def q_update(Q, s, a, reward, following, ended, rate, discount):
    """Return the new table, (n_states, n_actions), after one step from s by a to ``following``.

    >>> q_update(np.array([[0.0], [4.0]]), 0, 0, 1.0, 1, False, 0.5, 0.5)
    array([[1.5],
           [4. ]])
    """
    new = Q.copy()
    target = reward + (0.0 if ended else discount * Q[following].max())
    new[s, a] += rate * (target - Q[s, a])
    return new


def bellman_backup(P, V, discount):
    """Return the new values, (n_states,). P[s][a] is a list of (probability, next state, reward, ended).

    >>> P = [[[(1.0, 1, 1.0, False)]], [[(1.0, 1, 2.0, True)]]]
    >>> bellman_backup(P, np.array([0.0, 4.0]), 0.5)
    array([3., 2.])
    """
    worth = [
        [sum(p * (r + (0.0 if ended else discount * V[t])) for p, t, r, ended in outcomes) for outcomes in actions]
        for actions in P
    ]
    return np.array([max(actions) for actions in worth], dtype=float)


def discounted_return(rewards, discount):
    """Return the sum of the rewards, a list of numbers, each later one worth less by the factor discount.

    >>> discounted_return([1.0, 2.0, 4.0], 0.5)
    3.0
    """
    total = 0.0
    for reward in reversed(rewards):
        total = reward + discount * total
    return total


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
