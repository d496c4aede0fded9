-- A checksum over what the feed said of an item (stores/_rows.py, `seal`), by which `db verify` sees what no index of words and no hash of
-- evidence shows: an address, a date, a full stop. NULL: written before there was one.
ALTER TABLE item ADD COLUMN seal INTEGER;
