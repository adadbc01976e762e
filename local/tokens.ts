import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { TOKEN_AUDIENCE } from '#catalog/configuration.ts';
import { LOCAL_ISSUER } from './configuration.ts';

/** ES256: small tokens and quick verification; user-service rotates its keys, the local platform keeps one. */
const ALGORITHM = 'ES256';

export interface TokenClaims {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly games: readonly string[];
  readonly lifetimeSeconds: number;
}

/** Stands in for user-service's keys on one machine: signs tokens, and publishes the public key as a JWKS file. */
export class TokenMint {
  readonly #key: JWK;
  readonly jwksFile: string;

  private constructor(key: JWK, jwksFile: string) {
    this.#key = key;
    this.jwksFile = jwksFile;
  }

  /** Opens the mint of a data folder; the key is made at the first start. */
  static async open(dataFolder: string): Promise<TokenMint> {
    const keyFile = join(dataFolder, 'secrets', 'token-key.json');
    const jwksFile = join(dataFolder, 'jwks.json');
    if (!existsSync(keyFile)) {
      const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { extractable: true });
      const shared = { alg: ALGORITHM, use: 'sig', kid: crypto.randomUUID() };
      writeFileSync(keyFile, JSON.stringify({ ...(await exportJWK(privateKey)), ...shared }), { mode: 0o600 });
      writeFileSync(jwksFile, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), ...shared }] }));
    }
    // Written by the lines above, in a folder that only its owner can read.
    return new TokenMint(JSON.parse(readFileSync(keyFile, 'utf8')) as JWK, jwksFile);
  }

  async mint({ subject, roles, games, lifetimeSeconds }: TokenClaims): Promise<string> {
    return new SignJWT({ roles, games })
      .setProtectedHeader({ alg: ALGORITHM, kid: String(this.#key.kid), typ: 'JWT' })
      .setSubject(subject)
      .setIssuer(LOCAL_ISSUER)
      .setAudience(TOKEN_AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds} s`)
      .sign(await importJWK(this.#key, ALGORITHM));
  }
}
