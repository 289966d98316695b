-- grant: Only added to.
GRANT SELECT, INSERT ON decision TO {role}

-- insert: The run's one decision.
INSERT INTO decision (run, outcome, evidence, document, decided_at)
VALUES (%(run)s, %(outcome)s, %(evidence)s, %(document)s, %(decided_at)s)
