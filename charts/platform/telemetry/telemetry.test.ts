import { describe, expect, test } from '@jest/globals';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { PERSONAL_VALUES, personalAttributes, personalKeyPattern } from '#catalog/telemetry.ts';
import { at, ENVIRONMENTS, listAt, theObject } from '#tests/support/charts.ts';
import { collectorSettings } from './collector.ts';
import { tempoSettings } from './tempo.ts';

/** RE2 says in the pattern what JavaScript says beside it. */
const [, pattern = ''] = /^\(\?i:(.*)\)$/.exec(personalKeyPattern(catalog)) ?? [];
const personal = new RegExp(pattern, 'i');
const settings = collectorSettings(catalog);

const camel = (name: string): string => name.replaceAll(/[._]([a-z])/g, (_, letter: string) => letter.toUpperCase());

describe('the collector', () => {
  test('deletes every field that the catalog calls personal, however its name is written', () => {
    expect(personalAttributes(catalog)).toEqual(expect.arrayContaining(['player_id', 'email', 'recipient', 'country']));
    for (const name of personalAttributes(catalog))
      for (const key of [name, camel(name), name.toUpperCase(), `event.${name}`, name.replaceAll('_', '.')])
        expect([key, personal.test(key)]).toEqual([key, true]);
  });

  test('leaves what says how a request went', () => {
    for (const key of ['http.route', 'http.response.status_code', 'service.name', 'db.system', 'messaging.batch.size'])
      expect([key, personal.test(key)]).toEqual([key, false]);
  });

  test('blanks values that are personal under any key', () => {
    const isBlanked = (value: string): boolean => PERSONAL_VALUES.some((pattern) => new RegExp(pattern).test(value));
    for (const value of ['sent to ada@example.org', 'from 203.0.113.7:443', 'Bearer eyJhbGciOi.eyJzdWIi.c2ln'])
      expect([value, isBlanked(value)]).toEqual([value, true]);
    for (const value of ['/v1/events', 'level_completed', '1.31.0', '12 ms']) expect(isBlanked(value)).toBe(false);
  });

  test('scrubs wherever attributes can stand, before anything is batched or sent', () => {
    const { processors, service } = settings;
    const statements = processors['transform/personal-keys'].trace_statements;
    expect(statements.map(({ context }) => context)).toEqual(['resource', 'scope', 'span', 'spanevent']);
    const order: readonly string[] = service.pipelines.traces.processors;
    expect(order).toEqual(
      [...order].sort((a, b) => Object.keys(processors).indexOf(a) - Object.keys(processors).indexOf(b)),
    );
    expect(order.at(-1)).toBe('batch');
    expect(Object.keys(service.pipelines)).toEqual(['traces']);
  });

  test.each(ENVIRONMENTS)('sends to the Tempo of %s, which opens that port', (environment) => {
    const ports = listAt(theObject(environment, 'Service', 'tempo'), 'spec', 'ports').map((port) => at(port, 'port'));
    const { port, hostname } = new URL(settings.exporters['otlphttp/tempo'].endpoint);
    expect(ports).toContain(Number(port));
    expect(hostname).toMatch(/^tempo\.observability\.svc/);
  });
});

test.each(ENVIRONMENTS)('Tempo of %s keeps traces for seven days in its own part of a bucket', (environment) => {
  const { compactor, storage } = tempoSettings(environmentNamed(catalog, environment));
  expect(compactor.compaction.block_retention).toBe('168h');
  expect(storage.trace.s3).toMatchObject({ prefix: 'tempo', region: 'us-east-1' });
  expect(storage.trace.s3.bucket).toMatch(new RegExp(`^gamemetrics-${environment}-\\d{12}-logs$`));
});
