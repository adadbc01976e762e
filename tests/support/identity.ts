import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Begun {
  readonly challenge: string;
  readonly redirectUri: string;
}

/** An OpenID Connect provider that lets everybody in and holds clients to PKCE; its tokens are what a test says. */
export class TestIdentity {
  readonly #server: Server;
  readonly #codes = new Map<string, Begun>();
  readonly issuer: string;
  port = 0;
  /** The next token, and whether the next visitor is refused. */
  token = '';
  refuses = false;
  refreshed = 0;

  constructor(issuer: string) {
    this.issuer = issuer;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', `http://127.0.0.1:${this.port}`);
    if (url.pathname === '/authorize') return this.#authorize(url, response);
    response.setHeader('content-type', 'application/json');
    if (url.pathname === '/token') return this.#grant(new URLSearchParams(await text(request)), response);
    response.end(
      JSON.stringify({
        issuer: this.issuer,
        authorization_endpoint: `http://127.0.0.1:${this.port}/authorize`,
        token_endpoint: `${this.issuer}/token`,
      }),
    );
  }

  #authorize({ searchParams }: URL, response: ServerResponse): void {
    const back = new URL(searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('state', searchParams.get('state') ?? '');
    const complete =
      searchParams.get('response_type') === 'code' && searchParams.get('code_challenge_method') === 'S256';
    if (this.refuses || !complete) back.searchParams.set('error_description', 'The sign-in was cancelled.');
    else {
      const code = crypto.randomUUID();
      this.#codes.set(code, {
        challenge: searchParams.get('code_challenge') ?? '',
        redirectUri: searchParams.get('redirect_uri') ?? '',
      });
      back.searchParams.set('code', code);
    }
    response.writeHead(302, { location: back.href }).end();
  }

  #grant(asked: URLSearchParams, response: ServerResponse): void {
    const begun = this.#codes.get(asked.get('code') ?? '');
    this.#codes.delete(asked.get('code') ?? '');
    const verified = createHash('sha256')
      .update(asked.get('code_verifier') ?? '')
      .digest('base64url');
    const fits = begun?.challenge === verified && begun.redirectUri === asked.get('redirect_uri');
    const renews = asked.get('refresh_token') === 'again';
    if (renews) this.refreshed += 1;
    if (!fits && !renews) {
      const refusal = { error: 'invalid_grant', error_description: 'The code is not valid' };
      return void response.writeHead(400).end(JSON.stringify(refusal));
    }
    response.end(JSON.stringify({ access_token: this.token, refresh_token: 'again', token_type: 'Bearer' }));
  }
}
