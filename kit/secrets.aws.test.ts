import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ServiceProcess } from '#tests/support/service-process.ts';

const probe = join(import.meta.dirname, '../tests/support/processes/secret-probe.ts');
let server: Server | undefined;
afterEach(() => {
  server?.close();
});

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** An endpoint that speaks the part of Secrets Manager that is used; the real SDK in a real process asks it. */
async function ask(reference: string, answer: Answer): Promise<{ line: Record<string, unknown>; asked: string[] }> {
  const asked: string[] = [];
  server = createServer((request, response) => {
    request.on('data', (chunk) => asked.push(`${request.headers['x-amz-target']} ${chunk}`));
    request.on('end', () => {
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1', connection: 'close' });
      response.end(JSON.stringify(answer.body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const process = new ServiceProcess(probe, {
    DATABASE_PASSWORD: reference,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'example', AWS_SECRET_ACCESS_KEY: 'example' },
  });
  await process.end();
  return { line: process.lines[0] ?? { stderr: process.stderr }, asked };
}

describe('AWS Secrets Manager', () => {
  test('is asked for the secret by its id, and one key of it is taken', async () => {
    const body = { SecretString: '{"username":"events","password":"hunter2"}' };
    const { line, asked } = await ask('aws-secret:prod/events#password', { status: 200, body });
    expect(line).toMatchObject({ message: 'revealed', length: 'hunter2'.length, printed: '[secret]' });
    expect(asked).toEqual(['secretsmanager.GetSecretValue {"SecretId":"prod/events"}']);
  });

  test('that denies access gives one clear error', async () => {
    const body = { __type: 'AccessDeniedException', Message: 'User: arn:aws:sts::1:x is not authorized' };
    const { line } = await ask('aws-secret:prod/events', { status: 400, body });
    const detail = 'The secret prod/events cannot be read (AccessDeniedException).';
    expect(line).toMatchObject({ message: 'refused', code: 'SECRET_UNAVAILABLE', detail });
  });
});
