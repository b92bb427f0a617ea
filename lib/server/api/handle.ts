import type { Endpoint, InputOf, OutputOf } from '@/lib/contract/endpoint.ts';
import type { z } from '@/lib/contract/zod.ts';
import type { Actor } from '../auth/actor.ts';

/** What a handler gets: the parsed input, who asks, and the request itself for bytes and headers. */
export interface Call<E> {
  readonly params: InputOf<E>['params'];
  readonly query: InputOf<E>['query'];
  readonly body: InputOf<E>['body'];
  readonly request: Request;
}

/** Endpoints open to anyone have no actor. */
export type Handler<E> = (call: Call<E>, actor: Actor) => Promise<OutputOf<E> | Response>;

/** An endpoint with its handler, types checked against each other and then forgotten. */
export interface Route {
  readonly endpoint: Endpoint;
  readonly handle: (call: Call<Endpoint>, actor: Actor | null) => Promise<unknown>;
}

/** Binds a handler to an endpoint declaration. */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, O extends z.ZodType>(
  endpoint: Endpoint<P, Q, B, O>,
  handle: Handler<Endpoint<P, Q, B, O>>,
): Route {
  return { endpoint, handle: handle as Route['handle'] };
}
