import type { RuleId } from './rule-set.ts';
import type { Condition, Vote } from './vote.ts';

/** One condition in words, with whether it held (null where an input is missing). */
export interface Words {
  readonly text: string;
  readonly holds: boolean | null;
}

/**
 * A vote in plain words for the label page, one line a condition: `pole 5.2 ATR · 14 bars`,
 * `consolidation 0.42 of pole ≤ .5`, `last 3 closes rising, above 8.41`.
 */
export function voteWords(vote: Vote): Words[] {
  const lines =
    vote.rule === 'flag' ? flagWords(vote) : vote.conditions.map((c) => line(c, PLAIN[vote.rule]));
  return vote.proxy ? [...lines, { text: 'delta guessed from closes (proxy)', holds: null }] : lines;
}

type Phrases = Readonly<Record<string, (c: Condition) => string>>;

const PLAIN: Readonly<Record<RuleId, Phrases>> = {
  flag: {
    pole: (c) => `pole ${number(c.value)} ATR`,
    range_pole: (c) => `consolidation ${number(c.value, 2)} of pole ${bound(c)}`,
    range_atr: (c) => `consolidation ${number(c.value, 2)} ATR ${bound(c)}`,
    range_meanBar: (c) => `mean bar of consolidation ${number(c.value, 2)} ATR ${bound(c)}`,
    body: (c) => `bodies ${number(c.value, 2)} ATR past the pole ${bound(c)}`,
  },
  wedge: {
    pivots: (c) => `${number(c.value, 0)} pivots on the poorer side ${bound(c)}`,
    width: (c) => `starts ${number(c.value)} ATR wide ${bound(c)}`,
    convergence: (c) => `narrows to ${number(c.value, 2)} of that ${bound(c)}`,
    closes: (c) => `closes at most ${number(c.value, 2)} ATR outside ${bound(c)}`,
    pivot_fit: (c) => `pivots within ${number(c.value, 2)} ATR of their lines ${bound(c)}`,
    slowing: (c) => `second half ${number(c.value, 2)} as steep as the first ${bound(c)}`,
  },
  blowoff: {
    range: (c) => `bar ${number(c.value)} ATR tall ${bound(c)}`,
    wick: (c) => `top wick ${number(c.value, 2)} of the bar ${bound(c)}`,
    volume_z: (c) => `volume z ${number(c.value)} ${bound(c)}`,
  },
  wick_exhaustion: {
    range: (c) => `bar ${number(c.value)} ATR tall ${bound(c)}`,
    wick: (c) => `bottom wick ${number(c.value, 2)} of the bar ${bound(c)}`,
    cvd_flip: flipWords,
  },
};

function flipWords(c: Condition): string {
  if (c.holds === null) return 'CVD flip unknown: no taker volume';
  if (c.value === null) return `no CVD flip in the last ${number(c.limit, 0)} bars`;
  if (c.value === 0) return 'CVD flips at this bar';
  return `CVD flips ${number(c.value, 0)} ${c.value === 1 ? 'bar' : 'bars'} before`;
}

/** The two conditions on the last closes make one sentence. */
function flagWords(vote: Vote): Words[] {
  const lines: Words[] = [];
  const coherent = vote.conditions.find((c) => c.id === 'coherent');
  const breakout = vote.conditions.find((c) => c.id === 'breakout');
  for (const c of vote.conditions) {
    if (c.id === 'coherent' || c.id === 'breakout') continue;
    const words = line(c, PLAIN.flag);
    const pole = vote.marks?.kind === 'flag' ? vote.marks.pole : null;
    const bars = c.id === 'pole' && pole !== null ? ` · ${pole.end - pole.start + 1} bars` : '';
    lines.push({ text: words.text + bars, holds: words.holds });
  }
  if (coherent !== undefined && breakout !== undefined) lines.push(...lastCloses(coherent, breakout));
  return lines;
}

function lastCloses(coherent: Condition, breakout: Condition): Words[] {
  const up = breakout.comparator === '>';
  const run = `last 3 closes ${coherent.holds ? '' : 'not '}${up ? 'rising' : 'falling'}`;
  const edge = `${breakout.holds ? '' : 'not '}${up ? 'above' : 'below'} ${price(breakout.limit)}`;
  if (coherent.holds === breakout.holds) return [{ text: `${run}, ${edge}`, holds: coherent.holds }];
  return [
    { text: run, holds: coherent.holds },
    { text: `close ${edge}`, holds: breakout.holds },
  ];
}

function line(c: Condition, phrases: Phrases): Words {
  const phrase = phrases[c.id];
  if (phrase === undefined) throw new RangeError(`condition "${c.id}" has no words`);
  return { text: phrase(c), holds: c.holds };
}

function number(value: number | null, digits = 1): string {
  return value === null ? '?' : value.toFixed(digits);
}

/** `≤ .5`: short, as it stands behind a value. */
function bound(c: Condition): string {
  return `${c.comparator} ${c.limit === null ? '?' : String(c.limit).replace(/^(-?)0\./, '$1.')}`;
}

/** Five significant digits show the edge of any market's prices without their noise. */
function price(value: number | null): string {
  return value === null ? '?' : String(Number(value.toPrecision(5)));
}
