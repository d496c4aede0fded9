"""Sets of row numbers."""

from hypothesis import given
from hypothesis import strategies as st

from curator.bitset import Bitset


@given(st.sets(st.integers(0, 3_000)), st.integers(0, 5_000))
def test_a_bitset_is_a_set(numbers: set[int], other: int) -> None:
    bits = Bitset(numbers)
    assert list(bits) == sorted(numbers)
    assert (other in bits) == (other in numbers)
    bits.update([other])
    assert set(bits) == numbers | {other}
