-- AlterTable
ALTER TABLE "TrainingRun" ADD COLUMN     "curveId" INTEGER,
ADD COLUMN     "measured" JSONB;

-- CreateTable
CREATE TABLE "LearningCurve" (
    "id" SERIAL NOT NULL,
    "datasetId" INTEGER NOT NULL,
    "preset" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LearningCurve_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "LearningCurve_datasetId_idx" ON "LearningCurve"("datasetId");

-- CreateIndex
CREATE INDEX "TrainingRun_curveId_idx" ON "TrainingRun"("curveId");

-- AddForeignKey
ALTER TABLE "TrainingRun" ADD CONSTRAINT "TrainingRun_curveId_fkey" FOREIGN KEY ("curveId") REFERENCES "LearningCurve"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LearningCurve" ADD CONSTRAINT "LearningCurve_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
