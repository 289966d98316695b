-- A message may belong to something else than a run: somebody's Home, a condition. Rows of runs stay as they are, so the version
-- before goes on writing and sending them. It knows no others: what has a topic comes with a version that is newer than this one.
ALTER TABLE message ALTER COLUMN run DROP NOT NULL;
ALTER TABLE message ADD COLUMN topic text;
ALTER TABLE message ADD CONSTRAINT message_belongs_somewhere CHECK (num_nonnulls(run, topic) = 1);
CREATE UNIQUE INDEX message_of_topic ON message (topic, kind, subject) WHERE topic IS NOT NULL;
