/** How a queue chooses the next window: by what classes lack, by what a model says of the windows, or by lot. */
export const STRATEGIES = ['deficit', 'uncertainty', 'disagreement', 'diversity', 'drift', 'random'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** Those that read a model's predictions. */
export const MODEL_STRATEGIES = [
  'uncertainty',
  'disagreement',
  'diversity',
  'drift',
] as const satisfies Strategy[];
export type ModelStrategy = (typeof MODEL_STRATEGIES)[number];

/** Each strategy's share of the places; the shares add up to 1. */
export type Mix = Readonly<Record<Strategy, number>>;
