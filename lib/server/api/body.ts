import { Refusal } from '../error.ts';

/** No JSON that is taken here comes near it. */
const MAX_JSON_BYTES = 1 << 20;

/**
 * A request's body as text, given up as soon as it is too large: the length that a sender declares may be wrong or missing.
 * @throws Refusal `too_large`
 */
export async function readBody(request: Request): Promise<string> {
  const tooLarge = new Refusal('too_large', `A JSON body may have ${MAX_JSON_BYTES} bytes at most.`);
  if (Number(request.headers.get('content-length') ?? 0) > MAX_JSON_BYTES) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_JSON_BYTES) throw tooLarge;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
