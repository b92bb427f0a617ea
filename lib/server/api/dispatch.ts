import { randomUUID } from 'node:crypto';
import { PAGE_OF_HEADER } from '@/lib/contract/common.ts';
import type { Endpoint } from '@/lib/contract/endpoint.ts';
import type { z } from '@/lib/contract/zod.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { isSameOrigin } from '../auth/origin.ts';
import { Refusal } from '../error.ts';
import { logger } from '../log.ts';
import { readBody } from './body.ts';
import type { Call, Route } from './handle.ts';
import { routes } from './routes.ts';

/** How a request's sender is found: the session cookie, or a program's token. Null where there is none. */
export type Identify = (request: Request) => Promise<Actor | null>;

/** What others call a request that its sender gave up; there is no standard for it. */
const CLIENT_GONE = 499;

interface Compiled {
  readonly route: Route;
  readonly segments: string[];
}

const compiled: Compiled[] = Object.values(routes).map((route) => ({
  route,
  segments: route.endpoint.path.split('/').slice(1),
}));

/** The route for a method and path below /api/v1, with its path parameters. */
export function findRoute(
  method: string,
  segments: string[],
): { route: Route; params: Record<string, string> } | null {
  for (const { route, segments: pattern } of compiled) {
    if (route.endpoint.method !== method || pattern.length !== segments.length) continue;
    const params: Record<string, string> = {};
    const fits = pattern.every((part, i) => {
      if (!part.startsWith('{')) return part === segments[i];
      params[part.slice(1, -1)] = segments[i];
      return true;
    });
    if (fits) return { route, params };
  }
  return null;
}

/** Answers one request below /api/v1: who asks, may they, is the input right, then the one service call. */
export async function dispatch(request: Request, path: string[], identify: Identify): Promise<Response> {
  try {
    const found = findRoute(request.method, path);
    if (!found) throw new Refusal('not_found', `There is no ${request.method} /api/v1/${path.join('/')}.`);
    const { endpoint } = found.route;
    if (request.method !== 'GET' && !isSameOrigin(request)) {
      throw new Refusal(
        'forbidden',
        'This request came from another site; open Halyard under its own address.',
      );
    }
    const actor = endpoint.access === 'anyone' ? null : await identify(request);
    if (endpoint.access !== 'anyone') {
      if (!actor) throw new Refusal('unauthenticated', 'Sign in first.');
      const pageOf = request.headers.get(PAGE_OF_HEADER);
      if (pageOf !== null && pageOf !== actor.id) {
        throw new Refusal('someone_else', `${actor.name} has signed in on this browser.`);
      }
      requireRole(actor, endpoint.access);
    }
    const call = await parseCall(endpoint, request, found.params);
    const answer = await found.route.handle(call, actor);
    if (answer instanceof Response) return answer;
    return Response.json(endpoint.out.parse(answer), { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return refuse(error, request);
  }
}

async function parseCall(
  endpoint: Endpoint,
  request: Request,
  params: Record<string, string>,
): Promise<Call<Endpoint>> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  return {
    params: parsePart(endpoint.params, params, 'path'),
    query: parsePart(endpoint.query, query, 'query'),
    body: endpoint.body ? parsePart(endpoint.body, await readJson(request), 'body') : undefined,
    request,
  };
}

function parsePart(schema: z.ZodType | undefined, value: unknown, place: string): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({
    path: [place, ...issue.path].join('.'),
    message: issue.message,
  }));
  const words = issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ');
  throw new Refusal('invalid', `The request is not right. ${words}`, issues);
}

async function readJson(request: Request): Promise<unknown> {
  const text = await readBody(request);
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(
      'invalid',
      `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function refuse(error: unknown, request: Request): Response {
  if (error instanceof Refusal) return Response.json(error.toBody(), { status: error.status });
  // Whoever asked has gone: nobody reads this.
  if (request.signal.aborted && error === request.signal.reason)
    return new Response(null, { status: CLIENT_GONE });
  // The sender learns a reference, never our insides; the log has both.
  const reference = randomUUID().slice(0, 8);
  logger.error({ err: error, reference, method: request.method, url: request.url }, 'request failed');
  const refusal = new Refusal(
    'internal',
    `Something failed on the server; its log says more under the reference ${reference}.`,
  );
  return Response.json(refusal.toBody(), { status: refusal.status });
}
