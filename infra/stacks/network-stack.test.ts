import { describe, expect, test } from '@jest/globals';
import { names } from '#catalog/names.ts';
import { SUBNET_TIERS, subnetCidrs } from '#catalog/network.ts';
import {
  ENVIRONMENTS,
  environmentOf,
  glanceAt,
  type SynthesizedTemplate,
  stackOf,
  stringsIn,
  withEnvironment,
} from '#tests/support/infra.ts';

const subnets = (network: SynthesizedTemplate) => network.properties('AWS::EC2::Subnet');

/** Ids of the route tables that a tier's subnets use. */
function routeTables(network: SynthesizedTemplate, tier: string): readonly string[] {
  return network.ofType('AWS::EC2::RouteTable').flatMap(({ id }) => (id.startsWith(`Vpc${tier}`) ? [id] : []));
}

describe.each(ENVIRONMENTS)('the network of %s', (name) => {
  const environment = environmentOf(name);
  const network = stackOf(name, 'network');

  test('has public, private and isolated subnets in three zones, at the addresses of the catalog', () => {
    const planned = SUBNET_TIERS.flatMap(({ name: tier }) =>
      subnetCidrs(environment, tier).map((CidrBlock, index) => ({
        CidrBlock,
        AvailabilityZoneId: environment.zones[index]?.id,
      })),
    );
    expect(planned).toHaveLength(9);
    expect(subnets(network)).toEqual(planned.map((subnet) => expect.objectContaining(subnet)));
  });

  test('carries the tags by which the load balancer controller finds it', () => {
    const tags = network.properties('AWS::EC2::VPC').map(({ Tags }) => Tags);
    const wanted = Object.entries(names.networkTags(environment)).map(([Key, Value]) => ({ Key, Value }));
    expect(tags).toEqual([expect.arrayContaining(wanted)]);
  });

  test('pins zones by id and never by a name, which differs between accounts', () => {
    expect(subnets(network).filter((subnet) => 'AvailabilityZone' in subnet)).toEqual([]);
    const zoneNames = environment.zones.map((zone) => zone.name);
    expect(stringsIn(network.json).filter((text) => zoneNames.includes(text))).toEqual([]);
  });

  test('gives no instance a public address by itself', () => {
    expect(subnets(network).map(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch)).toEqual(Array(9).fill(false));
  });

  test('has the NAT gateways that the catalog says, or one instance in their place', () => {
    const { nat } = environment.network;
    expect(network.ofType('AWS::EC2::NatGateway')).toHaveLength(nat.kind === 'gateways' ? nat.count : 0);
    expect(network.properties('AWS::EC2::Instance').map(({ InstanceType }) => InstanceType)).toEqual(
      nat.kind === 'instance' ? [nat.instanceType] : [],
    );
  });

  test('leads private subnets to the internet through NAT only, and isolated ones nowhere', () => {
    const routes = network.properties('AWS::EC2::Route');
    const targets = (tier: string) =>
      routes
        .filter(({ RouteTableId }) => routeTables(network, tier).includes((RouteTableId as { Ref: string }).Ref))
        .map((route) => ['NatGatewayId', 'InstanceId', 'GatewayId'].filter((target) => target in route));
    const way = environment.network.nat.kind === 'gateways' ? 'NatGatewayId' : 'InstanceId';
    expect(targets('private')).toEqual(Array(3).fill([way]));
    expect(targets('public')).toEqual(Array(3).fill(['GatewayId']));
    expect(targets('isolated')).toEqual([]);
  });

  test('reaches S3 through a gateway endpoint from every subnet', () => {
    const endpoint = network.only('AWS::EC2::VPCEndpoint');
    expect(endpoint).toMatchObject({ VpcEndpointType: 'Gateway' });
    expect(endpoint.RouteTableIds).toHaveLength(9);
  });

  test('logs every flow and keeps the log as long as the catalog says', () => {
    expect(network.only('AWS::EC2::FlowLog')).toMatchObject({ ResourceType: 'VPC', TrafficType: 'ALL' });
    expect(network.only('AWS::Logs::LogGroup')).toMatchObject({
      LogGroupName: `/gamemetrics/${name}/flow-logs`,
      RetentionInDays: environment.network.flowLogRetentionDays,
    });
  });

  test('closes the default security group, and closes it again every day', () => {
    const group = { 'Fn::GetAtt': [expect.stringMatching(/^Vpc/), 'DefaultSecurityGroup'] };
    expect(network.only('AWS::SSM::Association')).toMatchObject({
      Name: 'AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules',
      ScheduleExpression: 'rate(1 day)',
      Parameters: { GroupId: [group] },
    });
  });

  test('lets that runbook change the default group and no other', () => {
    const role = network
      .properties('AWS::IAM::Role')
      .find((each) => JSON.stringify(each).includes('ssm.amazonaws.com'));
    const revoke = expect.objectContaining({
      Action: ['ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'],
      Resource: { 'Fn::Join': ['', [expect.stringMatching(/:security-group\/$/), expect.objectContaining({})]] },
    });
    expect(role).toMatchObject({
      Policies: [{ PolicyDocument: { Statement: expect.arrayContaining([revoke]) } }],
    });
  });

  test('lets nothing in through the group that workloads wear', () => {
    const workloads = network
      .ofType('AWS::EC2::SecurityGroup')
      .find(({ Properties }) => Properties.GroupDescription === 'Nodes and the pods on them');
    expect(workloads?.Properties).not.toHaveProperty('SecurityGroupIngress');
    expect(network.ofType('AWS::EC2::SecurityGroupIngress')).toEqual([]);
  });

  test('marks the subnets in which the load balancer controller may place balancers', () => {
    const tagged = (key: string) =>
      subnets(network)
        .filter(({ Tags }) => JSON.stringify(Tags).includes(`"${key}"`))
        .map(({ CidrBlock }) => CidrBlock);
    expect(tagged('kubernetes.io/role/elb')).toEqual(subnetCidrs(environment, 'public'));
    expect(tagged('kubernetes.io/role/internal-elb')).toEqual(subnetCidrs(environment, 'private'));
  });
});

