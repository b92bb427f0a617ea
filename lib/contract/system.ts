import { endpoint } from './endpoint.ts';
import { z } from './zod.ts';

export const systemApi = {
  health: endpoint({
    id: 'health',
    method: 'GET',
    path: '/health',
    access: 'anyone',
    summary: 'Whether the web server and its database answer',
    out: z.object({ status: z.literal('ok') }),
  }),
  openApi: endpoint({
    id: 'openApi',
    method: 'GET',
    path: '/openapi.json',
    access: 'analyst',
    summary: 'This document',
    out: z.record(z.string(), z.unknown()),
  }),
  systemStatus: endpoint({
    id: 'systemStatus',
    method: 'GET',
    path: '/system/status',
    access: 'admin',
    summary: 'What is running and what is still being made',
    out: z.object({
      workersAlive: z.number().int(),
      trainer: z.object({ state: z.enum(['missing', 'installing', 'ready', 'failed']), message: z.string() }),
      vectorExtension: z.boolean(),
    }),
  }),
};
