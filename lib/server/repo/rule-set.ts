import { getDb, getPool } from '../db/connection.ts';
import { UTC_NOW } from '../db/utc-now.ts';

export interface RuleSetRow {
  readonly id: number;
  readonly number: number;
  readonly name: string;
  readonly params: unknown;
  readonly createdAt: Date;
}

export async function findRuleSets(): Promise<RuleSetRow[]> {
  return getDb().ruleSet.findMany({ orderBy: { number: 'asc' } });
}

export async function findRuleSetById(id: number): Promise<RuleSetRow | null> {
  return getDb().ruleSet.findUnique({ where: { id } });
}

export async function findRuleSetByNumber(number: number): Promise<RuleSetRow | null> {
  return getDb().ruleSet.findUnique({ where: { number } });
}

/** Adds a rule set where neither its number nor its content is there yet; one that is there is never changed. */
export async function insertRuleSet(ruleSet: {
  number: number;
  name: string;
  params: object;
  hash: string;
  createdBy: string;
}): Promise<void> {
  await getPool().query(
    `INSERT INTO "RuleSet" (number, name, params, hash, "createdBy", "createdAt")
     VALUES ($1, $2, $3, $4, $5, ${UTC_NOW}) ON CONFLICT DO NOTHING`,
    [ruleSet.number, ruleSet.name, JSON.stringify(ruleSet.params), ruleSet.hash, ruleSet.createdBy],
  );
}
