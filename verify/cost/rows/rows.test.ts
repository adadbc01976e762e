import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LOADS } from '#catalog/cost.ts';
import { catalog, environmentNamed } from '#catalog/index.ts';
import { node, type Resources, stackWith } from '#tests/support/assembly.ts';
import type { Stack } from '../../assembly/load.ts';
import { toManifest } from '../../tree/manifest.ts';
import { Tree } from '../../tree/tree.ts';
import { costOfPlace } from '../index.ts';
import type { CostLine } from '../line.ts';
import { Prices } from '../prices/price.ts';
import type { PriceFiles } from '../prices/table.ts';
import type { PlaceCost } from '../report.ts';
import { daysByClass, stagesOf } from './storage.ts';

/** Round figures, so that a person can multiply them. */
const FILES: PriceFiles = {
  region: 'us-east-1',
  hoursPerMonth: 100,
  sources: { K: 'a price list', T: 'a table' },
  ec2: { 't4g.large': 0.1, 'm7g.large': 0.3, 't4g.nano': 0.01 },
  groups: {
    eks_cluster_hour: { standard: 0.5, _source: 'I a file' },
    rds_postgres_single_az_hour: { 'db.t4g.small': 0.2, 'db.m6g.large': 1, _source: 'V', _source_t4g_m7g: 'T (small)' },
    rds_multi_az_multiplier: { value: 2, _source: 'I' },
    rds_storage: { gp3_gb_month_single_az: 0.1, gp3_gb_month_multi_az: 0.2, _source: 'I' },
    elasticache_redis_node_hour: { 'cache.t4g.micro': 0.1, _source: 'E' },
    elasticache_valkey_factor: { value: 0.8, _source: 'E' },
    ebs_gb_month: { gp3: 0.1, gp3_mbps_over_125: 0.04, gp3_iops_over_3000: 0.005, _source: 'I' },
    nat_gateway: { hour: 0.05, gb_processed: 0.05, _source: 'I' },
    public_ipv4_hour: { value: 0.01, _source: 'I' },
    secrets_manager: { secret_month: 0.4, _source: 'I' },
  },
};

const dev = environmentNamed(catalog, 'dev');
const prices = new Prices(FILES);
/** Only what a test writes asks for room. */
const bare = { ...catalog, operators: [], parts: [] };

type Objects = readonly Readonly<Record<string, unknown>>[];

const place = (resources: Resources, manifests: Objects = [], elsewhere: readonly Stack[] = []): PlaceCost => {
  const read = manifests.map((object) =>
    toManifest(object, { environment: 'dev', file: 'gitops/dev/a/a.yaml', index: 0 }),
  );
  const tree = new Tree({ environment: dev, manifests: read.flatMap((one) => ('lacks' in one ? [] : [one])) });
  const stacks = [stackWith(resources)];
  return costOfPlace(
    { name: 'dev', kind: 'environment', region: 'us-east-1', stacks, load: LOADS.dev, environment: dev, tree },
    { prices, catalog: bare, everywhere: [...stacks, ...elsewhere] },
  );
};

const lineOf = ({ lines }: PlaceCost, what: RegExp): CostLine => {
  const found = lines.find((line) => what.test(line.what));
  if (!found) throw new Error(`No line is about ${what}.`);
  return found;
};

const usd = (cost: PlaceCost, what: RegExp): readonly [base: number | undefined, peak: number | undefined] => {
  const line = lineOf(cost, what);
  const round = (value: number | undefined) => (value === undefined ? undefined : Number(value.toFixed(4)));
  return [round(line.usd?.base), round(line.usd?.peak)];
};

const nodeGroup = (capacity: string, sizes: readonly [number, number, number], types = ['t4g.large']): Resources => ({
  Nodes: {
    Type: 'AWS::EKS::Nodegroup',
    Properties: {
      InstanceTypes: types,
      CapacityType: capacity,
      Labels: { 'gamemetrics/pool': 'application' },
      ScalingConfig: { MinSize: sizes[0], DesiredSize: sizes[1], MaxSize: sizes[2] },
      LaunchTemplate: { Id: { Ref: 'Template' } },
    },
  },
  Template: {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: { LaunchTemplateData: { BlockDeviceMappings: [{ Ebs: { VolumeSize: 20, VolumeType: 'gp3' } }] } },
  },
});

