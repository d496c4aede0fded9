-- Keys of entries have no order, so in a big archive each new one goes to another page of its table. They gather in a table small enough
-- for memory, and go over to `identity` many at a time, in order (stores/_identity.py).
CREATE TABLE identity_recent (key INTEGER NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (key, item)) WITHOUT ROWID;
