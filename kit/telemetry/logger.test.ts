import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { errors } from '../errors.ts';
import { secretOf } from '../secrets.ts';
import { createLogger } from './logger.ts';
import { createTracing } from './tracing.ts';

function capture(personalFields: readonly string[] = []) {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const logger = createLogger({ service: 'probe', version: '1.2.3', level: 'info', personalFields, destination });
  return { logger, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}'), lines };
}

describe('a log line', () => {
  test('is JSON with time, level, service, version and message', () => {
    const { logger, last } = capture();
    logger.info({ count: 3n }, 'counted');
    expect(last()).toMatchObject({ level: 'info', service: 'probe', version: '1.2.3', count: '3', message: 'counted' });
    expect(last().time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  test.each(['email', 'player_id', 'playerId', 'PLAYER-ID', 'ip', 'authorization', 'password', 'api_key', 'X-Api-Key'])(
    'hides %s, however deep',
    (field) => {
      const { logger, lines } = capture();
      logger.info({ [field]: 'revealing', nested: [{ deeper: { [field]: 'revealing' } }] }, 'seen');
      expect(lines.at(-1)).toContain('"[hidden]"');
      expect(lines.at(-1)).not.toContain('revealing');
    },
  );

  test('hides the personal fields that the service declares', () => {
    const { logger, last } = capture(['clan_tag']);
    logger.info({ clan_tag: 'abc', other: 'kept' }, 'seen');
    expect(last()).toMatchObject({ clan_tag: '[hidden]', other: 'kept' });
  });

  test('of an error has type, code, problems and causes, and no other field of it', () => {
    const { logger, last, lines } = capture();
    const cause = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (email)=(a@b.c) exists' });
    logger.error({ error: errors.INTERNAL({ detail: 'Not stored.', cause }) }, 'failed');
    expect(last().error).toMatchObject({ type: 'AppError', code: 'INTERNAL', cause: { code: '23505' } });
    expect(lines.at(-1)).not.toContain('a@b.c');
  });

  test('writes what knows its own form in that form, secrets masked', () => {
    const { logger, last } = capture();
    logger.info({ at: new URL('http://host/path'), held: { secret_value: secretOf('hunter2') } }, 'seen');
    expect(last()).toMatchObject({ at: 'http://host/path', held: { secret_value: '[secret]' } });
  });

  test('stays bounded for what has no bounds itself', () => {
    const { logger, lines } = capture();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    logger.info({ circle, many: Array.from({ length: 10_000 }, (_, index) => index), bytes: Buffer.alloc(1e6) }, 'big');
    expect(lines.at(-1)?.length).toBeLessThan(2000);
  });

  test('carries the ids of the trace that it is written in', async () => {
    const { logger, last } = capture();
    const tracing = await createTracing({ service: 'probe', version: '1', environment: 'test', samplingRatio: 1 });
    await tracing.span('work', async (span) => {
      logger.info('inside');
      expect(last()).toMatchObject({ trace_id: span.spanContext().traceId, span_id: span.spanContext().spanId });
    });
    await tracing.stop();
  });
});
