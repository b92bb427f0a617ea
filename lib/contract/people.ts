import { isoDateSchema, okSchema, storable } from './common.ts';
import { endpoint } from './endpoint.ts';
import { roleSchema } from './roles.ts';
import { z } from './zod.ts';

export const PASSWORD_MIN = 10;
const password = z.string().min(PASSWORD_MIN, `a password has at least ${PASSWORD_MIN} characters`).max(128);
const name = z.string().overwrite(storable).trim().min(1).max(80);
const email = z.email().max(200);

export const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  disabled: z.boolean(),
  createdAt: isoDateSchema,
});
export type Person = z.infer<typeof personSchema>;

export const newPersonSchema = z.object({ name, email, role: roleSchema, password });

export const peopleApi = {
  setup: endpoint({
    id: 'setup',
    method: 'POST',
    path: '/setup',
    access: 'anyone',
    summary: 'Make the first admin with the one-time secret that start-up printed',
    body: z.object({ secret: z.string().min(1).max(200), name, email, password }),
    out: okSchema,
  }),
  me: endpoint({
    id: 'me',
    method: 'GET',
    path: '/me',
    access: 'analyst',
    summary: 'Who is signed in',
    out: personSchema,
  }),
  listPeople: endpoint({
    id: 'listPeople',
    method: 'GET',
    path: '/people',
    access: 'admin',
    summary: 'Everyone with an account',
    out: z.array(personSchema),
  }),
  addPerson: endpoint({
    id: 'addPerson',
    method: 'POST',
    path: '/people',
    access: 'admin',
    summary: 'Make an account',
    body: newPersonSchema,
    out: personSchema,
  }),
  changePerson: endpoint({
    id: 'changePerson',
    method: 'PATCH',
    path: '/people/{id}',
    access: 'admin',
    summary: 'Change a role, or disable or enable an account; ends its sessions',
    params: z.object({ id: z.string().min(1).max(100) }),
    body: z.object({ role: roleSchema.optional(), disabled: z.boolean().optional() }),
    out: personSchema,
  }),
};
