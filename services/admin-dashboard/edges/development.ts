import type { SecretValue } from '#kit/secrets.ts';
import { chooseSignIn } from '../domain/session.ts';
import type { Environment } from '../environment.ts';
import { errors } from '../errors.ts';
import { IdentityProvider } from './identity.ts';

/** What the session route needs to know of the way in. */
export type ConfiguredSignIn =
  | { readonly kind: 'development'; readonly token: SecretValue }
  | { readonly kind: 'oidc'; readonly provider: IdentityProvider };

/** Errors: DEVELOPMENT_TOKEN_FORBIDDEN, and the service does not start. */
export function signInOf(config: Environment): ConfiguredSignIn {
  const { ENVIRONMENT, DEVELOPMENT_TOKEN } = config;
  const choice = chooseSignIn(ENVIRONMENT, DEVELOPMENT_TOKEN !== undefined);
  if (choice === 'forbidden')
    throw errors.DEVELOPMENT_TOKEN_FORBIDDEN({
      detail: `ENVIRONMENT is ${ENVIRONMENT}; only local may have a development token.`,
    });
  if (choice.kind === 'development' && DEVELOPMENT_TOKEN) return { kind: 'development', token: DEVELOPMENT_TOKEN };
  const { USER_SERVICE_URL: url, TOKEN_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = config;
  return { kind: 'oidc', provider: new IdentityProvider({ url, issuer, clientId }) };
}
