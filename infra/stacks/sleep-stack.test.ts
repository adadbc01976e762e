import { describe, expect, test } from '@jest/globals';
import { names } from '#catalog/names.ts';
import { isAllowed } from '#tests/support/iam.ts';
import {
  ENVIRONMENTS,
  environmentOf,
  glanceAt,
  stackOf,
  stringsIn,
  synthesized,
  withEnvironment,
} from '#tests/support/infra.ts';
import { statementsOfRole } from '#tests/support/statements.ts';

const dev = environmentOf('dev');
const stack = stackOf('dev', 'sleep');
const schedules = stack.ofType('AWS::Scheduler::Schedule').map(({ id, Properties }) => {
  const { Arn, Input } = Properties.Target as { readonly Arn: unknown; readonly Input: unknown };
  return {
    id,
    api: stringsIn(Arn).join('').split('aws-sdk:').at(-1),
    input: stringsIn(Input).join(''),
    when: String(Properties.ScheduleExpression),
    zone: Properties.ScheduleExpressionTimezone,
  };
});
const minuteOf = (when: string): number => {
  const [, minute, hour] = /^cron\((\d+) (\d+) /.exec(when) ?? [];
  return Number(hour) * 60 + Number(minute);
};
const calls = (api: string) => schedules.filter((schedule) => schedule.api === api);
const sleepOf = (group: string) => schedules.find(({ id }) => id === `Sleep${group}`);

describe('dev sleeps', () => {
  test('outside of the hours of the catalog, on the clock of the catalog', () => {
    const { wakingHours } = dev;
    expect(wakingHours).toBeDefined();
    for (const { when, zone } of schedules) {
      expect(zone).toBe(wakingHours?.timeZone);
      expect(when).toMatch(
        new RegExp(`^cron\\(\\d+ (${wakingHours?.from}|${wakingHours?.to}) \\? \\* ${wakingHours?.days} \\*\\)$`),
      );
    }
  });

  test('with every node group at nothing, and back at the sizes of the catalog', () => {
    for (const [group, { min, desired, max }] of Object.entries(dev.nodeGroups)) {
      expect(sleepOf(group)?.input).toContain(`"MinSize":0,"DesiredSize":0,"MaxSize":${max}`);
      const wake = schedules.find(({ id }) => id === `Wake${group}`);
      expect(wake?.input).toContain(`"MinSize":${min},"DesiredSize":${desired},"MaxSize":${max}`);
    }
  });

  test('first the system nodes, where the autoscaler is, which would bring back what the others lose; all are told twice', () => {
    const system = minuteOf(sleepOf('system')?.when ?? '');
    for (const group of ['application', 'data'])
      expect(minuteOf(sleepOf(group)?.when ?? '')).toBeGreaterThanOrEqual(system + 15);
    expect(schedules.filter(({ id }) => id.startsWith('SleepAgain'))).toHaveLength(Object.keys(dev.nodeGroups).length);
  });

  test('the database longest: up before the nodes, down after them', () => {
    const nodes = calls('eks:updateNodegroupConfig').map(({ when }) => minuteOf(when));
    const [start] = calls('rds:startDBInstance');
    const [stop] = calls('rds:stopDBInstance');
    expect(minuteOf(start?.when ?? '')).toBeLessThan(Math.min(...nodes));
    expect(minuteOf(stop?.when ?? '')).toBeGreaterThanOrEqual(Math.max(...nodes));
  });

  test('by a role that may do this and nothing else, and that only these schedules take on', () => {
    const [role] = stack.ofType('AWS::IAM::Role');
    if (!role) throw new Error('There is no role.');
    const statements = statementsOfRole(stack, role);
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      'eks:UpdateNodegroupConfig',
      'rds:StartDBInstance',
      'rds:StopDBInstance',
    ]);
    expect(JSON.stringify(statements)).not.toContain('"*"');
    for (const action of ['rds:StopDBInstance', 'rds:DeleteDBInstance'])
      expect(isAllowed(statements, { action, resource: `arn:aws:rds:us-east-1:${dev.account}:db:another` })).toBe(
        false,
      );
    expect(JSON.stringify(role.Properties.AssumeRolePolicyDocument)).toContain(
      `schedule-group/${names.scheduleGroup(dev)}`,
    );
  });

  test('and somebody hears of it when AWS refuses', () => {
    const alarms = stack.properties('AWS::CloudWatch::Alarm');
    expect(alarms.map(({ MetricName }) => MetricName)).toEqual(['TargetErrorCount', 'InvocationDroppedCount']);
    for (const { AlarmActions } of alarms) expect(JSON.stringify(AlarmActions)).toContain('gamemetrics-dev-alarms:');
  });

  test('at a glance', () => {
    expect(glanceAt(stack, { 'AWS::Scheduler::Schedule': ['ScheduleExpression'] })).toMatchSnapshot();
  });
});

test('an environment without waking hours is always awake', () => {
  for (const name of ENVIRONMENTS.filter((each) => environmentOf(each).wakingHours === undefined))
    expect(synthesized(name).filter(({ stackName }) => stackName.includes('sleep'))).toEqual([]);
  const { wakingHours: _hours, ...rest } = dev;
  const base = withEnvironment('dev', {});
  const facts = { ...base, environments: base.environments.map((each) => (each.name === 'dev' ? rest : each)) };
  expect(synthesized('dev', facts).some(({ stackName }) => stackName.includes('sleep'))).toBe(false);
});
