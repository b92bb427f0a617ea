import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { PASSWORD_MIN } from '@/lib/contract/people.ts';
import { getDb } from '../db/connection.ts';
import { env, publicOrigin } from '../env.ts';
import { findPerson } from '../repo/people.ts';
import { readSecrets } from '../secrets.ts';
import { isSameOrigin } from './origin.ts';
import { createSignInLimit } from './sign-in-limit.ts';

const DAY_SECONDS = 86_400;
const SIGN_IN = '/sign-in/email';

function makeAuth() {
  const origin = publicOrigin();
  const limit = createSignInLimit();
  return betterAuth({
    appName: 'Halyard',
    baseURL: origin,
    basePath: '/api/auth',
    secret: readSecrets().auth,
    database: prismaAdapter(getDb(), { provider: 'postgresql' }),
    trustedOrigins: (request) => [...ownOrigins(origin), ...addressedOrigin(request)],
    // Accounts are made by an admin, or once by the set-up link; nobody signs themselves up.
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: PASSWORD_MIN },
    session: { expiresIn: 30 * DAY_SECONDS, updateAge: DAY_SECONDS },
    user: {
      additionalFields: {
        role: { type: 'string', input: false, required: false },
        disabled: { type: 'boolean', input: false, required: false },
      },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => {
            if ((await findPerson(getDb(), session.userId))?.disabled) {
              throw new APIError('FORBIDDEN', {
                message: 'This account is disabled; an admin can enable it.',
              });
            }
          },
        },
      },
    },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 300,
      // A whole office behind one address signs in at nine.
      customRules: { [SIGN_IN]: { window: 60, max: 60 } },
    },
    // The limit above goes by the sender's network address, which a sender can make up; this one by the account.
    hooks: {
      before: createAuthMiddleware(async ({ path, body }) => {
        if (path !== SIGN_IN || typeof body?.email !== 'string') return;
        const wait = limit.begin(body.email);
        if (wait > 0) {
          throw new APIError('TOO_MANY_REQUESTS', {
            message: `Too many failed sign-ins for this address; try again in ${wait} seconds.`,
          });
        }
      }),
      after: createAuthMiddleware(async ({ path, body, context }) => {
        if (path === SIGN_IN && context.newSession) limit.succeed(body.email);
      }),
    },
    advanced: {
      // Said outright: better-auth leaves it out where NODE_ENV is test.
      disableOriginCheck: false,
      // Plain http on a local network is a way people use this; the browser refuses secure cookies there.
      useSecureCookies: origin.startsWith('https:'),
      cookiePrefix: 'halyard',
    },
    telemetry: { enabled: false },
  });
}

/** The same machine answers to both names of the loopback address. */
function ownOrigins(origin: string): string[] {
  const { hostname, port, protocol } = new URL(origin);
  if (hostname !== 'localhost' && hostname !== '127.0.0.1') return [origin];
  return ['localhost', '127.0.0.1'].map((name) => `${protocol}//${name}:${port || env().PORT}`);
}

/**
 * The page's own origin where it is the host that was asked: listening on all addresses (HOST=0.0.0.0), the app cannot
 * know by which names other machines reach it.
 */
function addressedOrigin(request: Request | undefined): string[] {
  const origin = request?.headers.get('origin');
  return request && origin && isSameOrigin(request) ? [origin] : [];
}

type Auth = ReturnType<typeof makeAuth>;
let instance: Auth | undefined;

/** better-auth over our tables, made at first use. */
export function getAuth(): Auth {
  instance ??= makeAuth();
  return instance;
}