const deployment = (name: string, replicas: number, requests: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'gamemetrics', labels: { 'gamemetrics/component': name } },
  spec: { replicas, template: { spec: { containers: [{ resources: { requests } }] } } },
});

const autoscaler = (target: string, minReplicas: number, maxReplicas: number) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: target, namespace: 'gamemetrics' },
  spec: { minReplicas, maxReplicas, scaleTargetRef: { kind: 'Deployment', name: target } },
});

describe('nodes', () => {
  test('cost their hours and their disks, at least as many as the group desires', () => {
    const cost = place(nodeGroup('ON_DEMAND', [1, 2, 5]));
    expect(usd(cost, /^application nodes/)).toEqual([20, 20]);
    expect(usd(cost, /^disks of the application nodes/)).toEqual([4, 4]);
  });

  test('grow from what pods request at the fewest replicas to the most, and never beyond the group', () => {
    // One t4g.large takes three pods of 500m: 2,000 - 70 - 200 millicores.
    const pods = [deployment('api', 1, { cpu: '500m', memory: '100Mi' }), autoscaler('api', 3, 30)];
    const cost = place(nodeGroup('ON_DEMAND', [1, 1, 5]), pods);
    expect(usd(cost, /^application nodes/)).toEqual([10, 50]);
  });

  test('on spot cost a share of the mean of their types, marked as assumed', () => {
    const cost = place(nodeGroup('SPOT', [1, 1, 1], ['t4g.large', 'm7g.large']));
    expect(usd(cost, /^application nodes/)).toEqual([9, 9]);
    expect(lineOf(cost, /^application nodes/).price.quality).toBe('assumed');
  });

  test('are caused by whose pods fill them, in proportion', () => {
    const pods = [
      deployment('a', 1, { cpu: '300m', memory: '300Mi' }),
      deployment('b', 1, { cpu: '100m', memory: '100Mi' }),
    ];
    const owners = place(nodeGroup('ON_DEMAND', [1, 1, 1]), pods).byOwner;
    expect(owners.find(({ name }) => name === 'a')?.usd.base).toBeCloseTo(9, 6);
    expect(owners.find(({ name }) => name === 'b')?.usd.base).toBeCloseTo(3, 6);
  });
});

