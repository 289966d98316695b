-- What a workspace said of Slack's newest blocks: whether it takes them, and when it was last asked. The previous version neither
-- reads nor writes it.
CREATE TABLE block_type (
    team text NOT NULL,
    type text NOT NULL,
    known boolean NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (team, type)
);
