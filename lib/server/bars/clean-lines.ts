import { Transform } from 'node:stream';
import { Refusal } from '../error.ts';

const NEWLINE = 0x0a;
const MAX_LINE_BYTES = 1_000_000;
/** Each is remembered by its number: gigabytes of line ends pack into a small archive and would fill the memory. */
const MAX_BLANK_LINES = 1_000_000;

/** What was seen of a text while it passed. */
export interface LineNotes {
  /** 1-based numbers of the lines that hold nothing: DuckDB drops them, so row numbers need them to become line numbers. */
  readonly blankLines: number[];
  lines: number;
}

/**
 * Passes a text on with every byte that no number, header or ISO date has replaced by `?`, so that a reader can trip
 * over nothing, and notes blank lines.
 */
export function cleanLines(name: string, notes: LineNotes): Transform {
  let lineBytes = 0;
  let blank = true;
  let first = true;
  const endLine = () => {
    notes.lines++;
    if (blank) notes.blankLines.push(notes.lines);
    lineBytes = 0;
    blank = true;
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let bytes = chunk;
      if (first && bytes.length > 0) {
        first = false;
        if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
          done(new Refusal('invalid', `${name} is UTF-16 text; save it as UTF-8.`));
          return;
        }
        if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
      }
      for (let i = 0; i < bytes.length; i++) {
        const byte = bytes[i];
        if (byte === NEWLINE) {
          endLine();
          continue;
        }
        lineBytes++;
        if (byte === 0x0d) continue;
        blank = false;
        if ((byte < 0x20 && byte !== 0x09) || byte > 0x7e) bytes[i] = 0x3f;
      }
      if (notes.blankLines.length > MAX_BLANK_LINES) {
        done(new Refusal('invalid', `${name} has over ${MAX_BLANK_LINES} blank lines; this is no bar file.`));
        return;
      }
      if (lineBytes > MAX_LINE_BYTES) {
        done(
          new Refusal(
            'invalid',
            `${name} line ${notes.lines + 1} is longer than ${MAX_LINE_BYTES} bytes; this is no bar file.`,
          ),
        );
        return;
      }
      done(null, bytes);
    },
    flush(done) {
      if (lineBytes > 0) endLine();
      done();
    },
  });
}
