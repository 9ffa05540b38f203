"""The race of ``conv2d.py`` in float32."""

from benchmarks.workloads.conv2d import race

WORKLOAD = race(
    "float32",
    reasons={
        "step": "Ours copies the image's patches into rows for BLAS, in forward and again in backward, and adds them "
        "back: three tenths of its time on one thread, the products being the rest (measured). The peer makes no "
        "patches, and a second thread gains it a third of its time or more, ours nothing. The bound is one pass over "
        "images and slopes.",
    },
)
