-- Copies of packets in a folder or a bucket, where one is configured: what has to be kept, and what is kept.
CREATE TABLE packet_copy (
    run           bigint PRIMARY KEY REFERENCES run (number),
    wanted        integer NOT NULL DEFAULT 1 CHECK (wanted > 0),  -- raised whenever there is a newer packet
    kept          integer NOT NULL DEFAULT 0 CHECK (kept BETWEEN 0 AND wanted),
    asked_in      bigint,  -- number of the event up to which the newest tells; null: the decision
    wanted_at     timestamptz NOT NULL DEFAULT now(),
    kept_at       timestamptz,
    failing_since timestamptz,  -- null while nothing is known to be wrong
    told_at       timestamptz   -- since when people know that it is late
);
COMMENT ON TABLE packet_copy IS 'Which packets are to be kept outside Slack, and which are';
