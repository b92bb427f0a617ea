-- CreateEnum
CREATE TYPE "RecordState" AS ENUM ('open', 'conflict', 'consensus', 'adjudicated');

-- AlterTable
ALTER TABLE "Annotation" ADD COLUMN     "blind" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Queue" ADD COLUMN     "agreement" DOUBLE PRECISION NOT NULL DEFAULT 0.667,
ADD COLUMN     "blindShare" DOUBLE PRECISION NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "QueueItem" ADD COLUMN     "blind" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "LabelRecord" (
    "id" BIGSERIAL NOT NULL,
    "windowId" UUID NOT NULL,
    "state" "RecordState" NOT NULL,
    "label" TEXT,
    "answers" INTEGER NOT NULL,
    "agreement" DOUBLE PRECISION NOT NULL,
    "wantedAnswers" INTEGER NOT NULL,
    "wantedShare" DOUBLE PRECISION NOT NULL,
    "sawFuture" BOOLEAN NOT NULL DEFAULT false,
    "annotationId" UUID,
    "adjudicator" TEXT,
    "note" TEXT,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LabelRecord_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CurrentRecord" (
    "windowId" UUID NOT NULL,
    "recordId" BIGINT NOT NULL,
    "state" "RecordState" NOT NULL,
    "label" TEXT,
    "sawFuture" BOOLEAN NOT NULL,

    CONSTRAINT "CurrentRecord_pkey" PRIMARY KEY ("windowId")
);

-- CreateIndex
CREATE INDEX "LabelRecord_windowId_id_idx" ON "LabelRecord"("windowId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "CurrentRecord_recordId_key" ON "CurrentRecord"("recordId");

-- CreateIndex
CREATE INDEX "CurrentRecord_state_idx" ON "CurrentRecord"("state");

-- AddForeignKey
ALTER TABLE "LabelRecord" ADD CONSTRAINT "LabelRecord_windowId_fkey" FOREIGN KEY ("windowId") REFERENCES "Window"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CurrentRecord" ADD CONSTRAINT "CurrentRecord_windowId_fkey" FOREIGN KEY ("windowId") REFERENCES "Window"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CurrentRecord" ADD CONSTRAINT "CurrentRecord_recordId_fkey" FOREIGN KEY ("recordId") REFERENCES "LabelRecord"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Queue" ADD CONSTRAINT "Queue_overlap_check" CHECK ("overlap" >= 1),
  ADD CONSTRAINT "Queue_agreement_check" CHECK ("agreement" > 0 AND "agreement" <= 1),
  ADD CONSTRAINT "Queue_blindShare_check" CHECK ("blindShare" >= 0 AND "blindShare" <= 1);

CREATE TRIGGER label_record_append_only BEFORE UPDATE ON "LabelRecord" FOR EACH ROW EXECUTE FUNCTION refuse_update();

-- Until now the label of record was the newest label that was not taken back.
INSERT INTO "LabelRecord" ("windowId", "state", "label", "answers", "agreement", "wantedAnswers", "wantedShare", "sawFuture", "annotationId", "at")
  SELECT DISTINCT ON (a."windowId") a."windowId", 'consensus', a."label", 1, 1, 1, 0.667, a."sawFuture", a."id", a."receivedAt"
    FROM "Annotation" a
   WHERE a."kind" = 'label' AND NOT EXISTS (SELECT 1 FROM "Annotation" back WHERE back."retractsId" = a."id")
   ORDER BY a."windowId", a."surplus", a."receivedAt" DESC, a."id" DESC;
INSERT INTO "CurrentRecord" ("windowId", "recordId", "state", "label", "sawFuture")
  SELECT "windowId", "id", "state", "label", "sawFuture" FROM "LabelRecord";
