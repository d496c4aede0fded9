"""The connected parts of a graph."""

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet


def components(members: Sequence[str], tied: AbstractSet[tuple[str, str]]) -> list[list[str]]:
    """The parts of `members` that hang together by what is tied, each and all in the order of `members`."""
    leads = {member: member for member in members}

    def end(member: str) -> str:
        while leads[member] != member:
            leads[member] = member = leads[leads[member]]
        return member

    for one, other in tied:
        leads[end(other)] = end(one)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for member in members:
        groups[end(member)].append(member)
    return list(groups.values())
