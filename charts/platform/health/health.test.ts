import { describe, expect, test } from '@jest/globals';
import { catalog } from '#catalog/index.ts';
import { at, ENVIRONMENTS, manifestsIn, theObject } from '#tests/support/charts.ts';
import { luaLiteral, statusesOf } from '#tests/support/lua.ts';
import { type Decision, decisionOf, HEALTH, HEALTH_CHECKS } from './index.ts';

const metadata = { name: 'x', generation: 2 };
const condition = (type: string, status: string) => ({
  metadata,
  status: {
    observedGeneration: 2,
    conditions: [
      { type: 'Other', status: 'False' },
      { type, status, message: 'so' },
    ],
  },
});
const phase = (word: string) => ({ metadata, status: { phase: word } });

type Case = readonly [state: string, object: object, health: string];

/** For each kind with a script every state that it tells apart. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  'argoproj.io/Application': [
    ['healthy', { metadata, status: { health: { status: 'Healthy' } } }, 'Healthy'],
    ['with a broken part', { metadata, status: { health: { status: 'Degraded', message: 'x' } } }, 'Degraded'],
    ['not compared yet', { metadata, status: { sync: { status: 'Unknown' } } }, 'Progressing'],
  ],
  'argoproj.io/Rollout': [
    ['done', phase('Healthy'), 'Healthy'],
    ['under way', phase('Progressing'), 'Progressing'],
    ['waiting for a person', phase('Paused'), 'Suspended'],
    ['aborted', phase('Degraded'), 'Degraded'],
    ['of an older version', { metadata, status: { phase: 'Healthy', observedGeneration: '1' } }, 'Progressing'],
  ],
  'kafka.strimzi.io/KafkaRebalance': [
    ['waiting for approval', condition('ProposalReady', 'True'), 'Suspended'],
    ['under way', condition('Rebalancing', 'True'), 'Progressing'],
    ['done', condition('Ready', 'True'), 'Healthy'],
    ['failed', condition('NotReady', 'True'), 'Degraded'],
  ],
  'monitoring.coreos.com/Prometheus': [
    ['available', condition('Available', 'True'), 'Healthy'],
    ['starting', condition('Available', 'False'), 'Progressing'],
    ['degraded by an unknown word', condition('Available', 'Degraded'), 'Progressing'],
  ],
  'policies.kyverno.io/ValidatingPolicy': [
    ['ready', { metadata, status: { conditionStatus: { ready: true } } }, 'Healthy'],
    ['refused', { metadata, status: { conditionStatus: { ready: false } } }, 'Degraded'],
    ['undecided', { metadata, status: { conditionStatus: {} } }, 'Progressing'],
  ],
  'policies.kyverno.io/ImageValidatingPolicy': [
    ['ready', { metadata, status: { conditionStatus: { ready: true } } }, 'Healthy'],
    ['refused', { metadata, status: { conditionStatus: { ready: false } } }, 'Degraded'],
    ['undecided', { metadata, status: { autogen: {} } }, 'Progressing'],
  ],
  'postgresql.cnpg.io/Database': [
    ['made', { metadata, status: { applied: true, observedGeneration: 2 } }, 'Healthy'],
    ['refused', { metadata, status: { applied: false, message: 'no such owner' } }, 'Degraded'],
    ['made as it was before', { metadata, status: { applied: true, observedGeneration: 1 } }, 'Progressing'],
  ],
  'postgresql.cnpg.io/Pooler': [
    ['complete', { metadata, spec: { instances: 2 }, status: { instances: 2 } }, 'Healthy'],
    ['growing', { metadata, spec: { instances: 2 }, status: { instances: 1 } }, 'Progressing'],
    ['with no instance', { metadata, spec: { instances: 2 }, status: {} }, 'Progressing'],
  ],
  'velero.io/BackupStorageLocation': [
    ['reachable', phase('Available'), 'Healthy'],
    ['unreachable', phase('Unavailable'), 'Degraded'],
    ['of an unknown phase', phase('Later'), 'Progressing'],
  ],
  'velero.io/Schedule': [
    ['accepted', phase('Enabled'), 'Healthy'],
    ['refused', phase('FailedValidation'), 'Degraded'],
    ['new', phase('New'), 'Progressing'],
  ],
};

const STRIMZI: readonly Case[] = [
  ['ready', condition('Ready', 'True'), 'Healthy'],
  ['broken', condition('NotReady', 'True'), 'Degraded'],
  ['paused', condition('ReconciliationPaused', 'True'), 'Suspended'],
  ['of an older version', { ...condition('Ready', 'True'), metadata: { ...metadata, generation: 3 } }, 'Progressing'],
];

const readyOr = (whenFalse: string): readonly Case[] => [
  ['ready', condition('Ready', 'True'), 'Healthy'],
  ['not ready', condition('Ready', 'False'), whenFalse],
  ['undecided', condition('Ready', 'Unknown'), 'Progressing'],
  ['of an older version', { ...condition('Ready', 'True'), metadata: { ...metadata, generation: 3 } }, 'Progressing'],
];

/** Waiting is ordinary for what is being made, and a fault for what should answer at once. */
const MADE_SLOWLY = ['cert-manager.io/Certificate', 'postgresql.cnpg.io/Cluster'];

