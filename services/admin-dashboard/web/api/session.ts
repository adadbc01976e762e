import { beginSignIn, finishSignIn, type Tokens } from './oidc.ts';

/** Renewed this long before a token ends. */
const MARGIN_MILLIS = 60_000;

export interface Claims {
  readonly sub: string;
  readonly roles: readonly string[];
  readonly games: readonly string[];
  readonly exp: number;
}

/** `local`: the platform of this machine signs its visitor in, and other tokens may be tried. */
export type Session =
  | { readonly state: 'opening' }
  | { readonly state: 'away'; readonly message: string }
  | { readonly state: 'signed-out'; readonly message?: string }
  | { readonly state: 'signed-in'; readonly claims: Claims; readonly local: boolean };

interface Held extends Tokens {
  readonly local: boolean;
}

type Way =
  | { readonly kind: 'development'; readonly token: string }
  | { readonly kind: 'oidc'; readonly authorizationEndpoint: string; readonly clientId: string };

const listeners = new Set<(session: Session) => void>();
let session: Session = { state: 'opening' };
let held: Held | undefined;
let renewing: Promise<Held> | undefined;
/** A token that the visitor of the local platform chose in place of the platform's own; gone with the page. */
let chosen: string | undefined;

function tell(next: Session): void {
  session = next;
  for (const listener of listeners) listener(next);
}

export function onSession(listener: (session: Session) => void): () => void {
  listeners.add(listener);
  listener(session);
  return () => listeners.delete(listener);
}

/** What a JWT says; the server verifies it, the page only shows it. Undefined for anything else. */
export function claimsOf(token: string): Claims | undefined {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Claims>;
    return { sub: claims.sub ?? '', roles: claims.roles ?? [], games: claims.games ?? [], exp: claims.exp ?? 0 };
  } catch {
    return undefined;
  }
}

const endsSoon = (token: string): boolean => (claimsOf(token)?.exp ?? 0) * 1_000 - MARGIN_MILLIS < Date.now();

interface Problem {
  readonly detail?: string;
}

async function answerOf<Value>(path: string, init?: RequestInit): Promise<Value> {
  const answer = await fetch(path, init).catch(() => {
    throw new Error('The dashboard server cannot be reached.');
  });
  const body = (await answer.json().catch(() => ({}))) as Value & Problem;
  if (answer.ok) return body;
  throw new Error(body.detail ?? `The session could not be opened (${answer.status}).`);
}

const exchange = (body: object): Promise<Tokens> =>
  answerOf<Tokens>('/session/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

function hold(tokens: Held): Held {
  held = tokens;
  const claims = claimsOf(tokens.token) ?? { sub: 'unknown', roles: [], games: [], exp: 0 };
  tell({ state: 'signed-in', claims, local: tokens.local });
  return tokens;
}

function signOutWith(message?: string): Error {
  held = undefined;
  tell({ state: 'signed-out', ...(message === undefined ? {} : { message }) });
  return new Error(message ?? 'You are not signed in.');
}

async function open(): Promise<Held> {
  if (held?.refreshToken) {
    const tokens = await exchange({ refreshToken: held.refreshToken }).catch((error: Error) => {
      throw signOutWith(error.message);
    });
    return hold({ ...tokens, local: false });
  }
  if (chosen !== undefined) return hold({ token: chosen, local: true });
  const way = await answerOf<Way>('/session');
  if (way.kind === 'development') return hold({ token: way.token, local: true });
  const tokens = await finishSignIn(exchange).catch((error: Error) => {
    throw signOutWith(error.message);
  });
  if (tokens) return hold({ ...tokens, local: false });
  throw signOutWith();
}

/** The visitor's token; asked for once and renewed before it ends. Throws an Error whose message a person can read. */
export async function sessionToken(): Promise<string> {
  if (held && !endsSoon(held.token)) return held.token;
  // Local tokens that cannot be read are used as they are: the server says what is wrong with them.
  renewing ??= open().finally(() => {
    renewing = undefined;
  });
  return (await renewing).token;
}

/** The server refused the token: the next use asks for a new one. */
export function forgetSession(): void {
  if (held && !held.refreshToken) held = undefined;
  else if (held) held = { ...held, token: '' };
}

export function openSession(): void {
  sessionToken().catch((error: Error) => {
    if (session.state === 'opening' || session.state === 'away') tell({ state: 'away', message: error.message });
  });
}

export async function signIn(): Promise<void> {
  const way = await answerOf<Way>('/session');
  if (way.kind === 'oidc') await beginSignIn(way);
  else openSession();
}

export function signOut(): void {
  signOutWith();
}

/** Looks at the local platform with the rights of another token; an empty one is the platform's own again. */
export function lookWithToken(token: string): void {
  chosen = token === '' ? undefined : token;
  held = undefined;
  openSession();
}
