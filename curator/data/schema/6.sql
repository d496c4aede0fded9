-- What many rows say in the same words (reasons, names of topics, how a link is written) is kept once, and given by its number: where a
-- column of `item` holds a whole number for a text, or a list of JSON a whole number among its texts, the row of `wording` is meant
-- (stores/_wordings.py). The views put the words back. Existing rows are written anew by what is frequent among the newest of them.
DROP VIEW items;
DROP VIEW stories;
DROP VIEW topics;
DROP VIEW entities;
DROP VIEW versions;

CREATE TABLE wording (n INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);

INSERT INTO wording (text)
WITH
  some AS (
    SELECT url, link, copy_why, story_why, why, CASE WHEN json_valid(topics) THEN topics END AS topics,
    CASE WHEN json_valid(entities) THEN entities END AS entities, CASE WHEN json_valid(credits) THEN credits END AS credits
    FROM item WHERE n > (SELECT max(n) FROM item) - 100000
  ),
  told AS (
    SELECT CASE WHEN json_valid(outlets) THEN outlets END AS outlets, CASE WHEN json_valid(origins) THEN origins END AS origins,
    CASE WHEN json_valid(topics) THEN topics END AS topics, CASE WHEN json_valid(why) THEN why END AS why
    FROM story WHERE n > (SELECT max(n) FROM story) - 100000
  ),
  said (text) AS (
    SELECT copy_why FROM some UNION ALL SELECT story_why FROM some UNION ALL SELECT why FROM some
    UNION ALL SELECT outline(CAST(link AS BLOB), CAST(url AS BLOB)) FROM some
    UNION ALL SELECT word.value FROM some, json_tree(some.topics) AS word WHERE word.type = 'text'
    UNION ALL SELECT word.value FROM some, json_tree(some.entities) AS word WHERE word.type = 'text'
    UNION ALL SELECT word.value FROM some, json_tree(some.credits) AS word WHERE word.type = 'text'
    UNION ALL SELECT word.value FROM told, json_each(told.outlets) AS word
    UNION ALL SELECT word.value FROM told, json_each(told.origins) AS word
    UNION ALL SELECT word.value FROM told, json_each(told.topics) AS word
    UNION ALL SELECT word.value FROM told, json_each(told.why) AS word
  )
SELECT text FROM said WHERE length(text) BETWEEN 4 AND 300 AND NOT instr(text, char(0)) GROUP BY text HAVING count(*) > 9 ORDER BY count(*) DESC;

CREATE TABLE item_anew (
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
  guid TEXT, url TEXT,
  link, -- text, or the number of a wording in which * stands for `url` without its scheme
  summary TEXT, authors TEXT, date_raw TEXT,
  source TEXT, source_url TEXT, links INTEGER NOT NULL DEFAULT 0,
  topics TEXT, entities TEXT, credits TEXT,
  copy_why, story_why, -- text, or the number of a wording
  role TEXT, origin TEXT, background TEXT, evidence TEXT,
  why, -- as these
  denied_by TEXT,
  seal INTEGER
);
INSERT INTO item_anew SELECT
  n, id, feed, outlet, outlet_known, language, published, seen, date, changed, copy_of, story, read, starred, versions, retrieval, sha256, title,
  guid, url, coalesce((SELECT w.n FROM wording w WHERE w.text = outline(CAST(i.link AS BLOB), CAST(i.url AS BLOB))), i.link),
  summary, authors, date_raw, source, source_url, links,
  coalesce(numbered(CAST(topics AS BLOB)), topics), coalesce(numbered(CAST(entities AS BLOB)), entities),
  coalesce(numbered(CAST(credits AS BLOB)), credits),
  coalesce((SELECT w.n FROM wording w WHERE w.text = i.copy_why), i.copy_why),
  coalesce((SELECT w.n FROM wording w WHERE w.text = i.story_why), i.story_why),
  role, origin, background, evidence, coalesce((SELECT w.n FROM wording w WHERE w.text = i.why), i.why), denied_by, seal
