-- CreateEnum
CREATE TYPE "RoundState" AS ENUM ('running', 'auditing', 'accepted', 'rejected', 'failed', 'cancelled', 'reverted');

-- CreateEnum
CREATE TYPE "RoundStep" AS ENUM ('predict', 'select', 'audit', 'dataset', 'train', 'compare');

-- AlterEnum
ALTER TYPE "JobKind" ADD VALUE 'round';

-- AlterTable
ALTER TABLE "TrainingRun" ADD COLUMN     "roundId" INTEGER;

-- CreateTable
CREATE TABLE "SelfTraining" (
    "id" SERIAL NOT NULL,
    "datasetId" INTEGER NOT NULL,
    "settings" JSONB NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SelfTraining_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Round" (
    "id" SERIAL NOT NULL,
    "selfTrainingId" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "teacherId" INTEGER NOT NULL,
    "state" "RoundState" NOT NULL DEFAULT 'running',
    "step" "RoundStep" NOT NULL DEFAULT 'predict',
    "jobId" UUID,
    "report" JSONB NOT NULL DEFAULT '{}',
    "auditQueueId" INTEGER,
    "datasetId" INTEGER,
    "reason" TEXT,
    "decidedBy" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),
    "revertedAt" TIMESTAMP(3),

    CONSTRAINT "Round_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PseudoLabel" (
    "roundId" INTEGER NOT NULL,
    "windowId" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "confidence" REAL NOT NULL,
    "audited" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "PseudoLabel_pkey" PRIMARY KEY ("roundId","windowId")
);

-- CreateIndex
CREATE INDEX "SelfTraining_datasetId_idx" ON "SelfTraining"("datasetId");

-- CreateIndex
CREATE UNIQUE INDEX "Round_selfTrainingId_number_key" ON "Round"("selfTrainingId", "number");

-- CreateIndex
CREATE INDEX "PseudoLabel_windowId_idx" ON "PseudoLabel"("windowId");

-- CreateIndex
CREATE INDEX "TrainingRun_roundId_idx" ON "TrainingRun"("roundId");

-- AddForeignKey
ALTER TABLE "TrainingRun" ADD CONSTRAINT "TrainingRun_roundId_fkey" FOREIGN KEY ("roundId") REFERENCES "Round"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SelfTraining" ADD CONSTRAINT "SelfTraining_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Round" ADD CONSTRAINT "Round_selfTrainingId_fkey" FOREIGN KEY ("selfTrainingId") REFERENCES "SelfTraining"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Round" ADD CONSTRAINT "Round_teacherId_fkey" FOREIGN KEY ("teacherId") REFERENCES "ModelVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Round" ADD CONSTRAINT "Round_auditQueueId_fkey" FOREIGN KEY ("auditQueueId") REFERENCES "Queue"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Round" ADD CONSTRAINT "Round_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PseudoLabel" ADD CONSTRAINT "PseudoLabel_roundId_fkey" FOREIGN KEY ("roundId") REFERENCES "Round"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PseudoLabel" ADD CONSTRAINT "PseudoLabel_windowId_fkey" FOREIGN KEY ("windowId") REFERENCES "Window"("id") ON DELETE CASCADE ON UPDATE CASCADE;
