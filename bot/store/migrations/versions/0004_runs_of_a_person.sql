-- How many runs somebody started lately is counted before each start.
CREATE INDEX run_of_a_person ON run (requested_by, requested_at);

-- Where a person can be answered, Slack says for half an hour; nobody needs it once they have been answered.
UPDATE inbox SET payload = payload - ARRAY['response_url', 'response_urls', 'trigger_id', 'token']
WHERE (done_at IS NOT NULL OR received_at < now() - interval '30 minutes')
  AND payload ?| ARRAY['response_url', 'response_urls', 'trigger_id', 'token'];
