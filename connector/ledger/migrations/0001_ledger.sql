-- The five books of a pair. Spoken by SQLite and PostgreSQL alike: ids come from `counter`, flags are 0/1, times are
-- microseconds since 1970 in UTC, values are JSON text, text compares byte by byte.

CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE secret (
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    hex TEXT NOT NULL,
    PRIMARY KEY (pair, mapping)
);

CREATE TABLE link (
    id INTEGER NOT NULL PRIMARY KEY,
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    state TEXT NOT NULL,
    ended TEXT NOT NULL,
    base TEXT NOT NULL,
    ahead TEXT NOT NULL,
    rest TEXT NOT NULL,
    to_do SMALLINT NOT NULL,
    held SMALLINT NOT NULL,
    parked INTEGER NOT NULL,
    ignored INTEGER NOT NULL
);

CREATE INDEX link_to_do ON link (pair, mapping, id) WHERE to_do = 1;
CREATE INDEX link_parked ON link (pair, mapping, id) WHERE parked > 0;

-- Starts with the state, so that counting reads this index alone and paging by id never prefers it.
CREATE INDEX link_counts ON link (state, to_do, held, parked, ignored, pair, mapping);

CREATE TABLE link_record (
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    side TEXT NOT NULL,
    record_id TEXT NOT NULL,
    link_id INTEGER NOT NULL REFERENCES link (id) ON DELETE CASCADE,
    UNIQUE (pair, mapping, side, record_id),
    UNIQUE (link_id, side)
);

CREATE TABLE stranger (
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    side TEXT NOT NULL,
    record_id TEXT NOT NULL,
    stamp BIGINT NOT NULL,
    created BIGINT NOT NULL,
    counterpart_id TEXT NOT NULL,
    state TEXT NOT NULL,
    seen TEXT NOT NULL,
    review TEXT NOT NULL,
    PRIMARY KEY (pair, mapping, side, record_id)
);

CREATE INDEX stranger_inside ON stranger (pair, mapping, state, created, side, record_id);

-- `hash` covers the kind and the text under this pair's secret; the text itself is never stored.
CREATE TABLE match_key (
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    side TEXT NOT NULL,
    record_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (pair, mapping, side, record_id, kind)
);

CREATE INDEX match_key_hash ON match_key (hash, kind);

CREATE TABLE intent (
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    link_id INTEGER NOT NULL PRIMARY KEY REFERENCES link (id) ON DELETE CASCADE,
    side TEXT NOT NULL,
    source_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    hold_until BIGINT NOT NULL,
    empty_lookups INTEGER NOT NULL
);

CREATE TABLE mark (
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (pair, mapping, name)
);

-- No reference to `link`: the history outlives a link that was dropped.
CREATE TABLE history (
    id INTEGER NOT NULL PRIMARY KEY,
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    link_id INTEGER NOT NULL,
    cycle INTEGER NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    side TEXT NOT NULL,
    rule TEXT NOT NULL,
    detail TEXT NOT NULL
);

CREATE INDEX history_of_link ON history (link_id, id);

CREATE TABLE cycle (
    number INTEGER NOT NULL PRIMARY KEY,
    pair TEXT NOT NULL DEFAULT 'default',
    mapping TEXT NOT NULL DEFAULT 'lead',
    kind TEXT NOT NULL,
    started BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    status TEXT NOT NULL,
    report TEXT NOT NULL
);