test('a NAT instance lets in the VPC alone, has an encrypted disk and stands in a public subnet', () => {
  const network = stackOf('dev', 'network');
  const group = network
    .properties('AWS::EC2::SecurityGroup')
    .find(({ GroupDescription }) => GroupDescription === 'Security Group for NAT instances');
  expect(group?.SecurityGroupIngress).toEqual([expect.objectContaining({ CidrIp: '10.10.0.0/16', IpProtocol: '-1' })]);
  expect(network.only('AWS::EC2::Instance')).toMatchObject({
    SourceDestCheck: false,
    BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
    CreditSpecification: { CPUCredits: 'standard' },
    NetworkInterfaces: [{ AssociatePublicIpAddress: true }],
  });
});

test('prod has a NAT gateway in every zone, so that the loss of a zone cuts off that zone only', () => {
  const subnets = stackOf('prod', 'network')
    .properties('AWS::EC2::NatGateway')
    .map(({ SubnetId }) => JSON.stringify(SubnetId));
  expect(new Set(subnets).size).toBe(3);
});

test('the network has the interface endpoints that the catalog finds worth their price', () => {
  const { network } = environmentOf('dev');
  const facts = withEnvironment('dev', { network: { ...network, interfaceEndpoints: ['sts', 'secretsmanager'] } });
  const endpoints = stackOf('dev', 'network', facts).properties('AWS::EC2::VPCEndpoint');
  const services = endpoints
    .filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface')
    .map(({ ServiceName }) => ServiceName);
  expect(services).toEqual(['com.amazonaws.us-east-1.sts', 'com.amazonaws.us-east-1.secretsmanager']);
});

test.each(['dev', 'prod'] as const)('the network of %s at a glance', (name) => {
  expect(
    glanceAt(stackOf(name, 'network'), {
      'AWS::EC2::Subnet': ['CidrBlock', 'AvailabilityZoneId'],
      'AWS::Logs::LogGroup': ['RetentionInDays'],
    }),
  ).toMatchSnapshot();
});
