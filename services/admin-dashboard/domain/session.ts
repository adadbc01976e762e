/** How a visitor gets a token. */
export type SignIn =
  /** One machine: the platform's runner made a token for its only visitor. */
  | { readonly kind: 'development' }
  /** Everywhere else: OpenID Connect at user-service. */
  | { readonly kind: 'oidc' };

export const LOCAL_ENVIRONMENT = 'local';

/** A development token outside the local platform would open production to everybody: the service must not start. */
export function chooseSignIn(environment: string, hasDevelopmentToken: boolean): SignIn | 'forbidden' {
  if (!hasDevelopmentToken) return { kind: 'oidc' };
  return environment === LOCAL_ENVIRONMENT ? { kind: 'development' } : 'forbidden';
}

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Against DNS rebinding: a foreign name that resolves to this machine must not be given the token. */
export function isLoopbackHost(hostHeader: string | undefined): boolean {
  const name = hostHeader?.replace(/:\d+$/, '').toLowerCase();
  return name !== undefined && LOOPBACK_HOSTS.has(name);
}
