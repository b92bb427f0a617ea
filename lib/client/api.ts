import { type ErrorBody, errorSchema, PAGE_OF_HEADER } from '@/lib/contract/common.ts';
import type { Endpoint } from '@/lib/contract/endpoint.ts';
import type { z } from '@/lib/contract/zod.ts';
import { OURS, OVER, pagePerson, useStanding } from './standing.ts';

/** The server said no, in words. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ErrorBody['error']['code'];
  readonly issues: ErrorBody['error']['issues'];

  constructor(status: number, body: ErrorBody['error']) {
    super(body.message);
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code;
    this.issues = body.issues;
  }
}

/** The server could not be reached at all; nothing is known about whether it saw the request. */
export class OfflineError extends Error {
  constructor(cause: unknown) {
    super('The server cannot be reached.', { cause });
    this.name = 'OfflineError';
  }
}

type Given<Schema> = Schema extends z.ZodType ? z.input<Schema> : never;
type Optional<Key extends string, Schema> =
  unknown extends Given<Schema> ? { [K in Key]?: undefined } : { [K in Key]: Given<Schema> };

/** What a call needs: only the parts that its endpoint declares. */
export type CallInput<E> =
  E extends Endpoint<infer P, infer Q, infer B, z.ZodType>
    ? Optional<'params', P> &
        Partial<Optional<'query', Q>> &
        Optional<'body', B> & { bytes?: Blob; signal?: AbortSignal }
    : never;
export type CallOutput<E> =
  E extends Endpoint<z.ZodType, z.ZodType, z.ZodType, infer O> ? z.output<O> : never;

interface LooseInput {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  bytes?: Blob;
  signal?: AbortSignal;
}

/** The address of an endpoint with its parameters filled in. */
export function addressOf(endpoint: Endpoint, input: Pick<LooseInput, 'params' | 'query'> = {}): string {
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(input.params?.[name])),
  );
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(input.query ?? {}))
    if (value !== undefined) query.set(key, String(value));
  const search = query.toString();
  return `/api/v1${path}${search ? `?${search}` : ''}`;
}

/**
 * Calls an endpoint and parses its answer.
 * @throws ApiError where the server refuses, OfflineError where it cannot be reached
 */
export async function call<E extends Endpoint>(endpoint: E, input?: CallInput<E>): Promise<CallOutput<E>> {
  const given = (input ?? {}) as LooseInput;
  const response = await send(endpoint, given);
  return endpoint.out.parse(await bodyOf(response.json(), given)) as CallOutput<E>;
}

/**
 * Calls an endpoint that answers bytes.
 * @throws ApiError where the server refuses, OfflineError where it cannot be reached
 */
export async function callBytes<E extends Endpoint>(
  endpoint: E,
  input?: CallInput<E>,
): Promise<Uint8Array<ArrayBuffer>> {
  const given = (input ?? {}) as LooseInput;
  const response = await send(endpoint, given);
  return new Uint8Array(await bodyOf(response.arrayBuffer(), given));
}

/** @throws OfflineError where the connection broke in the middle, or a stranger on the way answered in the server's place */
async function bodyOf<Body>(read: Promise<Body>, given: LooseInput): Promise<Body> {
  try {
    return await read;
  } catch (error) {
    if (given.signal?.aborted) throw error;
    throw new OfflineError(error);
  }
}

async function send(endpoint: Endpoint, given: LooseInput): Promise<Response> {
  const headers = new Headers();
  const person = endpoint.access === 'anyone' ? null : pagePerson();
  if (person !== null) headers.set(PAGE_OF_HEADER, person);
  if (given.bytes) headers.set('content-type', 'application/octet-stream');
  else if (given.body !== undefined) headers.set('content-type', 'application/json');
  let response: Response;
  try {
    response = await fetch(addressOf(endpoint, given), {
      method: endpoint.method,
      credentials: 'same-origin',
      signal: given.signal ?? null,
      headers,
      body: given.bytes ?? (given.body === undefined ? null : JSON.stringify(given.body)),
    });
  } catch (error) {
    if (given.signal?.aborted) throw error;
    throw new OfflineError(error);
  }
  if (!response.ok) {
    const refusal = await refusalOf(response);
    if (person !== null && refusal instanceof ApiError && refusal.status === 401)
      useStanding.setState(
        refusal.code === 'someone_else' ? { session: 'someone-else', words: refusal.message } : OVER,
        true,
      );
    throw refusal;
  }
  if (person !== null) useStanding.setState(OURS, true);
  return response;
}

/** What a call answered; null where the server cannot be reached or does not want to, for calls that come again anyway. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof OfflineError || error instanceof ApiError) return null;
    throw error;
  }
}

/** What an answer that is no success means: ApiError where the server refused, OfflineError where none was there to. */
export async function refusalOf(response: Response): Promise<Error> {
  const parsed = errorSchema.safeParse(await response.json().catch(() => null));
  if (parsed.success) return new ApiError(response.status, parsed.data.error);
  // A proxy or a server that is just starting answers in its own words.
  if (response.status >= 502 && response.status <= 504) return new OfflineError(`status ${response.status}`);
  return new ApiError(response.status, {
    code: 'internal',
    message: `The server answered ${response.status}.`,
  });
}
