-- AlterTable
ALTER TABLE "TrainingRun" ADD COLUMN     "basedOnId" INTEGER,
ADD COLUMN     "bestMacroF1" DOUBLE PRECISION,
ADD COLUMN     "device" TEXT,
ADD COLUMN     "machine" TEXT;

-- AddForeignKey
ALTER TABLE "TrainingRun" ADD CONSTRAINT "TrainingRun_basedOnId_fkey" FOREIGN KEY ("basedOnId") REFERENCES "TrainingRun"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What the list shows of a run's epochs is kept with the run from now on.
UPDATE "TrainingRun" r SET "bestMacroF1" = e.best
  FROM (SELECT "runId", max(("figures"->>'macroF1')::float8) AS best FROM "RunEpoch" GROUP BY "runId") e
 WHERE e."runId" = r."id";
