-- How many bytes of the full-text index may gather in memory before they are written: the more a transaction writes at once, the less is
-- merged again and again later (FTS5 writes a megabyte at a time otherwise).
INSERT INTO search (search, rank) VALUES ('hashsize', 16777216);
