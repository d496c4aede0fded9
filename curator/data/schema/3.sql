-- When a feed asks to be left alone: hours of the week as a list in JSON, from 0 = Monday, 0:00 UTC; NULL = never.
ALTER TABLE feed ADD COLUMN rests TEXT;