function casesOf(groupKind: string): readonly Case[] {
  const own = CASES[groupKind];
  if (own) return own;
  if (groupKind.startsWith('kafka.strimzi.io/')) return STRIMZI;
  return readyOr(MADE_SLOWLY.includes(groupKind) ? 'Progressing' : 'Degraded');
}

const groups = catalog.operators.flatMap(({ apiGroups }) => apiGroups);

const scripted = Object.entries<Decision>(HEALTH).flatMap(([groupKind, decision]) =>
  'script' in decision ? [[groupKind, decision.script] as const] : [],
);

describe('what Argo CD waits for', () => {
  const runs = scripted.flatMap(([groupKind, script]) =>
    [...casesOf(groupKind), ['untouched', { metadata }, 'Progressing'] as const].map(([state, object, health]) => ({
      groupKind,
      state,
      health,
      program: `obj = ${luaLiteral(object)}\n${script}`,
    })),
  );

  test('each script tells the states apart that its operator writes', () => {
    const statuses = statusesOf(runs.map(({ program }) => program));
    const expected = runs.map(({ groupKind, state, health }) => `${groupKind} ${state}: ${health}`);
    expect(runs.map(({ groupKind, state }, index) => `${groupKind} ${state}: ${statuses[index]}`)).toEqual(expected);
    for (const [groupKind] of scripted)
      expect(
        new Set(runs.filter((run) => run.groupKind === groupKind).map(({ health }) => health)).size,
      ).toBeGreaterThan(1);
  });

  test('a kind without a script says why it has none', () => {
    for (const [groupKind, decision] of Object.entries<Decision>(HEALTH))
      if ('none' in decision) expect(`${groupKind}: ${decision.none}`).toMatch(/: \S.{5,}/);
  });

  test.each(ENVIRONMENTS)('every custom kind of %s is decided on', (environment) => {
    const custom = manifestsIn(environment)
      .map(({ apiVersion, kind }) => `${apiVersion.split('/')[0]}/${kind}`)
      .filter((groupKind) => groups.includes(groupKind.split('/')[0] ?? ''));
    expect(custom.length).toBeGreaterThan(5);
    expect([...new Set(custom)].filter((one) => decisionOf(one) === undefined)).toEqual([]);
  });

  test.each(ENVIRONMENTS)('Argo CD of %s has each script under its name', (environment) => {
    const values = at(
      theObject(environment, 'Application', 'operator-argo-cd'),
      'spec',
      'source',
      'helm',
      'valuesObject',
    );
    expect(at(values, 'configs', 'cm')).toMatchObject(HEALTH_CHECKS);
    expect(Object.keys(HEALTH_CHECKS)).toContain('resource.customizations.health.kafka.strimzi.io_Kafka');
    expect(Object.keys(HEALTH_CHECKS)).toHaveLength(scripted.length);
  });
});
