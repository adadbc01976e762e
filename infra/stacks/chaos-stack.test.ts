import { describe, expect, test } from '@jest/globals';
import { survivesZoneLoss } from '#catalog/environments/index.ts';
import { zoneLoss } from '#chaos/experiments/zone-loss.ts';
import { ENVIRONMENTS, environmentOf, glanceAt, stackOf, synthesized } from '#tests/support/infra.ts';
import { statementsOfRole } from '#tests/support/statements.ts';

interface Target {
  readonly ResourceType: string;
  readonly ResourceTags?: Readonly<Record<string, string>>;
  readonly Filters?: readonly unknown[];
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

interface Action {
  readonly ActionId: string;
  readonly Parameters: Readonly<Record<string, string>>;
}

describe('the loss of a zone in prod', () => {
  const chaos = stackOf('prod', 'chaos');
  const template = chaos.only('AWS::FIS::ExperimentTemplate');
  const targets = template.Targets as Readonly<Record<string, Target>>;
  const actions = Object.values(template.Actions as Readonly<Record<string, Action>>);
  const zone = environmentOf('prod').zones[zoneLoss.fault.zone];

  test('disconnects the zone, stops its nodes, fails over the database and interrupts the cache', () => {
    expect(actions.map(({ ActionId }) => ActionId).sort()).toEqual([
      'aws:ec2:stop-instances',
      'aws:elasticache:replicationgroup-interrupt-az-power',
      'aws:network:disrupt-connectivity',
      'aws:rds:reboot-db-instances',
    ]);
  });

  test('lasts as long as the experiment says, and ends by itself', () => {
    const durations = actions.flatMap(({ Parameters }) => [
      Parameters.duration ?? Parameters.startInstancesAfterDuration ?? [],
    ]);
    expect(durations.flat()).toEqual(Array(3).fill(`PT${zoneLoss.durationMinutes}M`));
  });

  test('reaches one zone, and in it this environment only', () => {
    expect(targets.subnets?.Parameters).toMatchObject({ availabilityZoneIdentifier: zone.id });
    expect(targets.cache?.Parameters).toEqual({ availabilityZoneIdentifier: zone.id });
    expect(targets.nodes).toMatchObject({
      ResourceTags: { 'eks:cluster-name': 'gamemetrics-prod' },
      Filters: expect.arrayContaining([{ Path: 'Placement.AvailabilityZone', Values: [zone.name] }]),
    });
  });

  test('is called off when people outside see server errors', () => {
    const alarms = chaos.ofType('AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(2);
    expect(template.StopConditions).toEqual(
      alarms.map(({ id }) => ({ Source: 'aws:cloudwatch:alarm', Value: { 'Fn::GetAtt': [id, 'Arn'] } })),
    );
    for (const { Properties } of alarms)
      expect(Properties).toMatchObject({
        Threshold: zoneLoss.abort.serverErrorsPerMinute,
        EvaluationPeriods: zoneLoss.abort.minutes,
      });
  });

  test('names the alert that must fire', () => {
    expect(template.Description).toContain(zoneLoss.alert);
  });

  test('may change only what it targets: its own ACLs, the nodes of the cluster, this database and this cache', () => {
    const [role] = chaos.ofType('AWS::IAM::Role');
    if (!role) throw new Error('The experiment has no role.');
    const changing = statementsOfRole(chaos, role).filter(({ Action }) =>
      Action.some((action) => !/:(Describe|Get|List)|^logs:/.test(action)),
    );
    for (const { Resource, Condition } of changing)
      expect(Condition !== undefined || !JSON.stringify(Resource).includes('/*')).toBe(true);
    expect(changing.length).toBeGreaterThan(4);
  });
});

test.each(ENVIRONMENTS)('%s has the experiment if it has three of everything, and only then', (name) => {
  const templates = synthesized(name).flatMap((stack) => stack.ofType('AWS::FIS::ExperimentTemplate'));
  expect(templates.length > 0).toBe(survivesZoneLoss(environmentOf(name)));
});

test('the experiments of prod at a glance', () => {
  expect(
    glanceAt(stackOf('prod', 'chaos'), { 'AWS::CloudWatch::Alarm': ['AlarmName', 'Threshold'] }),
  ).toMatchSnapshot();
});
