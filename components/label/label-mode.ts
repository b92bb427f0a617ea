/** One window at once with everything about it, or a page of windows of one suggested class. */
export const LABEL_MODES = ['single', 'grid'] as const;
export type LabelMode = (typeof LABEL_MODES)[number];
