/** Renewed this long before a token ends. */
const MARGIN_MILLIS = 60_000;

interface Held {
  readonly token: string;
  readonly endsAtMillis: number;
}

let held: Promise<Held> | undefined;

/** The moment at which a JWT ends; a token that cannot be read is renewed at the next use. */
function endOf(token: string): number {
  try {
    const payload = token.split('.')[1] ?? '';
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: number };
    return (exp ?? 0) * 1_000;
  } catch {
    return 0;
  }
}

async function fetchSession(): Promise<Held> {
  const answer = await fetch('/session', { headers: { accept: 'application/json' } });
  const body = (await answer.json()) as { token?: string; detail?: string };
  if (!answer.ok || !body.token) throw new Error(body.detail ?? `The session could not be opened (${answer.status}).`);
  return { token: body.token, endsAtMillis: endOf(body.token) };
}

/** The server refused the token: the next use asks for a new one. */
export function forgetSession(): void {
  held = undefined;
}

/** The visitor's token; asked for once and renewed before it ends. */
export async function sessionToken(): Promise<string> {
  const current = await held?.catch(() => undefined);
  if (current && current.endsAtMillis - MARGIN_MILLIS > Date.now()) return current.token;
  held = fetchSession();
  return (await held).token;
}
