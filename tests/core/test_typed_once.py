"""Types worked out once: the answers are Numba's own, and are asked for once."""

import operator

import pytest

import scratchml.core.jit as jit

if not jit.jit_enabled():
    pytest.skip("nothing is compiled", allow_module_level=True)

from numba import types
from numba.core import compiler, registry, targetconfig
from numba.core.errors import TypingError

from scratchml.core import typed_once

CONTEXT = registry.cpu_target.typing_context
MATRIX, COUNTS = types.Array(types.float64, 2, "C"), types.Array(types.int32, 1, "C", readonly=True)
QUESTIONS = [
    (operator.mul, (types.float64, types.int64)),
    (operator.add, (types.literal(1), types.intp)),
    (operator.lt, (types.boolean, types.uint8)),
    (operator.getitem, (COUNTS, types.uint64)),
    (operator.setitem, (COUNTS.copy(readonly=False), types.intp, types.int8)),
    (operator.add, (types.float64, MATRIX)),
    (max, (types.float64, types.float32)),
    (len, (MATRIX,)),
]


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """Start each test with nothing remembered, within the options of some compilation."""
    CONTEXT.refresh()
    monkeypatch.setattr(typed_once, "_kept", {})
    with targetconfig.ConfigStack().enter(compiler.Flags()):
        yield


def count_asking(monkeypatch):
    """Return the list to which each question that reaches Numba is added."""
    asked, numbas_own = [], typed_once._asked

    def ask(self, context, args, kws):
        asked.append(args)
        return numbas_own(self, context, args, kws)

    monkeypatch.setattr(typed_once, "_asked", ask)
    return asked


# ---- outside reference


@pytest.mark.parametrize(("operation", "kinds"), QUESTIONS)
def test_the_answer_asked_and_the_answer_kept_are_numbas(operation, kinds):
    operation = CONTEXT.resolve_value_type(operation)
    expected = typed_once._asked(operation, CONTEXT, kinds, {})
    for _ in range(2):
        found = operation.get_call_type(CONTEXT, kinds, {})
        assert (found.return_type, found.args) == (expected.return_type, expected.args)


def test_options_are_numbas_and_in_its_order():
    options = compiler.Flags()
    options.nrt, options.error_model = True, "numpy"
    expected = {name: getattr(options, name) for name in options.options}
    assert list(expected.items()) == list(options.values().items())
    assert hash(tuple(sorted(expected))) == hash(options)


# ---- laws


def test_one_question_is_asked_once_and_after_other_options_anew(monkeypatch):
    asked, product = count_asking(monkeypatch), CONTEXT.resolve_value_type(operator.mul)
    flags = targetconfig.ConfigStack.top_or_none()
    for options, total in [(False, 1), (False, 1), (True, 2), (True, 2), (False, 2)]:
        flags.fastmath = options
        product.get_call_type(CONTEXT, (types.float64, types.float64), {})
        assert total == len(asked)


# ---- edges and errors


def test_lists_which_hold_more_than_their_type_tells_are_always_asked_for(monkeypatch):
    asked, length = count_asking(monkeypatch), CONTEXT.resolve_value_type(len)
    for total in (1, 2):
        length.get_call_type(CONTEXT, (types.List(types.float64, reflected=True),), {})
        assert total == len(asked)


def test_what_has_no_answer_is_refused_each_time():
    product = CONTEXT.resolve_value_type(operator.mul)
    for _ in range(2):
        with pytest.raises(TypingError, match="No implementation"):
            product.get_call_type(CONTEXT, (types.float64, types.Record([], 0, False)), {})
