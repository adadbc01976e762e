import { describe, expect, test } from '@jest/globals';
import { chooseSignIn, isLoopbackHost } from './session.ts';

describe('signing in to the dashboard', () => {
  test('needs no form on one machine, where the platform made a token', () => {
    expect(chooseSignIn('local', true)).toEqual({ kind: 'development' });
  });

  test.each(['dev', 'staging', 'prod'])('with a development token is forbidden in %s', (environment) => {
    expect(chooseSignIn(environment, true)).toBe('forbidden');
  });

  test('is OpenID Connect where there is no development token', () => {
    expect(chooseSignIn('prod', false)).toEqual({ kind: 'oidc' });
  });

  test.each(['localhost', 'localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST:3000'])(
    'is offered to %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(true);
    },
  );

  test.each(['example.com', 'localhost.example.com', '127.0.0.1.nip.io:3000', undefined, ''])(
    'is not offered to %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(false);
    },
  );
});
