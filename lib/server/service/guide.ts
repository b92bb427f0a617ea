import { FIRST_GUIDE } from '@/lib/contract/first-guide.ts';
import type { Guide, GuideContent } from '@/lib/contract/guide.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { notFound, Refusal } from '../error.ts';
import { type GuideVersionRow, insertGuide, listGuides, readGuide } from '../repo/guide.ts';

/** The class guide in force, or an earlier version of it. */
export async function getGuide(actor: Actor, { version }: { version?: number }): Promise<Guide> {
  requireRole(actor, 'analyst');
  const versions = await versionsWithFirst();
  const chosen = version === undefined ? versions[0] : versions.find(({ number }) => number === version);
  const content = chosen && (await readGuide(chosen.number));
  if (!chosen || !content) throw notFound(`version ${version} of the class guide`);
  return { ...toJson(chosen), content, versions: versions.map(toJson) };
}

/** What a new installation begins with is kept too: a later release may begin with another text. */
async function versionsWithFirst(): Promise<GuideVersionRow[]> {
  const versions = await listGuides();
  if (versions.length > 0) return versions;
  await insertGuide({ number: 1, content: FIRST_GUIDE, reason: 'The first guide', author: 'Halyard' });
  return listGuides();
}

/**
 * Makes a text the guide in force. Versions are never changed: annotations say which one they were given by.
 * @throws Refusal `conflict` where the guide has been changed since `basedOn`
 */
export async function writeGuide(
  actor: Actor,
  { basedOn, reason, content }: { basedOn: number; reason: string; content: GuideContent },
): Promise<{ number: number }> {
  requireRole(actor, 'admin');
  const [inForce] = await versionsWithFirst();
  const number = basedOn + 1;
  if (inForce.number === basedOn && (await insertGuide({ number, content, reason, author: actor.id })))
    return { number };
  const [newer] = await listGuides();
  throw new Refusal(
    'conflict',
    `The guide is at version ${newer.number}, by ${newer.author}; your text changes version ${basedOn}. Nothing was written.`,
  );
}

const toJson = ({ at, ...row }: GuideVersionRow) => ({ ...row, at: at.toISOString() });
