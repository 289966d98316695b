-- name: arrive
-- Enqueues jobs that are due immediately.
INSERT INTO "BackgroundJob" (
    "id", "type", "dedupeKey", "clientId", "leadId", "messageId", "runAt", "createdAt", "updatedAt"
)
SELECT id, type, type || ':' || message, tenant, lead, message, at, at, at
FROM unnest(
    %(ids)s::text[], %(types)s::text[], %(tenants)s::text[], %(leads)s::text[], %(messages)s::text[],
    %(times)s::timestamp[]
) AS arrival (id, type, tenant, lead, message, at)

-- name: open_window
-- One dispatch per window: a second one finds the key taken, and gets no row.
INSERT INTO "BackgroundDispatchWindow" (
    "id", "dispatchKey", "source", "requestedAt", "windowStart", "correlationId", "createdAt", "updatedAt"
)
VALUES (%(id)s, %(key)s, %(source)s, %(at)s, %(start)s, %(correlation)s, %(at)s, %(at)s)
ON CONFLICT ("dispatchKey") DO NOTHING
RETURNING "id"

-- name: close_window
UPDATE "BackgroundDispatchWindow"
SET "status" = %(status)s, "errorMessage" = %(error)s, "processEventId" = %(process)s,
    "maintenanceEventId" = %(maintenance)s, "updatedAt" = %(at)s
WHERE "dispatchKey" = %(key)s

-- name: begin_runs
INSERT INTO "BackgroundFunctionRun" (
    "id", "runKey", "functionName", "source", "dispatchKey", "correlationId", "requestedAt", "startedAt",
    "createdAt", "updatedAt"
)
SELECT 'run_' || md5(name || %(key)s), name || ':' || %(key)s, name, %(source)s, %(key)s, %(correlation)s,
       %(requested)s, %(at)s, %(at)s, %(at)s
FROM unnest(%(functions)s::text[]) AS name

-- name: end_runs
-- The condition on the keys makes the planner use the index; it has no statistics while a history is generated.
UPDATE "BackgroundFunctionRun" AS run
SET "status" = ending.status::"BackgroundFunctionRunStatus", "lastError" = ending.error,
    "finishedAt" = ending.at, "updatedAt" = ending.at,
    "durationMs" = extract(epoch FROM ending.at - run."startedAt") * 1000
FROM unnest(%(keys)s::text[], %(statuses)s::text[], %(errors)s::text[], %(times)s::timestamp[])
     AS ending (key, status, error, at)
WHERE run."runKey" = ending.key AND run."runKey" = ANY(%(keys)s::text[])

-- name: claim
-- Fair: every tenant's first job comes before any tenant's second. Jobs of the favorite, if there is one,
-- come first. Jobs that another worker holds are skipped.
WITH turns AS (
    SELECT "id", "runAt", "clientId" = %(favourite)s AS favoured,
           row_number() OVER (PARTITION BY "clientId" ORDER BY "runAt", "id") AS turn
    FROM "BackgroundJob"
    WHERE "status" = 'PENDING' AND "runAt" <= %(due)s
), chosen AS (
    SELECT job."id"
    FROM turns JOIN "BackgroundJob" AS job USING ("id")
    WHERE job."status" = 'PENDING'
    ORDER BY favoured DESC, turn, turns."runAt", job."id"
    LIMIT %(most)s
    FOR UPDATE OF job SKIP LOCKED
)
UPDATE "BackgroundJob" AS job
SET "status" = 'RUNNING', "attempts" = "attempts" + 1, "lockedAt" = %(at)s, "lockedBy" = %(worker)s,
    "startedAt" = %(at)s, "updatedAt" = %(at)s
FROM chosen
WHERE job."id" = chosen."id"
RETURNING job."id", "attempts" >= "maxAttempts"

-- name: finish
-- Jobs end, or go back to the queue until `due`.
UPDATE "BackgroundJob" AS job
SET "status" = ending.status::"BackgroundJobStatus", "lastError" = ending.error, "updatedAt" = ending.at,
    "finishedAt" = CASE WHEN ending.status <> 'PENDING' THEN ending.at END,
    "runAt" = coalesce(ending.due, job."runAt"), "lockedAt" = NULL, "lockedBy" = NULL
FROM unnest(
    %(ids)s::text[], %(statuses)s::text[], %(errors)s::text[], %(times)s::timestamp[], %(dues)s::timestamp[]
) AS ending (id, status, error, at, due)
WHERE job."id" = ending.id AND job."id" = ANY(%(ids)s::text[])

-- name: send_twice
-- The last job that succeeded is run again, and the provider complains about the third. A copy is not copied
-- again: its key would grow too long for the index.
INSERT INTO "BackgroundJob" (
    "id", "type", "status", "dedupeKey", "clientId", "leadId", "messageId", "runAt", "attempts", "startedAt",
    "finishedAt", "lastError", "createdAt", "updatedAt"
)
SELECT copy.id, sent."type", copy.status::"BackgroundJobStatus", sent."dedupeKey" || ':' || copy.id,
       sent."clientId", sent."leadId", sent."messageId", %(at)s, 1, %(at)s, %(at)s, copy.error, %(at)s, %(at)s
FROM (
    SELECT * FROM "BackgroundJob" WHERE "status" = 'SUCCEEDED' AND "id" NOT LIKE '%%\_again'
    ORDER BY "runAt" DESC, "id" LIMIT 1
) AS sent, (
    VALUES (%(repeat)s, 'SUCCEEDED', NULL),
           (%(complaint)s, 'FAILED', 'duplicate send: the provider had this message already')
) AS copy (id, status, error)

-- name: complain_of_run
-- Records the error on the run that sent it twice: a job loses its error when it succeeds later, a run does not.
UPDATE "BackgroundFunctionRun"
SET "lastError" = 'duplicate send: 1 message refused by the provider', "updatedAt" = %(at)s
WHERE "id" = (
    SELECT "id" FROM "BackgroundFunctionRun"
    WHERE "functionName" = %(function)s AND "status" <> 'RUNNING' AND "lastError" IS NULL
    ORDER BY "createdAt" DESC LIMIT 1
)

-- name: cover
UPDATE "WorkspaceSettings"
SET "highQuotaEnabled" = "clientId" = ANY(%(tenants)s), "updatedAt" = %(at)s
WHERE "highQuotaEnabled" <> ("clientId" = ANY(%(tenants)s))

-- name: settle_in
INSERT INTO "WorkspaceSettings" ("id", "clientId", "highQuotaEnabled", "createdAt", "updatedAt")
SELECT 'settings_' || tenant, tenant, true, %(at)s, %(at)s FROM unnest(%(tenants)s::text[]) AS tenant

-- name: decided
INSERT INTO "BackgroundControlDecision" ("id", "loop", "decidedAt", "decision")
SELECT id, loop, at, decision
FROM unnest(%(ids)s::text[], %(loops)s::text[], %(times)s::timestamp[], %(decisions)s::jsonb[])
     AS decided (id, loop, at, decision)

-- name: logged
SELECT "decidedAt", "loop", decision FROM "BackgroundControlDecision"
WHERE "decidedAt" >= %(start)s AND "decidedAt" < %(end)s
ORDER BY "decidedAt", "id"
LIMIT %(limit)s
