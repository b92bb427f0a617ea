-- The bar stamped `ts` was shown after an answer, with all before it: whatever shares bars with a window that ends there
-- was given away, answered or not.
ALTER TABLE "Served" ADD COLUMN "seen" BOOLEAN NOT NULL DEFAULT false;
