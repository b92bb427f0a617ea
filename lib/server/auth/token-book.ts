import { setTimeout as sleep } from 'node:timers/promises';
import { getDb } from '../db/connection.ts';
import { Refusal } from '../error.ts';
import { logger } from '../log.ts';
import { listLiveTokens, noteTokenUses, type TokenRow } from '../repo/token.ts';
import type { Program } from './program.ts';
import { hashToken } from './token.ts';

const NOTE_USES_EVERY_MS = 60_000;
/** Tokens that are not in the book make it look again, all of them together and not more often than this. */
const LOOK_AGAIN_EVERY_MS = 200;

/**
 * The tokens that hold, kept in memory so that no call waits for the database, and a server goes on while Postgres is
 * away. `refresh`, every second or two, is what makes a revocation take effect.
 */
export class TokenBook {
  private byHash: ReadonlyMap<string, TokenRow> = new Map();
  private readAt = Number.NEGATIVE_INFINITY;
  private looking: Promise<void> | null = null;
  private uses = new Map<string, Date>();
  private notedAt = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** Reads the tokens anew; every minute also writes down which were used. */
  async refresh(): Promise<void> {
    const rows = await listLiveTokens(getDb());
    this.byHash = new Map(rows.map((row) => [row.hash, row]));
    this.readAt = this.now();
    await this.noteUses();
  }

  /**
   * The program that a token is of. A token that was made a moment ago holds already.
   * @throws Refusal `unauthenticated` where it does not hold, saying why to whoever has it; `unavailable` where that
   * cannot be found out
   */
  async identify(token: string): Promise<Program> {
    const hash = hashToken(token);
    if (!this.byHash.has(hash)) await this.lookAgain();
    const row = this.byHash.get(hash);
    if (!row) {
      throw new Refusal(
        'unauthenticated',
        'This token is not known here, or has been revoked: an admin makes one on the People page or by "halyard token add NAME".',
      );
    }
    if (row.expiresAt && row.expiresAt.getTime() <= this.now()) {
      throw new Refusal(
        'unauthenticated',
        `The token "${row.name}" expired at ${row.expiresAt.toISOString()}: an admin makes another on the People page or by "halyard token add NAME".`,
      );
    }
    this.uses.set(row.id, new Date(this.now()));
    return { kind: 'program', id: row.id, name: row.name, scopes: row.scopes };
  }

  /** Writes down what was used since the last minute. */
  async close(): Promise<void> {
    this.notedAt = Number.NEGATIVE_INFINITY;
    await this.noteUses();
  }

  private async lookAgain(): Promise<void> {
    const wait = Math.max(0, this.readAt + LOOK_AGAIN_EVERY_MS - this.now());
    this.looking ??= sleep(wait)
      .then(() => this.refresh())
      .finally(() => {
        this.looking = null;
      });
    try {
      await this.looking;
    } catch (error) {
      logger.warn({ err: error }, 'a token could not be looked up');
      throw new Refusal(
        'unavailable',
        'The token cannot be checked at the moment, as the database does not answer: try again in a few seconds.',
      );
    }
  }

  private async noteUses(): Promise<void> {
    if (this.uses.size === 0 || this.now() - this.notedAt < NOTE_USES_EVERY_MS) return;
    const { uses } = this;
    this.uses = new Map();
    this.notedAt = this.now();
    try {
      await noteTokenUses(uses);
    } catch (error) {
      // Only when a token was last used is lost by it.
      logger.warn({ err: error }, 'the use of tokens was not noted');
    }
  }
}
