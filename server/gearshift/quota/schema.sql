-- Times are Unix milliseconds, money is nanodollars.
CREATE TABLE IF NOT EXISTS request (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    task TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    tier TEXT NOT NULL,
    gear TEXT NOT NULL,
    reason TEXT NOT NULL,
    input INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    is_estimate INTEGER NOT NULL,
    nanousd INTEGER,
    metered INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    outcome TEXT,
    seconds REAL,
    label TEXT,
    kept INTEGER,
    pid INTEGER NOT NULL,
    born INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    action TEXT,
    tries INTEGER
);
CREATE INDEX IF NOT EXISTS request_at ON request (metered, at);
CREATE INDEX IF NOT EXISTS request_open ON request (expires) WHERE state = 'reserved';
CREATE INDEX IF NOT EXISTS request_heavy ON request (at) WHERE action IS NOT NULL;

-- Sums of `request` by minute and by hour, changed in the same transaction as its rows.
CREATE TABLE IF NOT EXISTS tally (
    metered INTEGER NOT NULL,
    span INTEGER NOT NULL,
    start INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    nanousd INTEGER NOT NULL,
    unpriced INTEGER NOT NULL,
    PRIMARY KEY (metered, span, start)
) WITHOUT ROWID;

-- What is left of rows that were rolled up.
CREATE TABLE IF NOT EXISTS daily (
    day INTEGER NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    task TEXT NOT NULL,
    requests INTEGER NOT NULL,
    input INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    output INTEGER NOT NULL,
    nanousd INTEGER NOT NULL,
    unpriced INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    PRIMARY KEY (day, provider, model, task)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS plan (
    provider TEXT NOT NULL,
    bucket TEXT NOT NULL,
    label TEXT NOT NULL,
    used_percent REAL,
    resets_at INTEGER,
    seconds REAL,
    observed_at INTEGER NOT NULL,
    model TEXT,
    PRIMARY KEY (provider, bucket, label)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS decision (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    task TEXT NOT NULL,
    uri TEXT NOT NULL,
    line INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    model TEXT,
    gear TEXT
);

CREATE TABLE IF NOT EXISTS shift (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    reason TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS counter (
    day INTEGER NOT NULL,
    name TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (day, name)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS chore (
    name TEXT PRIMARY KEY,
    done_at INTEGER NOT NULL
) WITHOUT ROWID;
