-- Tables; some of them are listed.
CREATE SCHEMA app;
CREATE SCHEMA "Odd";
CREATE TYPE mood AS ENUM ('sad', 'fine');
CREATE TYPE app.mood AS ENUM ('sad');
CREATE TYPE odd AS ENUM ('1', '2');
CREATE TYPE pair AS (a int, b int);
CREATE DOMAIN slug AS text CHECK (value <> '');

CREATE TABLE hits (
    id int PRIMARY KEY, note text, status mood, amount numeric, at timestamptz, tags text[], doc jsonb,
    label slug, moods mood[], place pair
);
INSERT INTO hits VALUES
    (1, 'first', 'sad', 1.50, '2026-01-01 00:00+00', '{a,b}', '{"a": 1, "b": [1, 2]}', 'one', '{sad}', (1, 2)),
    (2, 'second', 'fine', 2.25, '2026-01-02 12:00+00', '{c}', '{"a": 2}', 'two', '{fine,sad}', (3, 4)),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, 'it''s %s \ "x"', 'sad', 0, '2026-01-03 00:00+00', '{}', '{}', 'four', '{}', (5, 6));
CREATE TABLE hits_child (secret text) INHERITS (hits);
CREATE TABLE events (at timestamptz, hit int, ms float8) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
INSERT INTO events SELECT '2026-01-01'::timestamptz + n * interval '1 hour', n % 4 + 1, n * 1.5 FROM generate_series(1, 40) AS n;
CREATE VIEW hits_view AS SELECT id, note FROM hits;
CREATE TABLE hits_opaque (id int, odd odd);
INSERT INTO hits_opaque VALUES (1, '1'), (2, '2');
CREATE TABLE "Odd"."Name" ("Key" int, "select" text);
INSERT INTO "Odd"."Name" VALUES (1, 'a'), (2, 'b');
CREATE SEQUENCE hits_id_seq;

CREATE TABLE secrets (id serial, word text);
INSERT INTO secrets (word) VALUES ('hush');
CREATE VIEW totals AS SELECT count(*) AS n FROM secrets;
CREATE TABLE remote (id int);
CREATE TABLE app.hits (id int, word text);
