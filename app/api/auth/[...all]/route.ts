import { getAuth } from '@/lib/server/auth/auth.ts';

/** Sign-in, sign-out and sessions are better-auth's. */
async function answer(request: Request): Promise<Response> {
  return (await getAuth()).handler(request);
}

export { answer as GET, answer as POST };
