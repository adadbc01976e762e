import { describe, expect, test } from '@jest/globals';
import { EKS_ADD_ONS } from '#catalog/environments/index.ts';
import type { NodeGroupName } from '#catalog/index.ts';
import { EVICTION_MIB, KUBELET_RESERVED, PODS_PER_NODE } from '#catalog/nodes.ts';
import {
  ENVIRONMENTS,
  environmentOf,
  glanceAt,
  type Resource,
  type SynthesizedTemplate,
  stackOf,
} from '#tests/support/infra.ts';

const GROUPS = ['system', 'application', 'data'] as const satisfies readonly NodeGroupName[];

function groupOf(cluster: SynthesizedTemplate, group: NodeGroupName): Resource {
  const found = cluster
    .ofType('AWS::EKS::Nodegroup')
    .find(({ Properties }) => JSON.stringify(Properties.Labels) === JSON.stringify({ 'gamemetrics/pool': group }));
  if (!found) throw new Error(`${cluster.stackName} has no group ${group}.`);
  return found;
}

function templateOf(cluster: SynthesizedTemplate, group: NodeGroupName): Readonly<Record<string, unknown>> {
  const { Id } = groupOf(cluster, group).Properties.LaunchTemplate as { Id: { Ref: string } };
  const found = cluster.resources.find(({ id }) => id === Id.Ref);
  return (found?.Properties.LaunchTemplateData ?? {}) as Readonly<Record<string, unknown>>;
}

const addOn = (cluster: SynthesizedTemplate, name: string): Resource | undefined =>
  cluster.ofType('AWS::EKS::Addon').find(({ Properties }) => Properties.AddonName === name);

const configurationOf = (resource: Resource | undefined): unknown =>
  JSON.parse(String(resource?.Properties.ConfigurationValues ?? '{}'));

describe.each(ENVIRONMENTS)('the control plane of %s', (name) => {
  const environment = environmentOf(name);
  const cluster = stackOf(name, 'cluster');
  const controlPlane = cluster.only('AWS::EKS::Cluster');

  test('runs the Kubernetes version of the catalog, under the name that charts know', () => {
    expect(controlPlane).toMatchObject({ Name: `gamemetrics-${name}`, Version: '1.35' });
  });

  test('is reached from inside the VPC, and from outside by the networks of the catalog only', () => {
    expect(controlPlane.ResourcesVpcConfig).toMatchObject({
      EndpointPrivateAccess: true,
      EndpointPublicAccess: true,
      PublicAccessCidrs: environment.apiAccessCidrs,
    });
    expect(environment.apiAccessCidrs).not.toContain('0.0.0.0/0');
  });

  test('encrypts secrets under a key of its own', () => {
    expect(controlPlane.EncryptionConfig).toMatchObject([
      { Resources: ['secrets'], Provider: { KeyArn: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } } },
    ]);
  });

  test('writes all five logs, into a group with an end date', () => {
    const types = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].map((Type) => ({ Type }));
    expect(controlPlane.Logging).toEqual({ ClusterLogging: { EnabledTypes: types } });
    expect(cluster.only('AWS::Logs::LogGroup')).toMatchObject({
      LogGroupName: `/aws/eks/gamemetrics-${name}/cluster`,
      RetentionInDays: environment.logRetentionDays,
    });
  });

  test('knows people by access entries of the catalog, and whoever deploys by none', () => {
    expect(controlPlane.AccessConfig).toEqual({
      AuthenticationMode: 'API',
      BootstrapClusterCreatorAdminPermissions: false,
    });
    const entries = cluster
      .properties('AWS::EKS::AccessEntry')
      .map(({ AccessPolicies }) => JSON.stringify(AccessPolicies));
    expect(entries).toHaveLength(environment.clusterAccess.length);
    for (const [index, { policy, namespaces }] of environment.clusterAccess.entries()) {
      expect(entries[index]).toContain(policy);
      expect(entries[index]).toContain(
        namespaces.length > 0 ? JSON.stringify({ Namespaces: namespaces }).slice(1, -1) : '"cluster"',
      );
    }
  });

  test('is protected against deletion where data is retained', () => {
    expect(controlPlane.DeletionProtection).toBe(environment.retainData);
  });

  test('leaves nodes to the node groups: no automatic mode', () => {
    expect(controlPlane).toMatchObject({ ComputeConfig: { Enabled: false }, BootstrapSelfManagedAddons: false });
  });
});

