"""Packs curator/data/outlets.toml into curator/data/outlets.json, which loads faster: `python benchmarks/pack_outlets.py`."""

import json
from pathlib import Path

from curator import outlets, shipped

target = Path(outlets.__file__).parent / "data" / "outlets.json"
rows = outlets.pack(shipped.toml("outlets.toml"))
target.write_text(
    "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows) + "\n]\n", encoding="utf-8"
)
print(f"{len(rows)} outlets in {target.stat().st_size} bytes")
