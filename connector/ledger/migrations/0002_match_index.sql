-- The match index in small: a text of a record is one number of 64 bits (`connector.ledger.hashes` tells of what), and
-- its row's id holds the number of its record, so that one index over `hash` answers who carries a text.

CREATE TABLE match_record (
    number INTEGER NOT NULL PRIMARY KEY,
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    side TEXT NOT NULL,
    record_id TEXT NOT NULL,
    UNIQUE (pair, mapping, side, record_id)
);

-- Who is in the index stays; what they carry is made anew from what links and strangers were seen to hold (below).
INSERT INTO match_record (number, pair, mapping, side, record_id)
SELECT ROW_NUMBER() OVER (ORDER BY pair, mapping, side, record_id), pair, mapping, side, record_id
FROM (SELECT DISTINCT pair, mapping, side, record_id FROM match_key) AS known;

INSERT INTO counter (name, last)
SELECT 'match_record', COALESCE(MAX(number), 0) FROM match_record;

DROP TABLE match_key;

-- No pair: each one's hashes are made with a secret of its own.
CREATE TABLE match_key (
    id INTEGER NOT NULL PRIMARY KEY,
    hash BIGINT NOT NULL
);

CREATE INDEX match_key_hash ON match_key (hash);

-- How many records of both sides carried a text when it was counted last, for texts that more than two carried. `hash`
-- is the one of the first side.
CREATE TABLE match_frequency (
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    hash BIGINT NOT NULL,
    many INTEGER NOT NULL,
    PRIMARY KEY (pair, mapping, hash)
);

-- How many records of a side there were then.
CREATE TABLE match_counted (
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    side TEXT NOT NULL,
    many INTEGER NOT NULL,
    PRIMARY KEY (pair, mapping, side)
);

-- Two records of which a person said that they are the same lead, or that they are not; the smaller one first. No
-- reference: it outlives both.
CREATE TABLE decision (
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    side TEXT NOT NULL,
    record_id TEXT NOT NULL,
    other_side TEXT NOT NULL,
    other_id TEXT NOT NULL,
    same SMALLINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (pair, mapping, side, record_id, other_side, other_id)
);

CREATE INDEX decision_other ON decision (pair, mapping, other_side, other_id);

-- The next cycle then finds no index that fits its mapping, and makes it.
DELETE FROM mark WHERE name = 'rule.(match)';
