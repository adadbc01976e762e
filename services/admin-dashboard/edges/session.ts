import { Type } from 'typebox';
import type { Routes } from '#kit/http/index.ts';
import { isLoopbackHost } from '../domain/session.ts';
import { errors } from '../errors.ts';
import type { ConfiguredSignIn } from './development.ts';

const Session = Type.Object({ token: Type.String({ description: 'bearer token for the APIs behind this page' }) });

/** `GET /session`: the visitor's token, or the way to get one. */
export function sessionRoutes(signIn: ConfiguredSignIn): Routes {
  return (server) => {
    server.get('/session', { schema: { response: { 200: Session } } }, async (request, reply) => {
      if (signIn.kind === 'oidc')
        throw errors.SIGN_IN_NEEDED({ detail: 'user-service, where people sign in, is not built yet.' });
      if (!isLoopbackHost(request.headers.host))
        throw errors.HOST_FORBIDDEN({ detail: 'The development session is for visitors of this machine.' });
      reply.header('cache-control', 'no-store');
      return { token: await signIn.token.reveal() };
    });
  };
}
