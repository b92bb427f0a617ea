-- AlterTable
ALTER TABLE "Annotation" ADD COLUMN     "guideVersion" INTEGER,
ADD COLUMN     "marks" JSONB,
ADD COLUMN     "poleKatr" DOUBLE PRECISION;

-- CreateTable
CREATE TABLE "GuideVersion" (
    "number" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "GuideVersion_pkey" PRIMARY KEY ("number")
);

-- AddForeignKey
ALTER TABLE "Annotation" ADD CONSTRAINT "Annotation_guideVersion_fkey" FOREIGN KEY ("guideVersion") REFERENCES "GuideVersion"("number") ON DELETE RESTRICT ON UPDATE CASCADE;
