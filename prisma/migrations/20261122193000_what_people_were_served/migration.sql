ALTER TABLE "QueueItem" ADD COLUMN "seriesId" INTEGER, ADD COLUMN "ts" DOUBLE PRECISION, ADD COLUMN "clearFrom" DOUBLE PRECISION;
UPDATE "QueueItem" i SET "seriesId" = w."seriesId", "ts" = w."ts", "clearFrom" = w."ts" + 64 * s."timeframeMs"
  FROM "Window" w JOIN "Series" s ON s."id" = w."seriesId" WHERE w."id" = i."windowId";
ALTER TABLE "QueueItem" ALTER COLUMN "seriesId" SET NOT NULL, ALTER COLUMN "ts" SET NOT NULL, ALTER COLUMN "clearFrom" SET NOT NULL;

-- One index for the walk; beside one of (queueId, position) alone the planner may take that, which passes over what is done.
DROP INDEX "QueueItem_queueId_position_key";
DROP INDEX "QueueItem_queueId_done_position_idx";
CREATE UNIQUE INDEX "QueueItem_queueId_done_position_key" ON "QueueItem"("queueId", "done", "position");

ALTER TABLE "QueueCursor" ADD COLUMN "lane" TEXT NOT NULL DEFAULT '';
ALTER TABLE "QueueCursor" DROP CONSTRAINT "QueueCursor_pkey", ADD CONSTRAINT "QueueCursor_pkey" PRIMARY KEY ("queueId", "userId", "lane");

ALTER TABLE "Lease" ADD COLUMN "reserve" BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE "Served" (
    "userId" TEXT NOT NULL,
    "seriesId" INTEGER NOT NULL,
    "ts" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "Served_pkey" PRIMARY KEY ("userId", "seriesId", "ts")
);
ALTER TABLE "Served" ADD CONSTRAINT "Served_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Served" ADD CONSTRAINT "Served_seriesId_fkey" FOREIGN KEY ("seriesId") REFERENCES "Series"("id") ON DELETE CASCADE ON UPDATE CASCADE;
INSERT INTO "Served" ("userId", "seriesId", "ts")
  SELECT a."userId", w."seriesId", w."ts" FROM "Annotation" a JOIN "Window" w ON w."id" = a."windowId"
  UNION SELECT l."userId", i."seriesId", i."ts" FROM "Lease" l JOIN "QueueItem" i ON i."id" = l."queueItemId";
