-- A message may belong to something other than a run, such as a person's Home or a condition. Rows of runs stay as they are, so the
-- previous version keeps writing and sending them. It cannot read rows with a topic: a later version is the first to write some.
ALTER TABLE message ALTER COLUMN run DROP NOT NULL;
ALTER TABLE message ADD COLUMN topic text;
ALTER TABLE message ADD CONSTRAINT message_belongs_somewhere CHECK (num_nonnulls(run, topic) = 1);
CREATE UNIQUE INDEX message_of_topic ON message (topic, kind, subject) WHERE topic IS NOT NULL;
