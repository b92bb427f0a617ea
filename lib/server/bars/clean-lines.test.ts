import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { cleanLines, type LineNotes } from './clean-lines.ts';

async function clean(chunks: Iterable<Buffer>): Promise<{ text: string; notes: LineNotes }> {
  const notes: LineNotes = { blankLines: [], lines: 0 };
  let text = '';
  await pipeline(Readable.from(chunks), cleanLines('bars.csv', notes), async (source) => {
    for await (const chunk of source) text += chunk;
  });
  return { text, notes };
}

describe('cleanLines', () => {
  it('notes which lines are blank, and replaces what no bar file holds', async () => {
    const { text, notes } = await clean([Buffer.from('a,1\n\r\nb'), Buffer.from([0x00, 0x0a, 0x0a])]);
    expect(text).toBe('a,1\n\r\nb?\n\n');
    expect(notes).toEqual({ blankLines: [2, 4], lines: 4 });
  });

  it('gives up on a file of line ends, which packs small and would fill the memory', async () => {
    let given = 0;
    function* lineEnds() {
      for (; given < 1000; given++) yield Buffer.alloc(65_536, '\n');
    }
    await expect(clean(lineEnds())).rejects.toThrow('bars.csv has over 1000000 blank lines');
    expect(given).toBeLessThan(100);
  });
});
