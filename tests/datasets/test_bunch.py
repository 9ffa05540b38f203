"""A Bunch is a dict whose keys are attributes."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils import Bunch as ReferenceBunch

from scratchml.datasets import Bunch

# by hand


def test_a_key_is_an_attribute_and_an_attribute_is_a_key():
    bunch = Bunch(a=1)
    bunch.b = 2
    bunch["c"] = 3
    assert (bunch.a, bunch["b"], bunch.c) == (1, 2, 3)
    assert dict(bunch) == {"a": 1, "b": 2, "c": 3}


def test_deleting_an_attribute_deletes_the_key():
    bunch = Bunch(a=1, b=2)
    del bunch.a
    assert bunch == {"b": 2}


def test_tab_completion_offers_keys_and_methods():
    assert {"a", "keys", "copy"} <= set(dir(Bunch(a=1)))


# outside reference


def test_it_compares_equal_to_the_references_bunch():
    assert Bunch(a=1, b="x") == ReferenceBunch(a=1, b="x")


# laws


@given(st.dictionaries(st.text(min_size=1), st.integers()))
def test_pickling_and_copying_give_an_equal_bunch(items):
    bunch = Bunch(**items)
    for twin in (pickle.loads(pickle.dumps(bunch)), copy.copy(bunch), copy.deepcopy(bunch), bunch.copy()):
        assert type(twin) is Bunch
        assert twin == bunch
        assert twin is not bunch


def test_changing_a_copy_leaves_the_original_alone():
    bunch = Bunch(a=1)
    bunch.copy().a = 2
    assert bunch.a == 1


# edges and errors


def test_a_missing_attribute_is_an_attribute_error_that_names_the_keys():
    with pytest.raises(AttributeError, match=r"no 'dato'; it has data, target"):
        _ = Bunch(data=1, target=2).dato
    assert not hasattr(Bunch(), "data")
    with pytest.raises(AttributeError, match="no 'b'"):
        del Bunch(a=1).b


def test_a_missing_key_is_a_key_error():
    with pytest.raises(KeyError):
        Bunch(a=1)["b"]