describe.each(ENVIRONMENTS)('the nodes of %s', (name) => {
  const environment = environmentOf(name);
  const cluster = stackOf(name, 'cluster');

  test.each(GROUPS)('%s: a Graviton group of the size, zones and capacity of the catalog', (group) => {
    const size = environment.nodeGroups[group];
    const { Properties } = groupOf(cluster, group);
    expect(Properties).toMatchObject({
      AmiType: 'AL2023_ARM_64_STANDARD',
      CapacityType: size.capacity,
      InstanceTypes: size.instanceTypes,
      ScalingConfig: { MinSize: size.min, DesiredSize: size.desired, MaxSize: size.max },
    });
    expect(Properties.Subnets).toHaveLength(size.zones);
    expect(JSON.stringify(Properties.Subnets)).toContain('VpcprivateSubnet');
  });

  test('keep the data group to those who ask for it, and the others open', () => {
    expect(groupOf(cluster, 'data').Properties.Taints).toEqual([
      { Key: 'gamemetrics/pool', Value: 'data', Effect: 'NO_SCHEDULE' },
    ]);
    expect(groupOf(cluster, 'system').Properties.Taints).toEqual([]);
    expect(groupOf(cluster, 'application').Properties.Taints).toEqual([]);
  });

  test.each(GROUPS)('%s: encrypted disks, and metadata that a pod cannot reach', (group) => {
    const volumeKey = { 'Fn::GetAtt': [expect.stringMatching(/^VolumeKey/), 'Arn'] };
    expect(templateOf(cluster, group)).toMatchObject({
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [
        {
          Ebs: {
            Encrypted: true,
            KmsKeyId: volumeKey,
            VolumeType: 'gp3',
            VolumeSize: environment.nodeGroups[group].diskGiB,
          },
        },
      ],
    });
  });

  test.each(GROUPS)("%s: wears the group that databases let in, beside the cluster's own", (group) => {
    expect(JSON.stringify(templateOf(cluster, group).SecurityGroupIds)).toMatch(/ClusterSecurityGroupId.*Workloads/);
  });

  test.each(GROUPS)('%s: tells the kubelet how many pods it takes and what it keeps for itself', (group) => {
    const data = JSON.stringify(templateOf(cluster, group).UserData);
    expect(data).toContain(`maxPods: ${PODS_PER_NODE}`);
    expect(data).toContain(`memory: ${KUBELET_RESERVED.memoryMiB}Mi`);
    expect(data).toContain(`memory.available: ${EVICTION_MIB}Mi`);
  });

  test('are updated one at a time, waiting for disruption budgets', () => {
    for (const group of GROUPS)
      expect(groupOf(cluster, group).Properties).toMatchObject({
        ForceUpdateEnabled: false,
        UpdateConfig: { MaxUnavailable: 1 },
      });
  });

  test('a group of one node stays in one zone, where its volumes are', () => {
    for (const { max, zones } of Object.values(environment.nodeGroups)) expect(zones === 1 || max >= 3).toBe(true);
  });
});

describe('the add-ons', () => {
  const cluster = stackOf('prod', 'cluster');

  test.each(Object.entries(EKS_ADD_ONS))('%s is managed by EKS at %s', (name, version) => {
    expect(addOn(cluster, name)?.Properties).toMatchObject({ AddonVersion: version, ResolveConflicts: 'OVERWRITE' });
  });

  test('are the five of the specification', () => {
    expect(cluster.ofType('AWS::EKS::Addon')).toHaveLength(5);
  });

  test('make the network enforce network policies', () => {
    expect(configurationOf(addOn(cluster, 'vpc-cni'))).toMatchObject({
      enableNetworkPolicy: 'true',
      env: { ENABLE_PREFIX_DELEGATION: 'true' },
    });
  });

  test('come before the nodes that need them, or after the nodes that they need', () => {
    const groups = cluster.ofType('AWS::EKS::Nodegroup');
    const before = ['eks-pod-identity-agent', 'kube-proxy', 'vpc-cni'].map((name) => addOn(cluster, name)?.id);
    for (const group of groups) expect(group.DependsOn).toEqual(expect.arrayContaining(before));
    for (const name of ['coredns', 'aws-ebs-csi-driver'])
      expect(addOn(cluster, name)?.DependsOn).toEqual(expect.arrayContaining(groups.map(({ id }) => id)));
  });

  test('tag the volumes that they make, so that each has an owner too', () => {
    expect(configurationOf(addOn(cluster, 'aws-ebs-csi-driver'))).toMatchObject({
      controller: { extraVolumeTags: { owner: 'platform', 'cost-centre': 'gm-platform', environment: 'prod' } },
    });
  });
});

test.each(['dev', 'prod'] as const)('the cluster of %s at a glance', (name) => {
  expect(
    glanceAt(stackOf(name, 'cluster'), {
      'AWS::EKS::Nodegroup': ['CapacityType', 'InstanceTypes', 'ScalingConfig'],
      'AWS::EKS::Cluster': ['Version', 'DeletionProtection'],
    }),
  ).toMatchSnapshot();
});
