import { describe, expect, test } from '@jest/globals';
import { ENVIRONMENTS, environmentOf, glanceAt, stackOf, withEnvironment } from '#tests/support/infra.ts';

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmActions: readonly unknown[];
  readonly OKActions: readonly unknown[];
  readonly Threshold: number;
  readonly Metrics?: readonly { readonly Expression?: string; readonly MetricStat?: unknown }[];
  readonly AlarmDescription: string;
}

describe.each(ENVIRONMENTS)('the alarms of %s', (name) => {
  const environment = environmentOf(name);
  const stack = stackOf(name, 'alarms');
  const alarms = stack.properties('AWS::CloudWatch::Alarm') as unknown as readonly Alarm[];
  const alarmNamed = (alarm: string): Alarm | undefined =>
    alarms.find(({ AlarmName }) => AlarmName === `gamemetrics-${name}-${alarm}`);

  test('watch every instance of PostgreSQL: processor, storage, connections, memory', () => {
    const suffixes = ['', ...Array.from({ length: environment.database.readReplicas }, (_, n) => `-replica-${n + 1}`)];
    for (const suffix of suffixes)
      for (const part of ['cpu', 'storage', 'connections', 'memory'])
        expect(alarmNamed(`database-${part}${suffix}`)).toBeDefined();
  });

  test('watch the lag of each read replica, and of who reads the write-ahead log', () => {
    const lagging = alarms.filter(({ AlarmName }) => AlarmName.includes('database-replica-lag'));
    expect(lagging).toHaveLength(environment.database.readReplicas);
    expect(alarmNamed('database-slot-lag')).toBeDefined();
  });

  test('watch every node of the cache by its worst', () => {
    const { shards, replicasPerShard } = environment.cache;
    const nodes = shards * (replicasPerShard + 1);
    const cpu = alarmNamed('cache-cpu');
    expect(cpu?.Metrics?.filter(({ MetricStat }) => MetricStat) ?? [cpu]).toHaveLength(nodes);
    expect(alarmNamed('cache-replica-lag') !== undefined).toBe(replicasPerShard > 0);
  });

  test('watch the way out of the private subnets', () => {
    const expected = environment.network.nat.kind === 'gateways' ? ['nat-ports', 'nat-drops'] : ['nat-status'];
    for (const alarm of expected) expect(alarmNamed(alarm)).toBeDefined();
  });

  test('tell the topic when they start and when they end, and say what they mean', () => {
    const topic = { Ref: stack.ofType('AWS::SNS::Topic')[0]?.id };
    for (const { AlarmActions, OKActions, AlarmDescription } of alarms) {
      expect([AlarmActions, OKActions]).toEqual([[topic], [topic]]);
      expect(AlarmDescription.length).toBeGreaterThan(40);
    }
  });

  test('have a topic that is encrypted under our key, takes TLS only, and only services of this account', () => {
    expect(stack.only('AWS::SNS::Topic').KmsMasterKeyId).toBeDefined();
    const { Statement } = stack.only('AWS::SNS::TopicPolicy').PolicyDocument as { Statement: object[] };
    expect(Statement).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        expect.objectContaining({ Condition: { StringEquals: { 'aws:SourceAccount': environment.account } } }),
      ]),
    );
  });

  test("the budget is the catalog's, and warns at 80 %, at 100 %, and when 100 % are foreseen", () => {
    const budget = stack.only('AWS::Budgets::Budget');
    expect(budget.Budget).toMatchObject({
      BudgetLimit: { Amount: environment.budget.maxUsd, Unit: 'USD' },
      TimeUnit: 'MONTHLY',
      CostFilters: { Region: [environment.region, 'global'] },
    });
    const notifications = budget.NotificationsWithSubscribers as readonly { Notification: object }[];
    expect(notifications.map(({ Notification }) => Notification)).toMatchObject([
      { NotificationType: 'ACTUAL', Threshold: 80 },
      { NotificationType: 'ACTUAL', Threshold: 100 },
      { NotificationType: 'FORECASTED', Threshold: 100 },
    ]);
  });
});

test('connections are measured against what the instance class allows', () => {
  const { database } = environmentOf('prod');
  const limit = (instanceType: string): unknown =>
    stackOf('prod', 'alarms', withEnvironment('prod', { database: { ...database, instanceType } }))
      .properties('AWS::CloudWatch::Alarm')
      .find(({ AlarmName }) => AlarmName === 'gamemetrics-prod-database-connections')?.Threshold;
  // 4 GiB / 9,531,392 = 450 connections, of which 80 %.
  expect(limit('t4g.medium')).toBe(360);
  expect(limit('t4g.large')).toBe(720);
});

test('a class whose memory nobody wrote down does not synthesize, and the message says where to write it', () => {
  const { database } = environmentOf('dev');
  const facts = withEnvironment('dev', { database: { ...database, instanceType: 'x9z.large' } });
  expect(() => stackOf('dev', 'alarms', facts)).toThrow(/db\.x9z\.large.*infra\/constructs\/alarm-rows\.ts/s);
});

test.each(['dev', 'prod'] as const)('the alarms of %s at a glance', (name) => {
  expect(glanceAt(stackOf(name, 'alarms'), { 'AWS::CloudWatch::Alarm': ['AlarmName', 'Threshold'] })).toMatchSnapshot();
});
