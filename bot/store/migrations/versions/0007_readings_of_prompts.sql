-- What a prompt is about, as readings with their limits, to be said in words; with the reason that they make. The previous version
-- writes only the reason: then the readings belong to an earlier one.
ALTER TABLE prompt ADD COLUMN found jsonb;
