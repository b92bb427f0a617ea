/** A window is the 64 bars that end at bar t. */
export const WINDOW_BARS = 64;
/** Bars before the window that a stored snapshot carries, so that every indicator continues from its own past. */
export const WARMUP_BARS = 128;
/** A window at t is valid only from this index within its segment. */
export const MIN_SEGMENT_INDEX = 128;
