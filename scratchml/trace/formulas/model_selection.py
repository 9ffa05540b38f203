"""Searches: the score of a candidate is a mean over folds."""

from __future__ import annotations

from .scene import Answer, Line, Scene, formula, total


@formula("model_selection.search_base.Step", "candidate")
def candidate(scene: Scene) -> Answer | None:
    """score = sum over the folds of the test scores / number of folds."""
    step = scene.step
    known = [fold.get("test_scores", {}) for fold in step.folds if isinstance(fold, dict)]
    words = f"Candidate {step.iteration} has been judged on every fold: {step.params}."
    scores = [next(iter(s.values())) if isinstance(s, dict) and s else s for s in known]
    if not scores or not all(isinstance(s, float) for s in scores):
        return Answer(words, ())
    value, name = float(sum(scores) / len(scores)), "score = sum over folds of the test score / number of folds"
    if abs(value - step.score) > 1e-9 * max(1.0, abs(value)):  # another metric decides
        return Answer(words, ())
    return Answer(words, (Line(name, f"({total(scores)}) / {len(scores)}", value, float(step.score)),))
