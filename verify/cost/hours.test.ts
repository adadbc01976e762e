import { describe, expect, test } from '@jest/globals';
import { type Resources, stackWith } from '#tests/support/assembly.ts';
import { hoursNote, minutesOf, shareAwake, shareOn } from './hours.ts';
import { Prices } from './prices/price.ts';

const DAY = 24 * 60;

const call = (api: string, input: unknown, expression: string): Resources[string] => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    ScheduleExpression: expression,
    Target: { Arn: { 'Fn::Join': ['', ['arn:', ':scheduler:::aws-sdk:', api]] }, Input: input },
  },
});

const NAME = { 'Fn::ImportValue': 'dev-cluster:NodesName' };
const sized = (size: number) => ({
  'Fn::Join': ['', ['{"NodegroupName":"', NAME, `","ScalingConfig":{"MinSize":0,"DesiredSize":${size}}}`]],
});

function shareOf(schedules: Resources): number {
  const cluster = stackWith({ Nodes: { Type: 'AWS::EKS::Nodegroup', Properties: {} } }, { name: 'dev-cluster' });
  const outputs = {
    Name: { Value: { 'Fn::GetAtt': ['Nodes', 'NodegroupName'] }, Export: { Name: 'dev-cluster:NodesName' } },
  };
  const stacks = [
    { ...cluster, template: { ...cluster.template, Outputs: outputs } },
    stackWith(schedules, { name: 'dev-sleep' }),
  ];
  const load = { events: { average: 0, peak: 0 } };
  const costing = { stacks, everywhere: stacks, prices: new Prices(undefined), load };
  const [nodes] = cluster.resources;
  if (!nodes) throw new Error('There are no nodes.');
  return shareAwake(nodes, costing as unknown as Parameters<typeof shareAwake>[1]);
}

describe('a resource that schedules put to sleep', () => {
  const wake = call('eks:updateNodegroupConfig', sized(2), 'cron(15 7 ? * MON-FRI *)');
  const sleep = call('eks:updateNodegroupConfig', sized(0), 'cron(15 20 ? * MON-FRI *)');

  test('is paid for from the call that wakes it to the call that puts it to sleep', () => {
    expect(shareOf({ wake, sleep })).toBeCloseTo((5 * 13) / 168, 9);
  });

  test('is told to sleep twice at no change of its price', () => {
    const again = call('eks:updateNodegroupConfig', sized(0), 'cron(45 20 ? * MON-FRI *)');
    expect(shareOf({ wake, sleep, again })).toBeCloseTo((5 * 13) / 168, 9);
  });

  test('is paid for all the time when nothing puts it to sleep, or something else is', () => {
    expect(shareOf({})).toBe(1);
    expect(shareOf({ wake })).toBe(1);
    const other = call('eks:updateNodegroupConfig', '{"NodegroupName":"other"}', 'cron(0 20 ? * MON *)');
    expect(shareOf({ other })).toBe(1);
  });
});

test.each([
  ['cron(0 7 ? * MON *)', [7 * 60]],
  ['cron(30 20 ? * SAT-SUN *)', [5 * DAY + 20 * 60 + 30, 6 * DAY + 20 * 60 + 30]],
  ['rate(5 minutes)', []],
])('%s calls at %j of the week', (expression, minutes) => expect(minutesOf(expression)).toEqual(minutes));

test('a share of the week is said in hours, and nothing is said of what never sleeps', () => {
  expect(hoursNote(65 / 168)).toBe(', awake 65 of 168 hours a week');
  expect(hoursNote(1)).toBe('');
  expect(
    shareOn([
      { minute: 0, on: true },
      { minute: 7 * DAY - 60, on: false },
    ]),
  ).toBeCloseTo(167 / 168, 9);
});
