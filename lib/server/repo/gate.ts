import { type GateReport, type GateSummary, gateReportSchema } from '@/lib/contract/gate.ts';
import type { DbOrTx, Prisma } from '../db/connection.ts';
import { namesOf } from './actor-name.ts';

const WITH_NAMES = {
  version: { select: { name: true } },
  against: { select: { name: true } },
} satisfies Prisma.ModelGateInclude;

export type StoredGate = GateSummary & { readonly report: GateReport };

export interface NewGate {
  readonly versionId: number;
  readonly againstId: number | null;
  readonly passed: boolean;
  readonly report: GateReport;
  readonly createdBy: string;
}

export async function insertGate(db: DbOrTx, gate: NewGate): Promise<number> {
  const report: Prisma.InputJsonValue = JSON.parse(JSON.stringify(gate.report));
  return (await db.modelGate.create({ data: { ...gate, report }, select: { id: true } })).id;
}

/** The newest gate of a version against another one, or against nobody; null before the first. */
export async function findGate(
  db: DbOrTx,
  versionId: number,
  againstId: number | null,
): Promise<StoredGate | null> {
  const row = await db.modelGate.findFirst({
    where: { versionId, againstId },
    orderBy: { id: 'desc' },
    include: WITH_NAMES,
  });
  return row && toGate(row, (await namesOf(db, [row.createdBy]))(row.createdBy));
}

function toGate(row: Prisma.ModelGateGetPayload<{ include: typeof WITH_NAMES }>, by: string): StoredGate {
  const report = gateReportSchema.parse(row.report);
  return {
    id: row.id,
    version: row.version.name,
    against: row.against?.name ?? null,
    passed: row.passed,
    failed: report.checks.filter(({ passed }) => passed === false).map(({ name }) => name),
    by,
    at: row.createdAt.toISOString(),
    report,
  };
}
