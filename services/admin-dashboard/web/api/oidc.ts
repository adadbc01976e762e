/** Authorization code with PKCE. Source: RFC 7636 and OpenID Connect Core 1.0, section 3.1. */
export interface Tokens {
  readonly token: string;
  readonly refreshToken?: string;
}

interface Way {
  readonly authorizationEndpoint: string;
  readonly clientId: string;
}

interface Begun {
  readonly state: string;
  readonly verifier: string;
  readonly place: string;
}

/** Survives the way to the sign-in and back, and nothing else: it holds no token. */
const STORED = 'gamemetrics.sign-in';
const RANDOM_BYTES = 32;

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));

const redirectUri = (): string => `${location.origin}/`;

/** Leaves the page for the sign-in. */
export async function beginSignIn({ authorizationEndpoint, clientId }: Way): Promise<void> {
  const begun: Begun = { state: random(), verifier: random(), place: location.hash };
  sessionStorage.setItem(STORED, JSON.stringify(begun));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(begun.verifier));
  const url = new URL(authorizationEndpoint);
  const asked = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri(),
    scope: 'openid',
    state: begun.state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  location.assign(url);
}

/** What the sign-in sent back, if this page is where it led; the address is clean afterwards. */
export async function finishSignIn(exchange: (body: object) => Promise<Tokens>): Promise<Tokens | undefined> {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('state')) return undefined;
  const begun = JSON.parse(sessionStorage.getItem(STORED) ?? '{}') as Partial<Begun>;
  sessionStorage.removeItem(STORED);
  history.replaceState(null, '', `/${begun.place ?? ''}`);
  const code = answer.get('code');
  if (answer.get('state') !== begun.state || !begun.verifier)
    throw new Error('This sign-in was not begun here, so it was not taken.');
  if (code === null) throw new Error(answer.get('error_description') ?? 'The sign-in was not finished.');
  return exchange({ code, verifier: begun.verifier, redirectUri: redirectUri() });
}
