CREATE TABLE games (
  id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  name text NOT NULL CHECK (name <> ''),
  -- IANA name; "today" and cohorts are in it.
  time_zone text NOT NULL,
  unknown_events text NOT NULL DEFAULT 'accept' CHECK (unknown_events IN ('accept', 'reject')),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  game_id text NOT NULL REFERENCES games (id) ON DELETE CASCADE,
  data_class text NOT NULL CHECK (data_class IN ('production', 'sandbox')),
  -- SHA-256 of the key: 192 random bits cannot be guessed, so no slow hash is needed.
  key_hash bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
  -- Enough to recognise a key in a list, too little to use it.
  prefix text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);

CREATE INDEX api_keys_game_id ON api_keys (game_id);
