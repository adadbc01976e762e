import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { bearer, createTokenVerifier, EVERY_GAME, requireGame, requireRole, seesGame } from './index.ts';

type Pair = { readonly kid: string; readonly alg: string; readonly privateKey: CryptoKey; readonly jwk: JWK };
const issuer = 'https://accounts.example';
const audience = 'gamemetrics';
const folder = mkdtempSync(join(tmpdir(), 'kit-tokens-'));
const pairs: Pair[] = [];
let servers: Server[] = [];

async function makePair(alg: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const kid = crypto.randomUUID();
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

beforeAll(async () => {
  for (const alg of ['RS256', 'ES256', 'EdDSA']) pairs.push(await makePair(alg));
});
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(keys: readonly Pair[], name = `${Math.random()}.json`): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  return pathToFileURL(path).href;
}

const verifierOf = (jwksUrl: string) => createTokenVerifier({ issuer, audience, jwksUrl });

interface Overrides {
  readonly claims?: Record<string, unknown>;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: string | number;
}

function sign({ alg, kid, privateKey }: Pair, overrides: Overrides = {}): Promise<string> {
  return new SignJWT({ roles: ['analyst'], games: ['demo'], ...overrides.claims })
    .setProtectedHeader({ alg, kid })
    .setSubject('someone')
    .setIssuer(overrides.issuer ?? issuer)
    .setAudience(overrides.audience ?? audience)
    .setExpirationTime(overrides.expires ?? '5m')
    .sign(privateKey);
}

const [rsa, ec] = [() => pairs[0] as Pair, () => pairs[1] as Pair];

describe('a token', () => {
  test.each([0, 1, 2])(
    'signed with a known key (RS256, ES256, EdDSA: %#) gives subject, roles and games',
    async (index) => {
      const pair = pairs[index] as Pair;
      const claims = await verifierOf(fileOf(pairs)).verify(await sign(pair));
      expect(claims).toMatchObject({ sub: 'someone', roles: ['analyst'], games: ['demo'] });
    },
  );

  test('without roles and games may do nothing', async () => {
    const token = await sign(ec(), { claims: { roles: undefined, games: undefined } });
    expect(await verifierOf(fileOf(pairs)).verify(token)).toMatchObject({ roles: [], games: [] });
  });

  test.each<[string, Overrides]>([
    ['of another issuer', { issuer: 'https://elsewhere.example' }],
    ['for another audience', { audience: 'another' }],
    ['that is over', { expires: Math.floor(Date.now() / 1000) - 60 }],
    ['whose roles are no list', { claims: { roles: 'admin' } }],
  ])('%s is refused', async (_, overrides) => {
    const token = await sign(ec(), overrides);
    await expect(verifierOf(fileOf(pairs)).verify(token)).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
      httpStatus: 401,
    });
  });

  test('signed by a stranger, changed, unsigned, endless or nonsense is refused', async () => {
    const verifier = verifierOf(fileOf(pairs));
    const good = await sign(ec());
    const [header, , signature] = good.split('.');
    const admin = Buffer.from(
      JSON.stringify({ sub: 'x', roles: ['admin'], exp: 9e9, iss: issuer, aud: audience }),
    ).toString('base64url');
    const unsigned = new UnsecuredJWT({ sub: 'x' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime('5m')
      .encode();
    const forged = [
      await sign(await makePair('ES256')),
      `${header}.${admin}.${signature}`,
      unsigned,
      'a.b.c',
      '',
      'x'.repeat(20_000),
    ];
    for (const token of forged) await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  test('signed with a public key as a shared secret is refused', async () => {
    const token = await new SignJWT({ roles: ['admin'] })
      .setProtectedHeader({ alg: 'HS256', kid: rsa().kid })
      .setSubject('x')
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime('5m')
      .sign(Buffer.from(JSON.stringify(rsa().jwk)));
    await expect(verifierOf(fileOf(pairs)).verify(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  test('of a key that was added to the file later is accepted', async () => {
    const url = fileOf([rsa()], 'rotating.json');
    const verifier = verifierOf(url);
    await verifier.verify(await sign(rsa()));
    fileOf([rsa(), ec()], 'rotating.json');
    expect(await verifier.verify(await sign(ec()))).toMatchObject({ sub: 'someone' });
  });
});

describe('keys over HTTP', () => {
  async function serve(answer: () => { status: number; body: string }) {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      const { status, body } = answer();
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`, requests: () => requests };
  }

  test('are asked for once, whatever number of tokens comes', async () => {
    const { url, requests } = await serve(() => ({
      status: 200,
      body: JSON.stringify({ keys: pairs.map(({ jwk }) => jwk) }),
    }));
    const verifier = verifierOf(url);
    const tokens = await Promise.all(Array.from({ length: 5 }, (_, index) => sign(ec(), { claims: { index } })));
    await Promise.all(tokens.map((token) => verifier.verify(token)));
    expect(requests()).toBe(1);
  });

  test.each([
    ['fail', () => ({ status: 500, body: '' })],
    ['are nonsense', () => ({ status: 200, body: '[]' })],
  ])('that %s are our trouble, not the token’s', async (_, answer) => {
    const { url } = await serve(answer);
    await expect(verifierOf(url).verify(await sign(ec()))).rejects.toMatchObject({
      code: 'AUTH_UNAVAILABLE',
      httpStatus: 503,
    });
  });

  test('that go away leave verified tokens working', async () => {
    let away = false;
    const { url } = await serve(() =>
      away ? { status: 500, body: '' } : { status: 200, body: JSON.stringify({ keys: [ec().jwk] }) },
    );
    const verifier = verifierOf(url);
    const token = await sign(ec());
    await verifier.verify(token);
    away = true;
    expect(await verifier.verify(token)).toMatchObject({ sub: 'someone' });
  });
});

describe('an Authorization header', () => {
  test.each(['Bearer abc.def', 'bearer   abc.def'])('"%s" holds a token', (authorization) => {
    expect(bearer({ headers: { authorization } })).toBe('abc.def');
  });

  test.each([undefined, '', 'Bearer', 'Basic abc', 'Bearer a b'])('"%s" holds none', (authorization) => {
    expect(() => bearer({ headers: { authorization } })).toThrow('holds no bearer token');
  });
});

describe('claims', () => {
  const claims = { sub: 'x', roles: ['analyst'], games: ['demo'], exp: 1 };

  test('allow what one of their roles allows', () => {
    expect(() => requireRole(claims, 'admin', 'analyst')).not.toThrow();
    expect(() => requireRole(claims, 'admin', 'operator')).toThrow('This needs the role admin or operator.');
  });

  test('for every game are also for games that come later', () => {
    const all = { ...claims, games: [EVERY_GAME] };
    expect(() => requireGame(all, 'later')).not.toThrow();
    expect([seesGame(all, 'later'), seesGame(claims, 'later')]).toEqual([true, false]);
  });

  test('are for their own games only', () => {
    expect(() => requireGame(claims, 'demo')).not.toThrow();
    expect(() => requireGame(claims, 'other')).toThrow('The token is not for the game "other".');
  });
});
