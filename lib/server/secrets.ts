import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from '@/lib/contract/zod.ts';
import { Problem } from './host/problem.mjs';
import { paths } from './paths.ts';

const Secrets = z.object({
  /** Signs sessions. */
  auth: z.string().min(64),
});

export type Secrets = z.infer<typeof Secrets>;

/**
 * The secrets of this installation, made at the first call and readable by their owner only.
 * @throws Problem when the file is damaged: new secrets would sign everybody out, so that is a person's decision
 */
export function readSecrets(file: string = paths().secrets): Secrets {
  const text = read(file) ?? create(file);
  const parsed = Secrets.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Problem(
    `${file} is damaged: restore it, or delete it and start again (everybody then has to sign in anew).`,
  );
}

/** Several processes may start at once: a link is made by one of them, and the others read that one's secrets. */
function create(file: string): string {
  const secrets: Secrets = { auth: randomBytes(32).toString('hex') };
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(draft, `${JSON.stringify(secrets, null, 1)}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, 'utf8');
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
