import type { Role } from './roles.ts';
import type { z } from './zod.ts';

type AnySchema = z.ZodType;

/** Who may call: a role (and those above it), or anyone at all. */
export type Access = Role | 'anyone';

/**
 * One REST call, declared once. The server binds a handler to it, the browser's client calls through it, and the
 * OpenAPI document and the role × route test are made from the same declaration.
 */
export interface Endpoint<
  Params extends AnySchema = AnySchema,
  Query extends AnySchema = AnySchema,
  Body extends AnySchema = AnySchema,
  Out extends AnySchema = AnySchema,
> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below /api/v1, with `{name}` for path parameters. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  /** JSON body; an endpoint with `rawBody` takes the bytes as they come instead. */
  readonly body?: Body;
  readonly rawBody?: boolean;
  /** JSON answer; an endpoint with `binary` answers a file. */
  readonly out: Out;
  readonly binary?: string;
}

export type InputOf<E> =
  E extends Endpoint<infer P, infer Q, infer B, AnySchema>
    ? { params: z.output<P>; query: z.output<Q>; body: z.output<B> }
    : never;
export type OutputOf<E> = E extends Endpoint<AnySchema, AnySchema, AnySchema, infer O> ? z.input<O> : never;

/** Keeps the literal schema types of a declaration. */
export function endpoint<P extends AnySchema, Q extends AnySchema, B extends AnySchema, O extends AnySchema>(
  declaration: Endpoint<P, Q, B, O>,
): Endpoint<P, Q, B, O> {
  return declaration;
}
