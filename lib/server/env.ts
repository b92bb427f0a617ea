import { z } from '@/lib/contract/zod.ts';
import { Problem } from './host/problem.mjs';

const postgresUrl = z.string().refine((text) => /^postgres(ql)?:$/.test(protocolOf(text)), {
  error: 'must look like postgresql://user:password@host:5432/database',
});
const webUrl = z.string().refine((text) => /^https?:$/.test(protocolOf(text)), {
  error: 'must be an http or https address, such as https://halyard.example.org',
});

const LAST_PORT = 65_535;
const portNumber = z.coerce
  .number({ error: 'must be a port number' })
  .int({ error: 'must be a whole port number' })
  .min(1, { error: 'must be between 1 and 65535' })
  .max(LAST_PORT, { error: 'must be between 1 and 65535' });

const Environment = z
  .object({
    NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
    /** Address that web server and gRPC server listen on. */
    HOST: z.string().default('127.0.0.1'),
    PORT: portNumber.default(3000),
    /** The gRPC server's; by default the one after PORT. */
    GRPC_PORT: portNumber.optional(),
    /** The address people type, when it is not HOST:PORT (a proxy, another name): the one trusted origin. */
    HALYARD_URL: webUrl.optional(),
    /** An external Postgres; without it the embedded one is used. */
    DATABASE_URL: postgresUrl.optional(),
    /** Folder of everything that is stored; by default `.halyard` in the checkout. */
    HALYARD_HOME: z.string().optional(),
    /** The checkout, when a program is started from another folder. */
    HALYARD_ROOT: z.string().optional(),
    /** `off` starts with no series instead of the synthetic demo universe. */
    HALYARD_DEMO: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on'),
    /** More arguments for pip, such as another index for PyTorch. */
    HALYARD_PIP_ARGS: z.string().optional(),
  })
  .refine(({ PORT, GRPC_PORT }) => GRPC_PORT !== PORT, {
    path: ['GRPC_PORT'],
    error: 'must be another one than PORT, which the web server has',
  });

export type Environment = z.infer<typeof Environment>;

/**
 * Reads the settings from environment variables; an empty variable counts as unset.
 * @throws Problem that lists every wrong variable with its value and what would be right
 */
export function parseEnvironment(source: NodeJS.ProcessEnv): Environment {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()));
  const parsed = Environment.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `${name} is ${shown(name, given[name])}: ${issue.message}`;
  });
  throw new Problem(`The environment is not usable. ${problems.join('. ')}.`);
}

let cached: Environment | undefined;

/** The settings of this process, read at the first call. */
export function env(): Environment {
  cached ??= parseEnvironment(process.env);
  return cached;
}

/** Where people reach the web app: HALYARD_URL, else HOST and PORT. No slash at the end. */
export function publicOrigin({ HALYARD_URL, HOST, PORT }: Environment = env()): string {
  if (HALYARD_URL) return new URL(HALYARD_URL).origin;
  // The wildcard addresses are for listening; nobody can open them.
  const name = HOST === '0.0.0.0' || HOST === '::' ? 'localhost' : HOST;
  return `http://${name.includes(':') ? `[${name}]` : name}:${PORT}`;
}

/** Where the gRPC server listens on HOST. */
export function grpcPort({ GRPC_PORT, PORT }: Pick<Environment, 'GRPC_PORT' | 'PORT'> = env()): number {
  return GRPC_PORT ?? (PORT < LAST_PORT ? PORT + 1 : PORT - 1);
}

function protocolOf(text: string): string {
  try {
    return new URL(text).protocol;
  } catch {
    return '';
  }
}

/** A wrong DATABASE_URL may still hold a password. */
function shown(name: string, value: string | undefined): string {
  if (name === 'DATABASE_URL') return 'not usable';
  return value === undefined ? 'missing' : `"${value}"`;
}
