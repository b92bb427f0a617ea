import { describe, expect, it } from 'vitest';
import { secondsLeft, secondsTaken } from './time-left.ts';

const started = '2026-01-01T00:00:00.000Z';
const at = (seconds: number) => Date.parse(started) + seconds * 1000;

describe('time left', () => {
  it('goes on at the pace so far', () => {
    expect(secondsLeft({ state: 'running', progress: 0.25, startedAt: started }, at(30))).toBe(90);
  });

  it('is not told before the job has begun, at its very beginning, or after its end', () => {
    expect(secondsLeft({ state: 'queued', progress: null, startedAt: null }, at(30))).toBeNull();
    expect(secondsLeft({ state: 'running', progress: 0.01, startedAt: started }, at(30))).toBeNull();
    expect(secondsLeft({ state: 'running', progress: null, startedAt: started }, at(30))).toBeNull();
    expect(secondsLeft({ state: 'done', progress: 1, startedAt: started }, at(30))).toBeNull();
  });

  it('never runs backwards where this clock is behind the server’s', () => {
    expect(secondsLeft({ state: 'running', progress: 0.5, startedAt: started }, at(-5))).toBeNull();
    expect(secondsTaken({ startedAt: started, endedAt: null }, at(-5))).toBe(0);
  });

  it('stops at the job’s end', () => {
    expect(secondsTaken({ startedAt: started, endedAt: '2026-01-01T00:02:00.000Z' }, at(900))).toBe(120);
  });
});
