-- What a prompt is about, as readings with their limits, to be said in words; with the reason that they make. The previous version
-- writes only the reason: then the readings belong to an earlier one.
ALTER TABLE prompt ADD COLUMN found jsonb;
-- When a prompt that nobody has answered asks others, and when it did; null where the configuration names none.
ALTER TABLE prompt ADD COLUMN escalates_at timestamptz;
ALTER TABLE prompt ADD COLUMN escalated_at timestamptz;
