import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { quietTelemetry } from '#tests/support/telemetry.ts';
import { secretOf } from '../secrets.ts';
import { backOffMillis, clientOptions, kafkaConnection } from './connection.ts';

const brokers = ['a:9092'];

describe('a connection', () => {
  test('is plain where the configuration says so', () => {
    expect(kafkaConnection({ KAFKA_BROKERS: brokers, KAFKA_SECURITY: 'plain' })).toEqual({ brokers });
  });

  test('that is to be secured needs authority, user and password, and says so at once', () => {
    const half = { KAFKA_BROKERS: brokers, KAFKA_SECURITY: 'scram-sha-512', KAFKA_USERNAME: 'events' } as const;
    expect(() => kafkaConnection(half)).toThrow(
      'KAFKA_SECURITY is "scram-sha-512" but must come with KAFKA_CA_FILE, KAFKA_USERNAME and KAFKA_PASSWORD.',
    );
  });

  test('that is secured trusts the given authority alone and asks for the password at each connection', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kit-kafka-'));
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, 'CERTIFICATE');
    const secured = { KAFKA_BROKERS: brokers, KAFKA_SECURITY: 'scram-sha-512', KAFKA_USERNAME: 'events' } as const;
    const connection = kafkaConnection({ ...secured, KAFKA_CA_FILE: caFile, KAFKA_PASSWORD: secretOf('hunter2') });
    const { tls, sasl } = clientOptions(await quietTelemetry(), connection);
    expect([tls?.ca, sasl?.mechanism, sasl?.username]).toEqual(['CERTIFICATE', 'SCRAM-SHA-512', 'events']);
    expect(typeof sasl?.password === 'function' && (await sasl.password())).toBe('hunter2');
    await rm(folder, { recursive: true });
  });
});

describe('a back-off', () => {
  test('grows with each attempt and stays within its bounds', () => {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const millis = backOffMillis(attempt, 100, 2000);
      expect(millis).toBeGreaterThanOrEqual(Math.min(2000, 100 * 2 ** attempt) / 2);
      expect(millis).toBeLessThanOrEqual(2000);
    }
  });
});
