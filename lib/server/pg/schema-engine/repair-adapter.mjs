// What @prisma/adapter-pg 7.10.0 lacks for migrations. Each repair has a test in migrate.db.test.ts; drop it when the
// adapter can do it itself.
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const CHAR = 18;
const TEXT = 25;

/**
 * @typedef {{ dataTypeID: number, wasChar?: boolean }} Field
 * @typedef {{ fields?: Field[] }} RawResult
 * @typedef {{ columnTypes: number[] }} TypedResult
 * @typedef {{ performIO(query: object): Promise<RawResult>, queryRaw(query: object): Promise<TypedResult> }} Queryable
 * @typedef {{
 *   client: { query(sql: string): Promise<unknown> },
 *   onError(error: unknown): void,
 *   executeScript(script: string): Promise<void>,
 * }} Adapter
 */

let repaired = false;

/**
 * Repairs the adapter in this process; doing it again changes nothing.
 * @param {{ connect(): Promise<{ dispose(): Promise<void> }> }} factory any PrismaPg
 */
export async function repairAdapter(factory) {
  if (repaired) return;
  const adapter = await factory.connect();
  const adapterClass = Object.getPrototypeOf(adapter);
  await adapter.dispose();
  if (repaired) return;
  repaired = true;
  runScriptsWhole(adapterClass);
  readCharType(Object.getPrototypeOf(adapterClass));
}

/**
 * The adapter cuts a script at every semicolon, also within a function's body or a string. Postgres takes a script
 * whole, as one transaction: so does the native engine it.
 * @param {Adapter} adapterClass
 */
function runScriptsWhole(adapterClass) {
  adapterClass.executeScript = async function (script) {
    try {
      await this.client.query(script);
    } catch (error) {
      this.onError(error);
    }
  };
}

/**
 * pg_catalog has columns of type "char" (one byte, oid 18; not char(n)), which the schema engine reads and the adapter
 * refuses. Such a column travels as text and is then presented to the engine as a single character.
 * @param {Queryable} queryable
 */
function readCharType(queryable) {
  presentCharAsText();
  /** @type {WeakMap<object, number[]>} which columns of a query's result were "char" */
  const charColumns = new WeakMap();
  const { performIO, queryRaw } = queryable;
  queryable.performIO = async function (query) {
    const result = await performIO.call(this, query);
    const fields = result.fields ?? [];
    charColumns.set(
      query,
      fields.flatMap((field, index) => (field.wasChar ? [index] : [])),
    );
    return result;
  };
  queryable.queryRaw = async function (query) {
    const result = await queryRaw.call(this, query);
    for (const index of charColumns.get(query) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
}

function presentCharAsText() {
  const { Result } = /** @type {{ Result: { prototype: { addFields(fields: Field[]): void } } }} */ (
    /** @type {unknown} */ (pg)
  );
  const addFields = Result.prototype.addFields;
  Result.prototype.addFields = function (/** @type {Field[]} */ fields) {
    for (const field of fields) {
      if (field.dataTypeID !== CHAR) continue;
      field.dataTypeID = TEXT;
      field.wasChar = true;
    }
    return addFields.call(this, fields);
  };
}