describe('resources', () => {
  const database = (properties: object): Resources => ({
    Primary: {
      Type: 'AWS::RDS::DBInstance',
      Properties: { DBInstanceClass: 'db.t4g.small', AllocatedStorage: '20', MaxAllocatedStorage: 50, ...properties },
    },
  });

  test('a database costs its class and its storage, which may grow', () => {
    const cost = place(database({ MultiAZ: false }));
    expect(usd(cost, /^PostgreSQL/)).toEqual([20, 20]);
    expect(usd(cost, /^storage of the PostgreSQL/)).toEqual([2, 5]);
  });

  test('a database in two zones costs twice, storage included', () => {
    const cost = place(database({ MultiAZ: true }));
    expect(usd(cost, /^PostgreSQL/)).toEqual([40, 40]);
    expect(usd(cost, /^storage of the PostgreSQL/)).toEqual([4, 10]);
  });

  test('a read replica has the storage of its source', () => {
    const replica = {
      Type: 'AWS::RDS::DBInstance',
      Properties: { DBInstanceClass: 'db.t4g.small', SourceDBInstanceIdentifier: { Ref: 'Primary' } },
    };
    const cost = place({ ...database({}), Replica: replica });
    expect(usd(cost, /^storage of the read replica/)).toEqual([2, 5]);
  });

  test('a replica in another region has the storage of the instance that it names', () => {
    const source = { 'Fn::Sub': 'arn:aws:rds:us-east-1:1:db:primary' };
    const replica = {
      Type: 'AWS::RDS::DBInstance',
      Properties: { DBInstanceClass: 'db.t4g.small', SourceDBInstanceIdentifier: source },
    };
    const elsewhere = stackWith(database({ DBInstanceIdentifier: 'primary' }));
    expect(usd(place({ Replica: replica }, [], [elsewhere]), /^storage of the read replica/)).toEqual([2, 5]);
  });

  test('a class that the table lacks costs half of the class of twice its size, marked as assumed', () => {
    const cost = place(database({ DBInstanceClass: 'db.t4g.micro' }));
    expect(usd(cost, /^PostgreSQL/)).toEqual([10, 10]);
    expect(lineOf(cost, /^PostgreSQL/).price).toMatchObject({ quality: 'assumed', source: 'half of db.t4g.small (T)' });
  });

  test('a cache costs every node of every shard; Valkey a fifth less', () => {
    const properties = {
      CacheNodeType: 'cache.t4g.micro',
      Engine: 'valkey',
      NumNodeGroups: 3,
      ReplicasPerNodeGroup: 1,
    };
    expect(
      usd(place({ Cache: { Type: 'AWS::ElastiCache::ReplicationGroup', Properties: properties } }), /valkey/),
    ).toEqual([48, 48]);
  });

  test('gateways share the bytes that leave', () => {
    const gateway = { Type: 'AWS::EC2::NatGateway', Properties: {} };
    const cost = place({ A: gateway, B: gateway });
    expect(usd(cost, /^NAT gateways/)).toEqual([10, 10]);
    expect(lineOf(cost, /^bytes through/).quantity.base).toBeCloseTo(LOADS.dev.natGigabytes.average, 6);
  });

  test('volumes that an operator makes cost what their class costs, throughput beyond the allowance included', () => {
    const storageClass = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast' },
      parameters: { type: 'gp3', throughput: '225' },
    };
    const pool = {
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaNodePool',
      metadata: { name: 'brokers', namespace: 'kafka' },
      spec: {
        replicas: 3,
        storage: { type: 'jbod', volumes: [{ type: 'persistent-claim', class: 'fast', size: '10Gi' }] },
      },
    };
    const cost = place({}, [storageClass, pool]);
    expect(usd(cost, /^3 volumes of 10 GiB/)).toEqual([3, 3]);
    expect(usd(cost, /^throughput beyond gp3's own for KafkaNodePool/)).toEqual([12, 12]);
  });
});

describe('a lifecycle', () => {
  const tiered = {
    Rules: [
      {
        Status: 'Enabled',
        Transitions: [
          { StorageClass: 'STANDARD_IA', TransitionInDays: 30 },
          { StorageClass: 'GLACIER', TransitionInDays: 90 },
        ],
      },
    ],
  };

  test('puts each day of data into the class of its age', () => {
    expect([...daysByClass(stagesOf(node(tiered)), 365)]).toEqual([
      ['STANDARD', 30],
      ['STANDARD_IA', 60],
      ['GLACIER', 275],
    ]);
  });

  test('keeps every day that has not expired in exactly one class', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.integer({ min: 1, max: 1_000 }), (age, expiry) => {
        const rules = { Rules: [...tiered.Rules, { Status: 'Enabled', ExpirationInDays: expiry }] };
        const days = [...daysByClass(stagesOf(node(rules)), age).values()].reduce((sum, count) => sum + count, 0);
        expect(days).toBe(Math.min(age, expiry));
      }),
      { seed: 1 },
    );
  });
});

describe('prices', () => {
  test.each([
    ['the price list by a program', () => prices.of('eks cluster').quality, 'sourced'],
    ['a table of others', () => prices.cacheNode('cache.t4g.micro', 'redis').quality, 'secondary'],
    ['a table of others for a family of its own', () => prices.database('db.t4g.small', false).source, 'T'],
    ['an old reading', () => prices.database('db.m6g.large', false).source, 'V'],
    ['our assumption', () => prices.assumed('waf rule').quality, 'assumed'],
    ['nobody', () => prices.instances(['x9.large'], 'ON_DEMAND').quality, 'missing'],
  ])('say that they come from %s', (_, read, expected) => {
    expect(read()).toBe(expected);
  });

  test('that are missing leave their line without a sum, and the budget unconfirmed', () => {
    const cost = place(nodeGroup('ON_DEMAND', [1, 1, 1], ['x9.large']));
    expect(lineOf(cost, /^application nodes/).usd).toBeUndefined();
    expect(cost.missing.map(({ why }) => why)).toContain('no price of x9.large');
    expect(cost.verdict).toBe('unconfirmed');
  });

  test('that nobody gave price nothing', () => {
    const none = new Prices(undefined);
    expect(none.of('eks cluster')).toMatchObject({ quality: 'missing', source: 'no prices are at hand' });
    expect(none.instances(['t4g.large'], 'SPOT').usd).toBeUndefined();
  });
});
