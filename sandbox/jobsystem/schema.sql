-- The sample system's tables, as Prisma creates them: quoted camelCase, text ids, UTC without a time zone.
CREATE TYPE "BackgroundJobStatus" AS ENUM ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED');
CREATE TYPE "BackgroundDispatchWindowStatus"
    AS ENUM ('DISPATCHING', 'ENQUEUED', 'ENQUEUE_FAILED', 'INLINE_EMERGENCY');
CREATE TYPE "BackgroundFunctionRunStatus" AS ENUM ('RUNNING', 'SUCCEEDED', 'FAILED');

CREATE TABLE "BackgroundJob" (
    "id" text NOT NULL,
    "type" text NOT NULL,
    "status" "BackgroundJobStatus" NOT NULL DEFAULT 'PENDING',
    "dedupeKey" text NOT NULL,
    "clientId" text NOT NULL,
    "leadId" text NOT NULL,
    "messageId" text NOT NULL,
    "draftId" text,
    "runAt" timestamp(3) NOT NULL,
    "attempts" integer NOT NULL DEFAULT 0,
    "maxAttempts" integer NOT NULL DEFAULT 5,
    "lockedAt" timestamp(3),
    "lockedBy" text,
    "startedAt" timestamp(3),
    "finishedAt" timestamp(3),
    "lastError" text,
    "createdAt" timestamp(3) NOT NULL,
    "updatedAt" timestamp(3) NOT NULL,
    CONSTRAINT "BackgroundJob_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "BackgroundJob_dedupeKey_key" ON "BackgroundJob" ("dedupeKey");
CREATE INDEX "BackgroundJob_status_runAt_idx" ON "BackgroundJob" ("status", "runAt");
CREATE INDEX "BackgroundJob_clientId_idx" ON "BackgroundJob" ("clientId");

CREATE TABLE "BackgroundDispatchWindow" (
    "id" text NOT NULL,
    "dispatchKey" text NOT NULL,
    "source" text NOT NULL,
    "requestedAt" timestamp(3) NOT NULL,
    "windowStart" timestamp(3) NOT NULL,
    "windowSeconds" integer NOT NULL DEFAULT 60,
    "correlationId" text NOT NULL,
    "status" "BackgroundDispatchWindowStatus" NOT NULL DEFAULT 'DISPATCHING',
    "processDispatchId" text,
    "maintenanceDispatchId" text,
    "processEventId" text,
    "maintenanceEventId" text,
    "errorMessage" text,
    "createdAt" timestamp(3) NOT NULL,
    "updatedAt" timestamp(3) NOT NULL,
    CONSTRAINT "BackgroundDispatchWindow_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "BackgroundDispatchWindow_dispatchKey_key" ON "BackgroundDispatchWindow" ("dispatchKey");
CREATE INDEX "BackgroundDispatchWindow_status_createdAt_idx"
    ON "BackgroundDispatchWindow" ("status", "createdAt" DESC);
CREATE INDEX "BackgroundDispatchWindow_windowStart_idx" ON "BackgroundDispatchWindow" ("windowStart" DESC);

CREATE TABLE "BackgroundFunctionRun" (
    "id" text NOT NULL,
    "runKey" text NOT NULL,
    "functionName" text NOT NULL,
    "status" "BackgroundFunctionRunStatus" NOT NULL DEFAULT 'RUNNING',
    "attempt" integer NOT NULL DEFAULT 1,
    "runId" text,
    "source" text,
    "clientId" text,
    "dispatchKey" text,
    "correlationId" text,
    "requestedAt" timestamp(3),
    "startedAt" timestamp(3) NOT NULL,
    "finishedAt" timestamp(3),
    "durationMs" integer,
    "lastError" text,
    "createdAt" timestamp(3) NOT NULL,
    "updatedAt" timestamp(3) NOT NULL,
    CONSTRAINT "BackgroundFunctionRun_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "BackgroundFunctionRun_runKey_key" ON "BackgroundFunctionRun" ("runKey");
CREATE INDEX "BackgroundFunctionRun_functionName_createdAt_idx"
    ON "BackgroundFunctionRun" ("functionName", "createdAt" DESC);
CREATE INDEX "BackgroundFunctionRun_status_createdAt_idx"
    ON "BackgroundFunctionRun" ("status", "createdAt" DESC);

-- The control loops' log lines, stored here as by a log drain.
CREATE TABLE "BackgroundControlDecision" (
    "id" text NOT NULL,
    "loop" text NOT NULL,
    "decidedAt" timestamp(3) NOT NULL,
    "decision" jsonb NOT NULL,
    CONSTRAINT "BackgroundControlDecision_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "BackgroundControlDecision_loop_decidedAt_idx" ON "BackgroundControlDecision" ("loop", "decidedAt");

CREATE TABLE "WorkspaceSettings" (
    "id" text NOT NULL,
    "clientId" text NOT NULL,
    "highQuotaEnabled" boolean NOT NULL DEFAULT false,
    "createdAt" timestamp(3) NOT NULL,
    "updatedAt" timestamp(3) NOT NULL,
    CONSTRAINT "WorkspaceSettings_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "WorkspaceSettings_clientId_key" ON "WorkspaceSettings" ("clientId");
