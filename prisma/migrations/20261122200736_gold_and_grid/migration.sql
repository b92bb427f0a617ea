/*
  Warnings:

  - A unique constraint covering the columns `[saltOf]` on the table `Queue` will be added. If there are existing duplicate values, this will fail.

*/
-- AlterTable
ALTER TABLE "Annotation" ADD COLUMN     "gold" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "pageId" UUID;

-- AlterTable
ALTER TABLE "Queue" ADD COLUMN     "catchFloor" DOUBLE PRECISION NOT NULL DEFAULT 0.8,
ADD COLUMN     "feedback" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "goldShare" DOUBLE PRECISION NOT NULL DEFAULT 0,
ADD COLUMN     "saltOf" INTEGER;

-- CreateTable
CREATE TABLE "GoldMark" (
    "id" BIGSERIAL NOT NULL,
    "windowId" UUID NOT NULL,
    "label" TEXT,
    "note" TEXT,
    "userId" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "GoldMark_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "GoldVersion" (
    "number" INTEGER NOT NULL,
    "note" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "GoldVersion_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "GoldWindow" (
    "number" INTEGER NOT NULL,
    "windowId" UUID NOT NULL,
    "label" TEXT NOT NULL,

    CONSTRAINT "GoldWindow_pkey" PRIMARY KEY ("number","windowId")
);

-- CreateTable
CREATE TABLE "GridPage" (
    "id" UUID NOT NULL,
    "queueId" INTEGER NOT NULL,
    "userId" TEXT NOT NULL,
    "suggestedClass" TEXT NOT NULL,
    "cells" INTEGER NOT NULL,
    "goldCells" INTEGER NOT NULL,
    "caught" INTEGER NOT NULL,
    "elapsedMs" INTEGER NOT NULL,
    "answeredAt" TIMESTAMP(3) NOT NULL,
    "receivedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retractedAt" TIMESTAMP(3),
    "returnedAt" TIMESTAMP(3),

    CONSTRAINT "GridPage_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "GoldMark_windowId_id_idx" ON "GoldMark"("windowId", "id");

-- CreateIndex
CREATE INDEX "GoldWindow_windowId_idx" ON "GoldWindow"("windowId");

-- CreateIndex
CREATE INDEX "GridPage_userId_queueId_receivedAt_idx" ON "GridPage"("userId", "queueId", "receivedAt");

-- CreateIndex
CREATE INDEX "Annotation_pageId_idx" ON "Annotation"("pageId");

-- CreateIndex
CREATE UNIQUE INDEX "Queue_saltOf_key" ON "Queue"("saltOf");

-- AddForeignKey
ALTER TABLE "Annotation" ADD CONSTRAINT "Annotation_pageId_fkey" FOREIGN KEY ("pageId") REFERENCES "GridPage"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GoldMark" ADD CONSTRAINT "GoldMark_windowId_fkey" FOREIGN KEY ("windowId") REFERENCES "Window"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GoldMark" ADD CONSTRAINT "GoldMark_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GoldWindow" ADD CONSTRAINT "GoldWindow_number_fkey" FOREIGN KEY ("number") REFERENCES "GoldVersion"("number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GoldWindow" ADD CONSTRAINT "GoldWindow_windowId_fkey" FOREIGN KEY ("windowId") REFERENCES "Window"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GridPage" ADD CONSTRAINT "GridPage_queueId_fkey" FOREIGN KEY ("queueId") REFERENCES "Queue"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GridPage" ADD CONSTRAINT "GridPage_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "Queue" ADD CONSTRAINT "Queue_saltOf_fkey" FOREIGN KEY ("saltOf") REFERENCES "Queue"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "Queue_goldShare_check" CHECK ("goldShare" >= 0 AND "goldShare" <= 0.5),
  ADD CONSTRAINT "Queue_catchFloor_check" CHECK ("catchFloor" >= 0 AND "catchFloor" <= 1);
-- Items of gold windows are in no order, but positions are unique.
CREATE SEQUENCE salt_position AS int;
CREATE TRIGGER gold_mark_append_only BEFORE UPDATE ON "GoldMark" FOR EACH ROW EXECUTE FUNCTION refuse_update();
CREATE TRIGGER gold_version_append_only BEFORE UPDATE ON "GoldVersion" FOR EACH ROW EXECUTE FUNCTION refuse_update();
CREATE TRIGGER gold_window_append_only BEFORE UPDATE ON "GoldWindow" FOR EACH ROW EXECUTE FUNCTION refuse_update();
