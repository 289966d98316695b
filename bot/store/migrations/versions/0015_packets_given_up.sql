-- A packet to be kept outside Slack is given up once no process has had an archive for a while: PACKETS was removed. The previous version
-- does not read these columns, and retries.
ALTER TABLE packet_copy
    ADD COLUMN tried_at timestamptz,    -- when a process with an archive last tried
    ADD COLUMN given_up_at timestamptz; -- null while it is to be kept
