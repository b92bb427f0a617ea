import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { api } from '@/lib/contract/api.ts';
import { errorSchema } from '@/lib/contract/common.ts';
import type { Endpoint } from '@/lib/contract/endpoint.ts';
import type { z } from '@/lib/contract/zod.ts';

/** The OpenAPI 3.1 document of every declared call; `x-halyard-access` says who may. */
export function openApiDocument() {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const endpoint of Object.values<Endpoint>(api)) {
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method.toLowerCase()]: operationOf(endpoint),
    };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Halyard',
      version: '1',
      description: 'Labelling, review and training of chart-pattern classifiers.',
    },
    servers: [{ url: '/api/v1' }],
    paths,
  });
}

function operationOf(endpoint: Endpoint): ZodOpenApiOperationObject {
  const failure = {
    description: 'Refused, in words',
    content: { 'application/json': { schema: errorSchema } },
  };
  const answer = endpoint.binary
    ? { [endpoint.binary]: { schema: { type: 'string' as const, format: 'binary' } } }
    : { 'application/json': { schema: endpoint.out } };
  return {
    operationId: endpoint.id,
    summary: endpoint.summary,
    ['x-halyard-access' as `x-${string}`]: endpoint.access,
    requestParams: {
      ...(endpoint.params ? { path: endpoint.params as z.ZodObject } : {}),
      ...(endpoint.query ? { query: endpoint.query as z.ZodObject } : {}),
    },
    ...bodyOf(endpoint),
    responses: { '200': { description: 'Done', content: answer }, default: failure },
  };
}

function bodyOf(endpoint: Endpoint): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (endpoint.rawBody) {
    return {
      requestBody: {
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
    };
  }
  return endpoint.body ? { requestBody: { content: { 'application/json': { schema: endpoint.body } } } } : {};
}
