-- The first schema. Tables are singular and compact; the views at the end are for people, datasette and sqlite-utils.
-- Times are whole seconds since 1970 in UTC; lists are JSON; a text is stored once. docs/database.md explains it all.

CREATE TABLE feed (
  n INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL DEFAULT '',
  title TEXT, home TEXT, language TEXT, format TEXT,
  moved_to TEXT, moving_to TEXT, moving_seen INTEGER NOT NULL DEFAULT 0, moving_at INTEGER,
  etag TEXT, last_modified TEXT, body_sha TEXT, head_sha TEXT,
  checked INTEGER, succeeded INTEGER, next_due INTEGER, retry_after INTEGER,
  failures INTEGER NOT NULL DEFAULT 0, failing_since INTEGER, problem TEXT, gone INTEGER NOT NULL DEFAULT 0, gap INTEGER,
  interval INTEGER NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0, entries INTEGER NOT NULL DEFAULT 0, newest INTEGER,
  slices BLOB, standing BLOB
);

CREATE TABLE outlet (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE topic (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE entity (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (value, kind));

CREATE TABLE story (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL,
  outlets TEXT, origins TEXT,
  origins_min INTEGER NOT NULL DEFAULT 0, origins_max INTEGER NOT NULL DEFAULT 0,
  credibility TEXT NOT NULL DEFAULT '6', topics TEXT,
  score REAL NOT NULL DEFAULT 0, why TEXT, flags TEXT, related TEXT,
  into_story TEXT
);
CREATE INDEX story_by_last ON story (last, origins_min, score);
CREATE INDEX story_by_score ON story (score);

CREATE TABLE retrieval (
  n INTEGER PRIMARY KEY,
  feed INTEGER NOT NULL REFERENCES feed,
  at INTEGER NOT NULL,
  requested TEXT NOT NULL, final TEXT, status INTEGER NOT NULL,
  etag TEXT, last_modified TEXT, body_sha BLOB, tool TEXT NOT NULL
);

CREATE TABLE item (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  feed INTEGER NOT NULL REFERENCES feed,
  outlet INTEGER REFERENCES outlet, outlet_known INTEGER NOT NULL DEFAULT 0,
  language TEXT,
  published INTEGER, seen INTEGER NOT NULL, date INTEGER NOT NULL, changed INTEGER,
  copy_of INTEGER REFERENCES item,
  story INTEGER REFERENCES story,
  read INTEGER NOT NULL DEFAULT 0, starred INTEGER NOT NULL DEFAULT 0,
  versions INTEGER NOT NULL DEFAULT 1,
  retrieval INTEGER REFERENCES retrieval,
  sha256 BLOB,
  title TEXT NOT NULL,
  guid TEXT, url TEXT, link TEXT,
  summary TEXT, authors TEXT, date_raw TEXT,
  source TEXT, source_url TEXT, links INTEGER NOT NULL DEFAULT 0,
  topics TEXT, entities TEXT, credits TEXT,
  copy_why TEXT, story_why TEXT,
  role TEXT, origin TEXT, background TEXT, evidence TEXT, why TEXT, denied_by TEXT
);
CREATE INDEX item_by_date ON item (date, feed, outlet, language, copy_of, read, starred, story);
CREATE INDEX item_by_story ON item (story) WHERE story IS NOT NULL;
CREATE INDEX item_by_copy ON item (copy_of) WHERE copy_of IS NOT NULL;
CREATE INDEX item_starred ON item (starred) WHERE starred;

CREATE TABLE body (item INTEGER PRIMARY KEY REFERENCES item, text TEXT NOT NULL);

CREATE TABLE version (
  item INTEGER NOT NULL REFERENCES item,
  number INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  title TEXT NOT NULL, text TEXT NOT NULL,
  sha256 BLOB, retrieval INTEGER REFERENCES retrieval,
  PRIMARY KEY (item, number)
) WITHOUT ROWID;
CREATE INDEX version_by_seen ON version (seen);

CREATE TABLE evidence (
  sha256 BLOB PRIMARY KEY,
  pack INTEGER NOT NULL REFERENCES evidence_pack,
  start INTEGER NOT NULL, size INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE evidence_pack (n INTEGER PRIMARY KEY, size INTEGER NOT NULL, bytes BLOB NOT NULL);

CREATE TABLE identity (key INTEGER NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (key, item)) WITHOUT ROWID;
CREATE TABLE tombstone (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, feed INTEGER NOT NULL REFERENCES feed, pruned INTEGER NOT NULL);

CREATE TABLE item_topic (
  topic INTEGER NOT NULL REFERENCES topic, date INTEGER NOT NULL, item INTEGER NOT NULL REFERENCES item,
  PRIMARY KEY (topic, date, item)
) WITHOUT ROWID;
CREATE TABLE item_entity (
  entity INTEGER NOT NULL REFERENCES entity, date INTEGER NOT NULL, item INTEGER NOT NULL REFERENCES item,
  PRIMARY KEY (entity, date, item)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5 (title, text, content='', tokenize="porter unicode61 remove_diacritics 2");

CREATE TABLE mark (
  n INTEGER PRIMARY KEY, at INTEGER NOT NULL, item INTEGER NOT NULL REFERENCES item,
  what TEXT NOT NULL, value TEXT NOT NULL
);
CREATE INDEX mark_by_item ON mark (item);
CREATE TABLE label (
  item INTEGER NOT NULL REFERENCES item, topic INTEGER NOT NULL REFERENCES topic, sign INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (item, topic)
) WITHOUT ROWID;
CREATE TABLE correction (
  n INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, item TEXT NOT NULL, other TEXT NOT NULL DEFAULT '',
  UNIQUE (kind, item, other)
);
CREATE TABLE note (
  n INTEGER PRIMARY KEY, at INTEGER NOT NULL, item INTEGER NOT NULL REFERENCES item, text TEXT NOT NULL, tlp TEXT NOT NULL DEFAULT 'CLEAR'
);
CREATE INDEX note_by_item ON note (item);
CREATE VIRTUAL TABLE note_search USING fts5 (text, content='note', content_rowid='n', tokenize="porter unicode61 remove_diacritics 2");
CREATE TABLE mute (
  n INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, until INTEGER, ended INTEGER
);

CREATE TABLE digest (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  plan TEXT NOT NULL,
  message_id TEXT NOT NULL, subject TEXT NOT NULL,
  composed INTEGER NOT NULL,
  recipients TEXT, delivered TEXT,
  sent INTEGER, error TEXT,
  items INTEGER NOT NULL DEFAULT 0,
  eml BLOB, json BLOB
);
CREATE INDEX digest_by_plan ON digest (plan, composed);
CREATE TABLE digest_item (
  plan TEXT NOT NULL, item INTEGER NOT NULL REFERENCES item, digest INTEGER NOT NULL REFERENCES digest,
  PRIMARY KEY (plan, item)
) WITHOUT ROWID;
CREATE INDEX digest_item_by_digest ON digest_item (digest);
CREATE TABLE plan (name TEXT PRIMARY KEY, told_up_to INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

CREATE VIEW items AS SELECT
  i.n, i.id, f.name AS feed, o.name AS outlet, i.title,
  coalesce(i.summary, substr(b.text, 1, 600)) AS summary, b.text AS text,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.date, 'unixepoch') AS date,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.published, 'unixepoch') AS published,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.seen, 'unixepoch') AS seen,
  i.url, CASE WHEN i.link IS NULL THEN i.url ELSE nullif(i.link, '') END AS link,
  CASE WHEN i.guid IS NULL THEN CASE WHEN i.link IS NULL THEN i.url ELSE nullif(i.link, '') END ELSE nullif(i.guid, '') END AS guid,
  i.language, i.authors,
  (SELECT group_concat(json_extract(value, '$[0]'), ', ') FROM json_each(coalesce(i.topics, '[]'))) AS topics,
  c.id AS copy_of, i.copy_why, s.id AS story, i.story_why,
  coalesce(i.role, 'unknown') AS role, i.origin, i.background, i.evidence, i.why,
  i.read, i.starred, lower(hex(i.sha256)) AS sha256, i.versions
FROM item i JOIN feed f ON f.n = i.feed JOIN body b ON b.item = i.n
LEFT JOIN outlet o ON o.n = i.outlet LEFT JOIN item c ON c.n = i.copy_of LEFT JOIN story s ON s.n = i.story;

CREATE VIEW stories AS SELECT
  s.n, s.id, s.title,
  (SELECT count(*) FROM item i WHERE i.story = s.n) AS items,
  s.outlets, s.origins, s.origins_min, s.origins_max, s.credibility, s.topics, s.score,
  strftime('%Y-%m-%dT%H:%M:%SZ', s.first, 'unixepoch') AS first,
  strftime('%Y-%m-%dT%H:%M:%SZ', s.last, 'unixepoch') AS last,
  s.flags, s.related, s.why
FROM story s WHERE s.into_story IS NULL;

CREATE VIEW feeds AS SELECT
  n, name, coalesce(moved_to, url) AS url, title, home, language, format, entries,
  strftime('%Y-%m-%dT%H:%M:%SZ', checked, 'unixepoch') AS checked,
  strftime('%Y-%m-%dT%H:%M:%SZ', succeeded, 'unixepoch') AS succeeded,
  strftime('%Y-%m-%dT%H:%M:%SZ', next_due, 'unixepoch') AS next_due,
  strftime('%Y-%m-%dT%H:%M:%SZ', newest, 'unixepoch') AS newest,
  failures, json_extract(problem, '$.kind') AS problem, json_extract(problem, '$.message') AS message
FROM feed;

CREATE VIEW topics AS SELECT
  i.id AS item, json_extract(t.value, '$[0]') AS topic, json_extract(t.value, '$[1]') AS why,
  coalesce(json_extract(t.value, '$[3]'), 'rule') AS given_by
FROM item i JOIN json_each(i.topics) t;

CREATE VIEW entities AS SELECT
  i.id AS item, json_extract(e.value, '$[0]') AS kind, json_extract(e.value, '$[1]') AS value, json_extract(e.value, '$[2]') AS why
FROM item i JOIN json_each(i.entities) e;

CREATE VIEW versions AS SELECT
  i.id AS item, v.number, strftime('%Y-%m-%dT%H:%M:%SZ', v.seen, 'unixepoch') AS seen, v.title, v.text, lower(hex(v.sha256)) AS sha256
FROM version v JOIN item i ON i.n = v.item;

CREATE VIEW digests AS SELECT
  d.id, d.plan, d.subject, strftime('%Y-%m-%dT%H:%M:%SZ', d.composed, 'unixepoch') AS composed,
  strftime('%Y-%m-%dT%H:%M:%SZ', d.sent, 'unixepoch') AS sent, d.items, d.message_id, d.recipients, d.delivered, d.error
FROM digest d;
