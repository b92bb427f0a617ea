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
