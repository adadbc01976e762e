import { type Static, type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';
import { messageOf } from '#kit/errors.ts';
import { errors } from '../errors.ts';

const TIMEOUT_MILLIS = 5_000;
const KNOWN_MILLIS = 300_000;

/** Source: OpenID Connect Discovery 1.0, section 3. */
const Discovery = Type.Object({
  issuer: Type.String(),
  authorization_endpoint: Type.String(),
  token_endpoint: Type.String(),
});

/** Source: RFC 6749, section 5.1 and 5.2. */
const Granted = Type.Object({ access_token: Type.String(), refresh_token: Type.Optional(Type.String()) });
const Refused = Type.Object({ error: Type.String(), error_description: Type.Optional(Type.String()) });

export interface IdentityOptions {
  /** As this service reaches it. */
  readonly url: string;
  /** Who it must say it is. */
  readonly issuer: string;
  readonly clientId: string;
}

export type Grant =
  | {
      readonly grant_type: 'authorization_code';
      readonly code: string;
      readonly code_verifier: string;
      readonly redirect_uri: string;
    }
  | { readonly grant_type: 'refresh_token'; readonly refresh_token: string };

export interface Tokens {
  readonly token: string;
  readonly refreshToken?: string;
}

const away = (detail: string, cause?: unknown) => errors.IDENTITY_UNAVAILABLE({ detail, ...(cause ? { cause } : {}) });

/** Where people sign in: the page sends them there, this service fetches their tokens, so that the page's policy stays strict. */
export class IdentityProvider {
  readonly #options: IdentityOptions;
  #known: { readonly document: Static<typeof Discovery>; readonly untilMillis: number } | undefined;

  constructor(options: IdentityOptions) {
    this.#options = options;
  }

  get clientId(): string {
    return this.#options.clientId;
  }

  /** Errors: IDENTITY_UNAVAILABLE. */
  async authorizationEndpoint(): Promise<string> {
    return (await this.#discover()).authorization_endpoint;
  }

  /** Errors: IDENTITY_UNAVAILABLE, SIGN_IN_REFUSED. */
  async exchange(grant: Grant): Promise<Tokens> {
    const { token_endpoint } = await this.#discover();
    // The endpoint is named as browsers reach it; from here it is at the address of the service.
    const url = new URL(new URL(token_endpoint).pathname, this.#options.url);
    const body = new URLSearchParams({ ...grant, client_id: this.#options.clientId });
    const { ok, value } = await this.#fetch(url, { method: 'POST', body });
    if (ok && Check(Granted, value)) {
      const { access_token: token, refresh_token: refreshToken } = value;
      return { token, ...(refreshToken === undefined ? {} : { refreshToken }) };
    }
    if (!Check(Refused, value)) throw away('user-service answered neither a token nor a refusal.');
    throw errors.SIGN_IN_REFUSED({
      detail: `user-service refused the sign-in: ${value.error_description ?? value.error}.`,
    });
  }

  async #discover(): Promise<Static<typeof Discovery>> {
    if (this.#known && this.#known.untilMillis > performance.now()) return this.#known.document;
    const { ok, value } = await this.#fetch(new URL('/.well-known/openid-configuration', this.#options.url));
    const document = this.#checked(Discovery, ok ? value : undefined);
    if (document.issuer !== this.#options.issuer)
      throw away(`user-service says that it is ${document.issuer}, not ${this.#options.issuer}.`);
    this.#known = { document, untilMillis: performance.now() + KNOWN_MILLIS };
    return document;
  }

  #checked<Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> {
    if (Check(schema, value)) return value;
    throw away('user-service does not say where people sign in.');
  }

  async #fetch(url: URL, init: RequestInit = {}): Promise<{ readonly ok: boolean; readonly value: unknown }> {
    try {
      const answer = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
      return { ok: answer.ok, value: await answer.json().catch(() => undefined) };
    } catch (error) {
      throw away(`user-service cannot be reached: ${messageOf(error)}.`, error);
    }
  }
}
