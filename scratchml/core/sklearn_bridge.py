"""The bridge to scikit-learn and imbalanced-learn: the only file that may import them, and only once called by them.

scikit-learn asks an estimator for ``__sklearn_tags__`` and expects its own dataclasses back; that call can
only come from scikit-learn, so importing it there costs nothing. In the other direction our meta-estimators
accept scikit-learn's estimators by reading their tags as plain attributes.
"""

from __future__ import annotations

import sys
from typing import Any

from .tags import Tags


def loaded_sklearn_exception(name: str) -> type | None:
    """Return scikit-learn's exception class `name` if scikit-learn is loaded in this process, else None."""
    module = sys.modules.get("sklearn.exceptions")
    found = getattr(module, name, None)
    return found if isinstance(found, type) else None


def to_sklearn_tags(tags: Tags) -> Any:
    """Translate our tags into scikit-learn's. Called by scikit-learn only, hence the import here."""
    from sklearn.utils import ClassifierTags, InputTags, RegressorTags, TargetTags, TransformerTags
    from sklearn.utils import Tags as SklearnTags

    if tags.sampler and "imblearn" in sys.modules:
        return to_imblearn_tags(tags)
    is_classifier = tags.estimator_type == "classifier"
    is_regressor = tags.estimator_type == "regressor"
    return SklearnTags(
        estimator_type=tags.estimator_type,
        target_tags=TargetTags(
            required=tags.requires_y,
            one_d_labels=tags.one_d_labels,
            two_d_labels=tags.two_d_labels,
            positive_only=tags.positive_y,
            multi_output=tags.multi_output,
            single_output=tags.single_output,
        ),
        transformer_tags=(
            TransformerTags(preserves_dtype=["float64"] if tags.keeps_dtype else []) if tags.transformer else None
        ),
        classifier_tags=(
            ClassifierTags(poor_score=tags.poor_score, multi_class=tags.multi_class, multi_label=tags.multi_label)
            if is_classifier
            else None
        ),
        regressor_tags=RegressorTags(poor_score=tags.poor_score) if is_regressor else None,
        non_deterministic=tags.non_deterministic,
        requires_fit=tags.requires_fit,
        no_validation=tags.no_validation,
        input_tags=InputTags(
            two_d_array=tags.two_d_array,
            categorical=tags.categorical,
            string=tags.string,
            positive_only=tags.positive_only,
            allow_nan=tags.allow_nan,
            pairwise=tags.pairwise,
            sparse=tags.sparse,
        ),
    )


def to_imblearn_tags(tags: Tags) -> Any:
    """Translate a sampler's tags into imbalanced-learn's, which is loaded already."""
    from imblearn.utils._tags import InputTags, SamplerTags
    from imblearn.utils._tags import Tags as ImblearnTags
    from sklearn.utils import TargetTags

    return ImblearnTags(
        estimator_type="sampler",
        target_tags=TargetTags(required=tags.requires_y),
        sampler_tags=SamplerTags(sample_indices=tags.sample_indices),
        input_tags=InputTags(string=tags.string, allow_nan=tags.allow_nan, dataframe=True),
    )


def from_sklearn_tags(theirs: Any) -> Tags:
    """Read scikit-learn's tags (any object with those attributes) into ours."""
    sub = theirs.classifier_tags or theirs.regressor_tags
    return Tags(
        estimator_type=theirs.estimator_type,
        transformer=theirs.transformer_tags is not None,
        requires_y=theirs.target_tags.required,
        one_d_labels=theirs.target_tags.one_d_labels,
        two_d_labels=theirs.target_tags.two_d_labels,
        positive_y=theirs.target_tags.positive_only,
        multi_output=theirs.target_tags.multi_output,
        single_output=theirs.target_tags.single_output,
        poor_score=bool(sub and sub.poor_score),
        multi_class=getattr(sub, "multi_class", True),
        multi_label=getattr(sub, "multi_label", False),
        non_deterministic=theirs.non_deterministic,
        requires_fit=theirs.requires_fit,
        no_validation=theirs.no_validation,
        two_d_array=theirs.input_tags.two_d_array,
        categorical=theirs.input_tags.categorical,
        string=theirs.input_tags.string,
        positive_only=theirs.input_tags.positive_only,
        allow_nan=theirs.input_tags.allow_nan,
        pairwise=theirs.input_tags.pairwise,
        sparse=theirs.input_tags.sparse,
    )
