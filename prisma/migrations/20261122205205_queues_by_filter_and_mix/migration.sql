-- CreateEnum
CREATE TYPE "PlacedBy" AS ENUM ('deficit', 'uncertainty', 'disagreement', 'diversity', 'random', 'mined', 'similar', 'conflict', 'listed');

-- AlterEnum
ALTER TYPE "JobKind" ADD VALUE 'order';

-- AlterTable
ALTER TABLE "Queue" ADD COLUMN     "archivedAt" TIMESTAMP(3),
ADD COLUMN     "filter" JSONB,
ADD COLUMN     "lastOrder" JSONB,
ADD COLUMN     "mix" JSONB NOT NULL DEFAULT '{"deficit": 1}';

ALTER TABLE "Queue" ADD CONSTRAINT "Queue_archived_check" CHECK ("archivedAt" IS NULL OR "paused");
UPDATE "Queue" SET "filter" = '{}' WHERE "isDefault";

-- Until now classes took turns by their deficits, and the column held what WeakLabel has. No row is written anew for
-- either: a million of them would be minutes.
ALTER TABLE "QueueItem" ADD COLUMN     "placedBy" "PlacedBy" NOT NULL DEFAULT 'deficit',
DROP COLUMN "inclusionProbability",
ADD COLUMN     "inclusionProbability" DOUBLE PRECISION;
ALTER TABLE "QueueItem" ALTER COLUMN "placedBy" SET DEFAULT 'listed';
UPDATE "QueueItem" i SET "placedBy" = CASE q."purpose" WHEN 'review' THEN 'conflict'::"PlacedBy" ELSE 'listed' END
  FROM "Queue" q WHERE q."id" = i."queueId" AND NOT q."isDefault";
