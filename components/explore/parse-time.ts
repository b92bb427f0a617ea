const TIME = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T](\d{1,2})(?::(\d{2}))?)?)?)?Z?$/;

/**
 * A moment as people type it, `2024`, `2024-05`, `2024-05-17`, `2024-05-17 8`, `2024-05-17 08:30`, in UTC: its
 * beginning, ms. Null where it is none.
 */
export function parseTime(text: string): number | null {
  const parts = TIME.exec(text.trim());
  if (parts === null) return null;
  const [year, month = 1, day = 1, hour = 0, minute = 0] = parts.slice(1).map((part) => part && Number(part));
  const ts = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  // The 31st of a shorter month is another day.
  const read = new Date(ts);
  const same =
    read.getUTCMonth() === Number(month) - 1 &&
    read.getUTCDate() === Number(day) &&
    read.getUTCHours() === Number(hour);
  return same && Number(minute) < 60 ? ts : null;
}

const DAY_MS = 86_400_000;

/** The last moment of a day, month or year as people type it; a time of day is itself. Null where it is none. */
export function endOfTime(text: string): number | null {
  const from = parseTime(text);
  if (from === null) return null;
  const [day] = text.trim().split(/[ T]/);
  if (day !== text.trim()) return from;
  const start = new Date(from);
  const [years, months, days] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ][day.split('-').length - 1];
  const next = Date.UTC(
    start.getUTCFullYear() + years,
    start.getUTCMonth() + months,
    start.getUTCDate() + days,
  );
  return next - 1;
}

/** A moment as people type it; the first of a day is that day. */
export function timeText(ts: number): string {
  const text = new Date(ts).toISOString();
  return ts % DAY_MS === 0 ? text.slice(0, 10) : text.slice(0, 16).replace('T', ' ');
}

/** The last moment of something as people type it; that of a day is that day. */
export function endText(ts: number): string {
  return (ts + 1) % DAY_MS === 0
    ? timeText(ts + 1 - DAY_MS)
    : new Date(ts).toISOString().slice(0, 16).replace('T', ' ');
}
