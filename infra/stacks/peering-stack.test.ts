import { describe, expect, test } from '@jest/globals';
import { standbyOf } from '#catalog/environments/index.ts';
import { names } from '#catalog/names.ts';
import { REPLICATION_LISTENERS, subnetCidrs } from '#catalog/network.ts';
import { ENVIRONMENTS, environmentOf, recoveryStackOf, stackOf, synthesized } from '#tests/support/infra.ts';

const prod = environmentOf('prod');
const [standby] = standbyOf(prod);
if (!standby) throw new Error('prod has no recovery region.');

const home = stackOf('prod', 'peering');
const away = recoveryStackOf('peering');
const ports = REPLICATION_LISTENERS.map(({ port }) => port);

describe('the way between the regions', () => {
  test('is asked for by the first region, of the network that the other region made', () => {
    expect(home.only('AWS::EC2::VPCPeeringConnection')).toMatchObject({
      PeerRegion: standby.region,
      PeerVpcId: {
        'Fn::GetStackOutput': {
          StackName: names.stack(standby, 'network'),
          OutputName: 'VpcId',
          Region: standby.region,
        },
      },
    });
    expect(recoveryStackOf('network').json.Outputs).toHaveProperty('VpcId');
    expect(home.dependencies).toContain(names.stack(standby, 'network'));
    expect(away.dependencies).toContain(names.stack(prod, 'peering'));
    expect(home.json.Outputs).toHaveProperty('ConnectionId');
  });

  test.each([
    ['there', home, standby],
    ['back', away, prod],
  ] as const)('leads %s from every private subnet, and from no other', (_, stack, peer) => {
    const routes = stack.properties('AWS::EC2::Route');
    expect(routes).toHaveLength(peer.zones.length);
    expect(new Set(routes.map(({ DestinationCidrBlock }) => DestinationCidrBlock))).toEqual(
      new Set([peer.network.cidr]),
    );
    for (const { RouteTableId } of routes) expect(JSON.stringify(RouteTableId)).toContain('VpcprivateSubnet');
  });

  test("lets the recovery region's nodes reach the listeners for replication through balancers, and nothing else", () => {
    const { SecurityGroupIngress, Tags } = home.only('AWS::EC2::SecurityGroup');
    const expected = ports.flatMap((port) =>
      subnetCidrs(standby, 'private').map((CidrIp) => ({ CidrIp, FromPort: port, ToPort: port })),
    );
    expect(SecurityGroupIngress).toHaveLength(expected.length);
    for (const rule of expected) expect(SecurityGroupIngress).toContainEqual(expect.objectContaining(rule));
    expect(Tags).toContainEqual({ Key: 'Name', Value: names.replicationGroup(prod) });
  });

  test('lets those balancers, and no address, through to the pods', () => {
    const rules = home.properties('AWS::EC2::SecurityGroupIngress');
    expect(rules.map(({ FromPort }) => FromPort)).toEqual(ports);
    for (const rule of rules) {
      expect(JSON.stringify(rule.SourceSecurityGroupId)).toContain('Balancers');
      expect(rule).not.toHaveProperty('CidrIp');
    }
    expect(home.properties('AWS::EC2::SecurityGroupEgress').map(({ FromPort }) => FromPort)).toEqual(ports);
  });

  test('lets nothing into the recovery region', () => {
    expect(away.ofType('AWS::EC2::SecurityGroup')).toEqual([]);
    expect(away.ofType('AWS::EC2::SecurityGroupIngress')).toEqual([]);
  });

  test('is there only where there are two regions', () => {
    for (const name of ENVIRONMENTS.filter((each) => environmentOf(each).recovery === undefined))
      expect(synthesized(name).filter(({ stackName }) => stackName.includes('peering'))).toEqual([]);
  });
});

test('the recovery region watches what is awake there, with a topic that outlives the first region', () => {
  const stack = recoveryStackOf('alarms');
  const alarms = stack.properties('AWS::CloudWatch::Alarm').map(({ AlarmName }) => String(AlarmName));
  for (const alarm of ['database-replica-lag', 'database-storage', 'cache-memory', 'nat-ports', 'copies-late'])
    expect(alarms).toContain(names.alarm(standby, alarm));
  expect(stack.only('AWS::SNS::Topic').TopicName).toBe(names.alertTopic(standby));
  expect(JSON.stringify(stack.json)).not.toContain('us-east-1');
  const late = stack
    .properties('AWS::CloudWatch::Alarm')
    .find(({ AlarmName }) => String(AlarmName).endsWith('copies-late'));
  for (const bucket of ['archive', 'backups', 'velero', 'audit'])
    expect(JSON.stringify(late)).toContain(names.bucket(standby, bucket));
});
