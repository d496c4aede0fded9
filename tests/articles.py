"""Articles to be copied, and what `Copies` makes of items: who stands for whom."""

from collections.abc import Sequence
from datetime import UTC, datetime

from curator.copies import Copies
from curator.types import Item

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)

FERRY = (
    "The ferry Marlinda ran aground off the island of Tersk on Tuesday night with 214 people on board, the coast guard said. Nobody was hurt. "
    "Tugs from Port Halden reached the ship at dawn and took off the passengers in three trips. Captain Ingrid Solvang told investigators that "
    "the rudder had failed minutes before. The Marlinda was built in 1998 and passed an inspection in January, according to the register. "
    "Oil booms were laid around the hull as a precaution. The company that runs the line, Norvik Ferries, said it would replace the service "
    "with buses and a chartered catamaran until the end of the month. Fishermen on Tersk have complained for years about the shoals."
)
GRAIN = (
    "Silos in the port of Varenka hold more wheat than ever, the harbour board reported, because rail cars to bring it inland are missing. "
    "Director Pavel Hrubec blamed a dispute over tolls between the two rail companies. Farmers around Lower Mesk have begun to store their "
    "harvest in tents. A first train with forty cars is expected next week, the ministry of transport wrote in a letter to the growers."
)
TRAMS = (
    "Trams in Ostrel will stand still on Friday, the union of drivers announced after talks with the city failed for the third time. It asks for "
    "longer breaks on line nine and for cameras at the doors. Mayor Leila Brandt called the strike out of proportion and promised buses."
)
SILENCE = "At night, when the cranes stand still, only the fans that keep the grain dry can be heard across the water, a sound that the town is used to."
BOILERPLATE = (
    "This statement holds forecasts that rest on what is known on the day of its publication. They are subject to risks and uncertainties, among "
    "them the course of the economy, the cost of energy, the weather, decisions of courts and authorities, and the conduct of competitors. Actual "
    "events may therefore differ from what was foreseen, and none of those named here undertakes to correct a forecast later. Nothing in this "
    "statement is an offer to buy or to sell securities in any country where such an offer would be against the law. The original in the language "
    "of the registered office is the only one that binds; translations are a service to readers. Enquiries are answered on working days."
)


def item(
    name: str,
    title: str,
    text: str,
    *,
    feed: str = "",
    url: str | None = None,
    links: int = 0,
    copy_of: str | None = None,
    seen: datetime = NOW,
) -> Item:
    return Item(id=name, feed=feed or f"feed-{name}", title=title, text=text, url=url, links=links, copy_of=copy_of, seen=seen, date=seen)


def nothing(_words: Sequence[str], _limit: int) -> Sequence[Item]:
    return ()


def grouped(items: Sequence[Item], copies: Copies | None = None) -> dict[str, str]:
    """Item → the one that stands for it, after all links."""
    copies = copies or Copies(nothing)
    root = {one.id: one.copy_of or one.id for one in items}
    for one in items:
        for link in copies.judge(one):
            root[link.item] = link.copy_of or link.item
    return root


def together(*items: Item) -> bool:
    return len(set(grouped(items).values())) == 1


def apart(*items: Item) -> bool:
    return len(set(grouped(items).values())) == len(items)
