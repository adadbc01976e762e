import { describe, expect, test } from '@jest/globals';
import { catalog, environmentNamed, serviceNamed } from '#catalog/index.ts';
import { experiments, experimentsFor } from './index.ts';

describe.each(experiments)('the experiment $name', (experiment) => {
  test('supposes that objectives of the catalog are kept', () => {
    expect(experiment.hypothesis.length).toBeGreaterThan(0);
    for (const { service, objective } of experiment.hypothesis)
      expect(serviceNamed(catalog, service).objectives.map(({ name }) => name)).toContain(objective);
  });

  test('ends by itself, and is called off before it does if people outside see errors', () => {
    expect(experiment.abort.minutes).toBeLessThan(experiment.durationMinutes);
    expect(experiment.abort.serverErrorsPerMinute).toBeGreaterThan(0);
  });

  test('names an alert as alerts are named', () => {
    expect(experiment.alert).toMatch(/^([A-Z][a-z0-9]+)+$/);
  });
});

test('a zone is lost only where three of everything stand: in prod', () => {
  const named = (name: string) => experimentsFor(environmentNamed(catalog, name)).map((each) => each.name);
  expect([named('dev'), named('staging'), named('prod')]).toEqual([[], [], ['zone-loss']]);
});
