import type { SecretValue } from '#kit/secrets.ts';
import { chooseSignIn } from '../domain/session.ts';
import type { Environment } from '../environment.ts';
import { errors } from '../errors.ts';

/** What the session route needs to know of the way in. */
export type ConfiguredSignIn =
  | { readonly kind: 'development'; readonly token: SecretValue }
  | { readonly kind: 'oidc' };

/** Errors: DEVELOPMENT_TOKEN_FORBIDDEN, and the service does not start. */
export function signInOf({ ENVIRONMENT, DEVELOPMENT_TOKEN }: Environment): ConfiguredSignIn {
  const choice = chooseSignIn(ENVIRONMENT, DEVELOPMENT_TOKEN !== undefined);
  if (choice === 'forbidden')
    throw errors.DEVELOPMENT_TOKEN_FORBIDDEN({
      detail: `ENVIRONMENT is ${ENVIRONMENT}; only local may have a development token.`,
    });
  return choice.kind === 'development' && DEVELOPMENT_TOKEN
    ? { kind: 'development', token: DEVELOPMENT_TOKEN }
    : { kind: 'oidc' };
}
