/** When the answers of several people to one window become what the team stands by. */
export interface ConsensusRule {
  /** So many people must have answered. */
  readonly answers: number;
  /** The share of them that one class needs, over 0.5 to 1: a tie never decides. */
  readonly agreement: number;
}

/** What one person says of a window: of several labels of theirs the newest that was not taken back. */
export interface Voice<Label> {
  readonly label: Label;
  /** Given while bars after t were visible. */
  readonly sawFuture: boolean;
}

export interface Consensus<Label> {
  /** `open` wants more answers; `conflict` has them all and a reviewer must decide. */
  readonly state: 'open' | 'conflict' | 'consensus';
  /** The class that was agreed on; null unless `consensus`. */
  readonly label: Label | null;
  /** Voices that were counted. */
  readonly answers: number;
  /** Share of the most frequent label among them; 0 where there is none. */
  readonly agreement: number;
  /** All counted voices saw bars after t. */
  readonly sawFuture: boolean;
}

/** Rounding must not keep 2 of 3 from a wanted 0.667. */
const TOLERANCE = 1e-3;

/**
 * Majority by a stated share. Voices that saw the future count only where there is no other, as they answer an easier
 * question.
 */
export function consensusOf<Label>(voices: readonly Voice<Label>[], rule: ConsensusRule): Consensus<Label> {
  const unspoilt = voices.filter(({ sawFuture }) => !sawFuture);
  const sawFuture = unspoilt.length === 0 && voices.length > 0;
  const counted = sawFuture ? voices : unspoilt;
  const counts = new Map<Label, number>();
  for (const { label } of counted) counts.set(label, (counts.get(label) ?? 0) + 1);
  let top: Label | null = null;
  let most = 0;
  for (const [label, count] of counts) {
    if (count <= most) continue;
    top = label;
    most = count;
  }
  const answers = counted.length;
  const agreement = answers === 0 ? 0 : most / answers;
  const found = { answers, agreement, sawFuture };
  if (answers < Math.max(1, rule.answers)) return { state: 'open', label: null, ...found };
  const decides = agreement > 0.5 && agreement >= rule.agreement - TOLERANCE;
  return decides
    ? { state: 'consensus', label: top, ...found }
    : { state: 'conflict', label: null, ...found };
}
