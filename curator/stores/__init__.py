"""Stores: each file is one, with `connect(where, …) -> Store`. `sqlite:PATH` in feeds.toml names the file `sqlite.py`."""
