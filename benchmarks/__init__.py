'''The fair race: ``python -m benchmarks``. Same data, same seed, same stopping rule, contestants interleaved.

A new race is a file of ten lines in ``benchmarks/workloads``, and its name on the command line is the file's name::

    """Quantiles of two hundred thousand rows."""

    from benchmarks.workload import race_of

    WORKLOAD = race_of(
        "preprocessing.QuantileTransformer",
        lambda QuantileTransformer, data: QuantileTransformer(n_quantiles=100, random_state=0).fit(data["X"]),
        large=(200_000, 10),
        ask=["transform"],
        same=lambda model, data: model.transform(data["X"]),
    )

Whoever has a class of that name runs: scikit-learn, imbalanced-learn, scikit-learn-intelex, and with ``--vs my.py``
the class that your own file defines. Every answer passes the gate before its time counts: ``same`` numbers as the
reference, of the methods in ``ask`` where the file does not say of what, and a ``loss`` no worse than the best one
where there is one. `race_of` says what else a race may have: a bound, peers under other names, targets, other kinds of
data.

Who reads the package: ``workload`` and ``data`` say what is raced, ``contestants`` who runs, ``gates`` what an answer
is worth, ``race``, ``memory`` and ``import_lines`` measure in processes that ``measure`` starts; ``results``,
``growth``, ``machine``, ``tables``, ``plots`` and ``page`` tell of it. ``every``, ``functions`` and ``layers`` race
what has no file of its own: estimators, functions, and layers with their losses and optimisers.
'''
