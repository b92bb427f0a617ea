import { dispatch } from '@/lib/server/api/dispatch.ts';
import { identify } from '@/lib/server/auth/session.ts';

type Context = { params: Promise<{ path: string[] }> };

/** Every REST call enters here; lib/contract/api.ts lists them and lib/server/api/routes.ts binds them. */
async function answer(request: Request, { params }: Context): Promise<Response> {
  return dispatch(request, (await params).path, identify);
}

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST };
