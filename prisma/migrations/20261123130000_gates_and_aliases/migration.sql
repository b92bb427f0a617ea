-- AlterEnum
ALTER TYPE "JobKind" ADD VALUE 'gate';

-- CreateEnum
CREATE TYPE "AliasChange" AS ENUM ('promotion', 'override', 'rollback', 'withdrawal');

-- AlterTable
ALTER TABLE "ModelVersion" ADD COLUMN     "archivedAt" TIMESTAMP(3),
ADD COLUMN     "goldenSha256" TEXT;

-- CreateTable
CREATE TABLE "ModelGate" (
    "id" SERIAL NOT NULL,
    "versionId" INTEGER NOT NULL,
    "againstId" INTEGER,
    "passed" BOOLEAN NOT NULL,
    "report" JSONB NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ModelGate_pkey" PRIMARY KEY ("id")
);

-- AlterTable: what was promoted before there was a gate was promoted by the rules of its day.
ALTER TABLE "AliasEvent" ADD COLUMN     "change" "AliasChange" NOT NULL DEFAULT 'promotion',
ADD COLUMN     "gateId" INTEGER,
ALTER COLUMN "versionId" DROP NOT NULL;

-- CreateIndex
CREATE INDEX "ModelGate_versionId_againstId_id_idx" ON "ModelGate"("versionId", "againstId", "id");

-- AddForeignKey
ALTER TABLE "ModelGate" ADD CONSTRAINT "ModelGate_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "ModelVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelGate" ADD CONSTRAINT "ModelGate_againstId_fkey" FOREIGN KEY ("againstId") REFERENCES "ModelVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AliasEvent" ADD CONSTRAINT "AliasEvent_gateId_fkey" FOREIGN KEY ("gateId") REFERENCES "ModelGate"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A gate's result is never changed, only followed by another.
CREATE TRIGGER model_gate_append_only BEFORE UPDATE ON "ModelGate" FOR EACH ROW EXECUTE FUNCTION refuse_update();
