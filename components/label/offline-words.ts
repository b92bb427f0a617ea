import type { OfflineWork } from '@/lib/client/label/label-state.ts';
import { OFFLINE_DEPTH } from '@/lib/client/label/reserve-slice.ts';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'short' });

/** `21:40`, with the day where it is not today's; the person's own zone. */
export function untilWords(until: number, now: number): string {
  return (day.format(until) === day.format(now) ? clock : dayAndClock).format(until);
}

/** What the button says: `work offline`, `holding 120/250`, `250 held`. */
export function offlineText({ on, busy, held }: OfflineWork): string {
  if (!on) return busy ? 'giving back' : 'work offline';
  return busy ? `holding ${held}/${OFFLINE_DEPTH}` : `${held} held`;
}
