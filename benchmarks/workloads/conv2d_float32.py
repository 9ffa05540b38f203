"""The race of ``conv2d.py`` in float32."""

from benchmarks.workloads.conv2d import race

WORKLOAD = race(
    "float32",
    reasons={
        "step": "Ours copies the image's patches into rows for BLAS, in forward and again in backward, and adds them "
        "back; that takes two thirds of the products' time, and in float32 as long as in float64, because "
        "each copy is a short run. The peer makes no patches; for ours the three products alone are the "
        "bound.",
    },
)
