"""Records between processes."""

import copy
import pickle
from dataclasses import replace
from datetime import UTC, datetime

from curator.types import Credit, Entity, Item, Keys, Provenance, Tag

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
ITEM = Item(
    id="1" * 16, feed="harbour", title="Fog", seen=NOON, date=NOON, tags=(Tag(name="weather/fog", why="title has 'Fog'"),),
    entities=(Entity(kind="place", value="Marlinda", why="text has 'Marlinda'"),), provenance=Provenance(role="own", origin="Harbour"),
    credits=(Credit(outlet="Harbour", pattern="told", words="told Harbour", field="text", start=3, via=("Pier",)),),
)  # fmt: skip


def test_a_record_is_the_same_on_the_other_side() -> None:
    for record in (ITEM, Keys(guid=-1, loose=(2, 3)), *ITEM.tags, *ITEM.entities, *ITEM.credits, ITEM.provenance):
        assert pickle.loads(pickle.dumps(record)) == record
        assert copy.deepcopy(record) == record == replace(record)


def test_a_record_of_another_version_is_refused() -> None:
    try:
        ITEM.__setstate__(("too", "few"))  # type: ignore[attr-defined]
    except ValueError:
        return
    raise AssertionError("fields are missing, and nobody noticed")
