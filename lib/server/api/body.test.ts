import { describe, expect, it } from 'vitest';
import { readBody } from './body.ts';

const sent = (body: BodyInit) =>
  new Request('http://127.0.0.1/', { method: 'POST', body, duplex: 'half' } as RequestInit);

describe('readBody', () => {
  it('reads text that comes in pieces, cut through a character too', async () => {
    const bytes = new TextEncoder().encode('{"name":"Ä"}');
    const pieces = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await readBody(sent(pieces))).toBe('{"name":"Ä"}');
  });

  it('is empty where there is no body', async () => {
    expect(await readBody(new Request('http://127.0.0.1/', { method: 'POST' }))).toBe('');
  });

  it('stops reading a body of no declared length once it is too large', async () => {
    let given = 0;
    const endless = new ReadableStream({
      pull(controller) {
        given++;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    await expect(readBody(sent(endless))).rejects.toMatchObject({ code: 'too_large' });
    expect(given).toBeLessThan(30);
  });
});