FROM item i ORDER BY n;
DROP TABLE item;
ALTER TABLE item_anew RENAME TO item;
CREATE INDEX item_by_date ON item (date, feed, outlet, language, copy_of, read, starred, story);
CREATE INDEX item_by_story ON item (story) WHERE story IS NOT NULL;
CREATE INDEX item_by_copy ON item (copy_of) WHERE copy_of IS NOT NULL;
CREATE INDEX item_starred ON item (starred) WHERE starred;

CREATE TABLE story_anew (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  title NOT NULL, -- text, or the number of the item that has this title
  first INTEGER NOT NULL, last INTEGER NOT NULL,
  outlets TEXT, origins TEXT,
  origins_min INTEGER NOT NULL DEFAULT 0, origins_max INTEGER NOT NULL DEFAULT 0,
  credibility TEXT NOT NULL DEFAULT '6', topics TEXT,
  score REAL NOT NULL DEFAULT 0, why TEXT, flags TEXT, related TEXT,
  into_story TEXT,
  seal INTEGER -- a checksum over all of it, as that of items; NULL: written before there was one
);
INSERT INTO story_anew SELECT
  n, id, coalesce((SELECT i.n FROM item i WHERE i.story = s.n AND i.title = s.title), title),
  first, last, coalesce(numbered(CAST(outlets AS BLOB)), outlets), coalesce(numbered(CAST(origins AS BLOB)), origins), origins_min, origins_max,
  credibility, coalesce(numbered(CAST(topics AS BLOB)), topics), score, coalesce(numbered(CAST(why AS BLOB)), why), flags, related, into_story, NULL
FROM story s ORDER BY n;
DROP TABLE story;
ALTER TABLE story_anew RENAME TO story;
CREATE INDEX story_by_last ON story (last, origins_min, score);
CREATE INDEX story_by_score ON story (score);
CREATE INDEX story_by_titled ON story (title) WHERE typeof(title) = 'integer';

CREATE VIEW items AS SELECT
  i.n, i.id, f.name AS feed, o.name AS outlet, i.title,
  coalesce(i.summary, substr(b.text, 1, 600)) AS summary, b.text AS text,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.date, 'unixepoch') AS date,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.published, 'unixepoch') AS published,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.seen, 'unixepoch') AS seen,
  i.url,
  CASE
    WHEN i.link IS NULL THEN i.url
    WHEN typeof(i.link) = 'integer' THEN (SELECT replace(w.text, '*', substr(i.url, instr(i.url, '://') + 3)) FROM wording w WHERE w.n = i.link)
    ELSE nullif(i.link, '')
  END AS link,
  CASE WHEN i.guid IS NOT NULL THEN nullif(i.guid, '') ELSE CASE
    WHEN i.link IS NULL THEN i.url
    WHEN typeof(i.link) = 'integer' THEN (SELECT replace(w.text, '*', substr(i.url, instr(i.url, '://') + 3)) FROM wording w WHERE w.n = i.link)
    ELSE nullif(i.link, '')
  END END AS guid,
  i.language, i.authors,
  (SELECT group_concat(coalesce((SELECT w.text FROM wording w WHERE typeof(json_extract(j.value, '$[0]')) = 'integer' AND w.n = json_extract(j.value, '$[0]')), json_extract(j.value, '$[0]')), ', ') FROM json_each(coalesce(i.topics, '[]')) j) AS topics,
  c.id AS copy_of, coalesce((SELECT w.text FROM wording w WHERE typeof(i.copy_why) = 'integer' AND w.n = i.copy_why), i.copy_why) AS copy_why,
  s.id AS story, coalesce((SELECT w.text FROM wording w WHERE typeof(i.story_why) = 'integer' AND w.n = i.story_why), i.story_why) AS story_why,
  coalesce(i.role, 'unknown') AS role, i.origin, i.background, i.evidence,
  coalesce((SELECT w.text FROM wording w WHERE typeof(i.why) = 'integer' AND w.n = i.why), i.why) AS why,
  i.read, i.starred, lower(hex(i.sha256)) AS sha256, i.versions
