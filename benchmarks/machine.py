"""What the numbers were measured on: processor, cores, memory, system and versions."""

from __future__ import annotations

import hashlib
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ["numpy", "numba", "scikit-learn", "scipy", "imbalanced-learn", "lightgbm", "xgboost", "faiss-cpu"]
PACKAGES += ["scikit-learn-intelex", "fastcluster", "torch", "gymnasium", "shap"]


def line_of(path: str, start: str) -> str:
    """Return what stands behind the colon of a file's first line that begins with `start`, "" where nothing does."""
    if not Path(path).exists():
        return ""
    lines = (line for line in Path(path).read_text().splitlines() if line.startswith(start))
    return next(lines, ":").split(":", 1)[1].strip()


def installed_version(package: str) -> str:
    """Return the version of a package, "absent" where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def code() -> str:
    """Return a digest of the package's files: what was raced, to the letter."""
    found = hashlib.sha256()
    for path in sorted((Path(__file__).parent.parent / "scratchml").rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:8]


def describe() -> dict[str, Any]:
    """Return the description of this machine."""
    kilobytes = line_of("/proc/meminfo", "MemTotal").split()
    return {
        "cpu": line_of("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 1,
        "memory_gb": round(int(kilobytes[0]) / 2**20, 1) if kilobytes else None,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {package: installed_version(package) for package in PACKAGES},
    }


def in_words(machine: dict[str, Any]) -> str:
    """Return the description in one line, the absent packages left out."""
    memory = f", {machine['memory_gb']} GB" if machine["memory_gb"] else ""
    versions = ", ".join(f"{name} {v}" for name, v in machine["versions"].items() if v != "absent")
    cpu = f"{machine['cpu']}, {machine['cores']} CPUs{memory}"
    return f"{cpu}, {machine['system']}, Python {machine['python']}, {versions}"
