import { catalog } from '#catalog/index.ts';
import type { StackResource } from '../../assembly/load.ts';
import { type Costing, type Decisions, resourcesOfType } from '../costing.ts';
import { hoursNote, shareAwake } from '../hours.ts';
import { constant, type LineItem } from '../line.ts';

const numberOf = (value: unknown): number => Number(value ?? 0);

/** The instance that a replica copies, by its logical id or, from another region, by its name. */
function sourceOf(resource: StackResource, { stacks, everywhere }: Costing): StackResource {
  const named = JSON.stringify(resource.properties.key('SourceDBInstanceIdentifier').value ?? '');
  const instancesIn = (list: Costing['stacks']) =>
    list.flatMap(({ resources }) => resources.filter(({ type }) => type === 'AWS::RDS::DBInstance'));
  const here = instancesIn(stacks).find(({ logicalId }) => named.includes(`"${logicalId}"`));
  const byName = instancesIn(everywhere).find(({ properties }) => {
    const name = properties.key('DBInstanceIdentifier').text;
    return name !== undefined && (named.includes(`:${name}"`) || named.includes(`"${name}"`));
  });
  return here ?? byName ?? resource;
}

/** Automated backups are free up to the size of the database (RDS pricing, «Backup storage»), so they have no line. */
function database(resource: StackResource, costing: Costing): readonly LineItem[] {
  const { properties } = resource;
  const { prices } = costing;
  const isReplica = properties.key('SourceDBInstanceIdentifier').exists;
  const multiAz = properties.key('MultiAZ').value === true;
  const instanceClass = properties.key('DBInstanceClass').text ?? '';
  const source = sourceOf(resource, costing).properties;
  const base = numberOf(source.key('AllocatedStorage').value);
  const peak = Math.max(base, numberOf(source.key('MaxAllocatedStorage').value));
  const name = `${isReplica ? 'read replica' : 'PostgreSQL'} ${instanceClass}${multiAz ? ' in two zones' : ''}`;
  const owners = databaseOwners(costing);
  const awake = shareAwake(resource, costing);
  return [
    {
      awsService: 'Amazon RDS',
      what: `${name}${hoursNote(awake)}`,
      price: prices.database(instanceClass, multiAz),
      quantity: constant(prices.hoursPerMonth * awake),
      owners,
    },
    {
      awsService: 'Amazon RDS',
      what: `storage of the ${name}, ${base} to ${peak} GiB`,
      price: prices.of(multiAz ? 'rds storage multi-az' : 'rds storage'),
      quantity: { base, peak },
      owners,
    },
  ];
}

const SERVICES: ReadonlySet<string> = new Set(catalog.services.map(({ name }) => name));

/** `gamemetrics/dev/accounts/user-service` is a secret of user-service for the store accounts. */
function secretParts({ properties }: StackResource): { readonly store: string; readonly service?: string } {
  const [, , store = '', service = ''] = (properties.key('Name').text ?? '').split('/');
  return SERVICES.has(service) ? { store, service } : { store };
}

/** The owners of credentials in the database's stack share it in equal parts. */
function databaseOwners(costing: Costing): Readonly<Record<string, number>> {
  const services = resourcesOfType(costing, 'AWS::SecretsManager::Secret')
    .map(secretParts)
    .flatMap(({ store, service }) => (service !== undefined && store !== 'cache' ? [service] : []));
  const unique = [...new Set(services)];
  return Object.fromEntries(unique.map((service) => [service, 1 / unique.length]));
}

function cache({ properties }: StackResource, { prices }: Costing): readonly LineItem[] {
  const nodeType = properties.key('CacheNodeType').text ?? '';
  const engine = properties.key('Engine').text ?? 'redis';
  const shards = numberOf(properties.key('NumNodeGroups').value ?? 1);
  const replicas = numberOf(properties.key('ReplicasPerNodeGroup').value);
  const nodes = shards * (1 + replicas);
  return [
    {
      awsService: 'Amazon ElastiCache',
      what: `${nodes} ${nodeType} ${engine}: ${shards} shards, ${replicas} replicas each`,
      price: prices.cacheNode(nodeType, engine),
      quantity: constant(nodes * prices.hoursPerMonth),
    },
  ];
}

function ownerOfSecret(resource: StackResource): Readonly<Record<string, number>> {
  const { service } = secretParts(resource);
  return service === undefined ? {} : { [service]: 1 };
}

export const dataRows: Decisions<StackResource> = {
  'AWS::RDS::DBInstance': { lines: database },
  'AWS::ElastiCache::ReplicationGroup': { lines: cache },
  'AWS::SecretsManager::Secret': {
    lines: (resource, { prices }) => [
      {
        awsService: 'AWS Secrets Manager',
        what: 'secrets',
        price: prices.of('secret'),
        quantity: constant(1),
        owners: ownerOfSecret(resource),
      },
    ],
  },
  'AWS::KMS::Key': {
    lines: (_, { prices }) => [
      { awsService: 'AWS KMS', what: 'keys', price: prices.of('kms key'), quantity: constant(1) },
    ],
  },
  'AWS::KMS::ReplicaKey': {
    lines: (_, { prices }) => [
      { awsService: 'AWS KMS', what: 'replica keys', price: prices.of('kms key'), quantity: constant(1) },
    ],
  },
};