FROM item i JOIN feed f ON f.n = i.feed JOIN body b ON b.item = i.n
LEFT JOIN outlet o ON o.n = i.outlet LEFT JOIN item c ON c.n = i.copy_of LEFT JOIN story s ON s.n = i.story;

CREATE VIEW stories AS SELECT
  s.n, s.id, CASE typeof(s.title) WHEN 'integer' THEN (SELECT i.title FROM item i WHERE i.n = s.title) ELSE s.title END AS title,
  (SELECT count(*) FROM item i WHERE i.story = s.n) AS items,
  CASE WHEN s.outlets IS NOT NULL THEN (SELECT json_group_array(coalesce((SELECT w.text FROM wording w WHERE typeof(j.value) = 'integer' AND w.n = j.value), j.value)) FROM json_each(s.outlets) j) END AS outlets,
  CASE WHEN s.origins IS NOT NULL THEN (SELECT json_group_array(coalesce((SELECT w.text FROM wording w WHERE typeof(j.value) = 'integer' AND w.n = j.value), j.value)) FROM json_each(s.origins) j) END AS origins,
  s.origins_min, s.origins_max, s.credibility,
  CASE WHEN s.topics IS NOT NULL THEN (SELECT json_group_array(coalesce((SELECT w.text FROM wording w WHERE typeof(j.value) = 'integer' AND w.n = j.value), j.value)) FROM json_each(s.topics) j) END AS topics,
  s.score,
  strftime('%Y-%m-%dT%H:%M:%SZ', s.first, 'unixepoch') AS first,
  strftime('%Y-%m-%dT%H:%M:%SZ', s.last, 'unixepoch') AS last,
  s.flags, s.related,
  CASE WHEN s.why IS NOT NULL THEN (SELECT json_group_array(coalesce((SELECT w.text FROM wording w WHERE typeof(j.value) = 'integer' AND w.n = j.value), j.value)) FROM json_each(s.why) j) END AS why
FROM story s WHERE s.into_story IS NULL;

CREATE VIEW topics AS SELECT
  i.id AS item, coalesce((SELECT w.text FROM wording w WHERE typeof(json_extract(j.value, '$[0]')) = 'integer' AND w.n = json_extract(j.value, '$[0]')), json_extract(j.value, '$[0]')) AS topic, coalesce((SELECT w.text FROM wording w WHERE typeof(json_extract(j.value, '$[1]')) = 'integer' AND w.n = json_extract(j.value, '$[1]')), json_extract(j.value, '$[1]')) AS why,
  coalesce(coalesce((SELECT w.text FROM wording w WHERE typeof(json_extract(j.value, '$[3]')) = 'integer' AND w.n = json_extract(j.value, '$[3]')), json_extract(j.value, '$[3]')), 'rule') AS given_by
FROM item i JOIN json_each(i.topics) j;

CREATE VIEW entities AS SELECT
  i.id AS item, coalesce((SELECT w.text FROM wording w WHERE typeof(json_extract(j.value, '$[0]')) = 'integer' AND w.n = json_extract(j.value, '$[0]')), json_extract(j.value, '$[0]')) AS kind, coalesce((SELECT w.text FROM wording w WHERE typeof(json_extract(j.value, '$[1]')) = 'integer' AND w.n = json_extract(j.value, '$[1]')), json_extract(j.value, '$[1]')) AS value, coalesce((SELECT w.text FROM wording w WHERE typeof(json_extract(j.value, '$[2]')) = 'integer' AND w.n = json_extract(j.value, '$[2]')), json_extract(j.value, '$[2]')) AS why
FROM item i JOIN json_each(i.entities) j;

CREATE VIEW versions AS SELECT
  i.id AS item, v.number, strftime('%Y-%m-%dT%H:%M:%SZ', v.seen, 'unixepoch') AS seen, v.title, v.text, lower(hex(v.sha256)) AS sha256
FROM version v JOIN item i ON i.n = v.item;
