import { readBody } from '@/lib/server/api/body.ts';
import { getAuth } from '@/lib/server/auth/auth.ts';
import { Refusal } from '@/lib/server/error.ts';

/** Sign-in, sign-out and sessions are better-auth's; it reads whatever it is sent, so the length is ours to limit. */
async function answerPost(request: Request): Promise<Response> {
  try {
    const body = await readBody(request);
    const { url, headers } = request;
    return await getAuth().handler(new Request(url, { method: 'POST', headers, body: body || null }));
  } catch (error) {
    if (error instanceof Refusal) return Response.json(error.toBody(), { status: error.status });
    throw error;
  }
}

async function answerGet(request: Request): Promise<Response> {
  return getAuth().handler(request);
}

export { answerGet as GET, answerPost as POST };
