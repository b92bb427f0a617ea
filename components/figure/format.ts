/** How figures read on every admin page; what is not known reads as a dash. */
const UNKNOWN = '–';
const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,812,345` */
export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : counts.format(value);
}

/** A share of 1 as `87 %`; what is not nothing never reads as `0 %`, what is not all never as `100 %`. */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined) return UNKNOWN;
  const percent = Math.round(share * 100);
  if (percent === 0 && share > 0) return '<1 %';
  if (percent === 100 && share < 1) return '>99 %';
  return `${percent} %`;
}

/** `0.742` */
export function formatFigure(value: number | null | undefined, digits = 3): string {
  return value === null || value === undefined ? UNKNOWN : value.toFixed(digits);
}

/** Half the width of an interval, as `±0.018`; null where there is none. */
export function formatHalfWidth(
  interval: readonly [number, number] | null | undefined,
  digits = 3,
): string | null {
  return interval ? `±${((interval[1] - interval[0]) / 2).toFixed(digits)}` : null;
}

/** `1.4 MB`, in steps of 1000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `42 s`, `3 min 20 s`, `2 h 05 min`. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return UNKNOWN;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** The day of a market stamp (ms UTC), `2025-03-14`. */
export function formatDay(ts: number | null | undefined): string {
  return ts === null || ts === undefined ? UNKNOWN : new Date(ts).toISOString().slice(0, 10);
}

/** When something was done, in the reader's own time zone: `2025-03-14 07:05`. */
export function formatMoment(iso: string | null | undefined): string {
  if (!iso) return UNKNOWN;
  const at = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `1 bar`, `2,000 bars`. */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}
