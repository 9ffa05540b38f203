"""Scratch space: whose it is, and where it begins."""

import threading

import numpy as np

from scratchml.core.scratch import LINE, aligned, at_hand


def test_aligned_arrays_begin_at_a_line_of_the_cache_and_can_be_written_to():
    for shape in ((1,), (7, 3), (2, 5, 520), (0,)):
        found = aligned(*shape)
        assert found.shape == shape
        assert found.dtype == np.float64
        assert found.flags.c_contiguous
        assert found.flags.writeable
        assert found.size == 0 or found.ctypes.data % (8 * LINE) == 0


def test_a_thread_is_given_the_same_space_again_until_it_needs_more():
    first = at_hand(100)
    assert at_hand(50).ctypes.data == first.ctypes.data
    assert len(at_hand(50)) == 50
    assert len(at_hand(10_000)) == 10_000


def test_threads_share_no_space():
    mine, others = at_hand(64), []
    thread = threading.Thread(target=lambda: others.append(at_hand(64)))
    thread.start()
    thread.join()
    assert not np.shares_memory(mine, others[0])
