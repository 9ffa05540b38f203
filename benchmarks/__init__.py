"""The fair race: ``python -m benchmarks``. Same data, same seed, same stopping rule, contestants interleaved."""
