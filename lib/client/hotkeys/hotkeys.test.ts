import { describe, expect, it } from 'vitest';
import { hotkeyOf, type KeyPress } from './hotkeys.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  repeat: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  target: null,
  ...more,
});

describe('hotkeyOf', () => {
  it('knows a letter with or without shift or caps lock', () => {
    expect([hotkeyOf(press('u')), hotkeyOf(press('U')), hotkeyOf(press('Backspace'))]).toEqual([
      'u',
      'u',
      'backspace',
    ]);
  });

  it('leaves the browser its own shortcuts', () => {
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey']) {
      expect(hotkeyOf(press('1', { [modifier]: true }))).toBeNull();
    }
  });

  it('takes a held answer key once, and lets the crosshair run', () => {
    expect(hotkeyOf(press('1', { repeat: true }))).toBeNull();
    expect(hotkeyOf(press('ArrowLeft', { repeat: true }))).toBe('arrowleft');
  });
});
