import { Type } from 'typebox';
import type { Routes } from '#kit/http/index.ts';
import { isLoopbackHost } from '../domain/session.ts';
import { errors } from '../errors.ts';
import type { ConfiguredSignIn } from './development.ts';
import type { Grant } from './identity.ts';

const bearerToken = Type.String({ description: 'bearer token for the APIs behind this page' });

const Session = Type.Union([
  Type.Object({ kind: Type.Literal('development'), token: bearerToken }),
  Type.Object({
    kind: Type.Literal('oidc'),
    authorizationEndpoint: Type.String({ description: 'where the page sends people who are not signed in' }),
    clientId: Type.String(),
  }),
]);

const text = Type.String({ minLength: 1, maxLength: 2_048 });
const Exchange = Type.Union([
  Type.Object(
    { code: text, verifier: Type.String({ pattern: '^[\\w.~-]{43,128}$' }), redirectUri: text },
    { additionalProperties: false },
  ),
  Type.Object({ refreshToken: text }, { additionalProperties: false }),
]);
const Tokens = Type.Object({ token: bearerToken, refreshToken: Type.Optional(Type.String()) });

/** `GET /session`: the local visitor's token, or where to sign in. `POST /session/token`: a code for tokens. */
export function sessionRoutes(signIn: ConfiguredSignIn): Routes {
  return (server) => {
    server.get('/session', { schema: { response: { 200: Session } } }, async (request, reply) => {
      reply.header('cache-control', 'no-store');
      if (signIn.kind === 'oidc') {
        const authorizationEndpoint = await signIn.provider.authorizationEndpoint();
        return { kind: 'oidc' as const, authorizationEndpoint, clientId: signIn.provider.clientId };
      }
      if (!isLoopbackHost(request.headers.host))
        throw errors.HOST_FORBIDDEN({ detail: 'The development session is for visitors of this machine.' });
      return { kind: 'development' as const, token: await signIn.token.reveal() };
    });
    server.post('/session/token', { schema: { body: Exchange, response: { 200: Tokens } } }, async (request, reply) => {
      reply.header('cache-control', 'no-store');
      if (signIn.kind !== 'oidc')
        throw errors.SIGN_IN_REFUSED({ detail: 'Nobody signs in at the local platform: it hands out its token.' });
      const { body } = request;
      const grant: Grant =
        'code' in body
          ? {
              grant_type: 'authorization_code',
              code: body.code,
              code_verifier: body.verifier,
              redirect_uri: body.redirectUri,
            }
          : { grant_type: 'refresh_token', refresh_token: body.refreshToken };
      return signIn.provider.exchange(grant);
    });
  };
}
