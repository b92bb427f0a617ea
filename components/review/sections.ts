/** The parts of Review, in the order in which they are needed. A part that is not here has no tab. */
export const SECTIONS = [
  { href: '/review/queues', name: 'Queues' },
  { href: '/review/gold', name: 'Gold' },
  { href: '/review/anchoring', name: 'Anchoring' },
] as const;
