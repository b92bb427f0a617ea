-- AlterEnum
ALTER TYPE "PlacedBy" ADD VALUE 'drift' BEFORE 'random';
