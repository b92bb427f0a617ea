import { OfflineError } from './api.ts';

/** Sign-in and sign-out through better-auth's own routes; everything else goes through api.ts. @throws OfflineError */
async function post(path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(`/api/auth${path}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch (error) {
    throw new OfflineError(error);
  }
}

/** @returns null when it worked, else the reason in words */
export async function signIn(email: string, password: string): Promise<string | null> {
  let response: Response;
  try {
    response = await post('/sign-in/email', { email, password });
  } catch (error) {
    if (error instanceof OfflineError) return error.message;
    throw error;
  }
  if (response.ok) return null;
  if (response.status === 401) return 'No account has this address and password.';
  if (response.status === 429) return 'Too many tries. Wait a minute and try again.';
  return wordsOf(response);
}

/** Ends the session. @throws OfflineError, and Error with the server's words */
export async function signOut(): Promise<void> {
  const response = await post('/sign-out', {});
  if (!response.ok) throw new Error(await wordsOf(response));
}

async function wordsOf(response: Response): Promise<string> {
  const answer: unknown = await response.json().catch(() => null);
  const message = answer && typeof answer === 'object' && 'message' in answer ? String(answer.message) : '';
  return message || `The server answered ${response.status}.`;
}
