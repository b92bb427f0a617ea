/** Sign-in and sign-out through better-auth's own routes; everything else goes through api.ts. */
async function post(path: string, body: unknown): Promise<Response> {
  return fetch(`/api/auth${path}`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** @returns null when it worked, else the reason in words */
export async function signIn(email: string, password: string): Promise<string | null> {
  let response: Response;
  try {
    response = await post('/sign-in/email', { email, password });
  } catch (error) {
    if (error instanceof TypeError) return 'The server cannot be reached.';
    throw error;
  }
  if (response.ok) return null;
  if (response.status === 401) return 'No account has this address and password.';
  if (response.status === 429) return 'Too many tries. Wait a minute and try again.';
  const answer: unknown = await response.json().catch(() => null);
  const message = answer && typeof answer === 'object' && 'message' in answer ? String(answer.message) : '';
  return message || `The server answered ${response.status}.`;
}

export async function signOut(): Promise<void> {
  await post('/sign-out', {});
}
