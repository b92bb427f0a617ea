ALTER TYPE "JobKind" ADD VALUE 'check';

-- What was found of leaks between the splits of a dataset: at its build, and each time that somebody asked again.
CREATE TABLE "DatasetCheck" (
    "id" SERIAL NOT NULL,
    "datasetId" INTEGER NOT NULL,
    "version" TEXT,
    "cosine" DOUBLE PRECISION,
    "checks" JSONB NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DatasetCheck_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "DatasetCheck_datasetId_id_idx" ON "DatasetCheck"("datasetId", "id");

ALTER TABLE "DatasetCheck" ADD CONSTRAINT "DatasetCheck_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;
