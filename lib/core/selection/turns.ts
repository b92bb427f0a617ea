import type { Lane } from './lane.ts';

/** Somebody who takes turns: by a lane of windows, or by parts that share its turns. */
export interface Turns {
  /** Of the turns of those it stands beside. */
  readonly share: number;
  readonly parts: readonly Turns[];
  readonly lane: Lane | null;
  /** Turns it is owed. */
  credit: number;
}

export function laneTurns(share: number, lane: Lane): Turns {
  return { share, lane, parts: [], credit: 0 };
}

export function sharedTurns(share: number, parts: readonly Turns[]): Turns {
  return { share, lane: null, parts, credit: 0 };
}

/** From the one that all share down to one with a lane. */
export type Path = readonly Turns[];

export function isOpen({ lane, parts }: Turns): boolean {
  return lane ? lane.isOpen() : parts.some(isOpen);
}

/** The open lanes, the one whose turn it is first: at each fork by the turns that the parts would be owed now. */
export function* whoseTurn(turns: Turns, above: Path = []): Generator<{ path: Path; lane: Lane }> {
  const path = [...above, turns];
  if (turns.lane) yield { path, lane: turns.lane };
  const open = turns.parts.filter(isOpen);
  const due = (part: Turns) => part.credit + part.share / sumOf(open);
  for (const part of open.sort((a, b) => due(b) - due(a))) yield* whoseTurn(part, path);
}

/**
 * Counts a turn: smooth weighted round-robin. Every open part is owed its share of the turn, and who had it owes it to
 * the others.
 */
export function countTurn(path: Path): void {
  for (const [depth, turns] of path.entries()) {
    const open = turns.parts.filter((part) => part === path[depth + 1] || isOpen(part));
    for (const part of open) part.credit += part.share / sumOf(open);
    const taker = path[depth + 1];
    if (taker) taker.credit -= 1;
  }
}

function sumOf(parts: readonly Turns[]): number {
  return parts.reduce((sum, { share }) => sum + share, 0);
}
