import type { Problem } from '../check.ts';
import type { Environment, WakingHours } from '../model/index.ts';
import type { Rule } from './index.ts';

interface EnvironmentRule {
  readonly path: string;
  readonly rule: string;
  readonly fix: string;
  readonly value: (environment: Environment) => string;
  readonly holds: (environment: Environment) => boolean;
}

const areHours = ({ from, to }: WakingHours): boolean =>
  [from, to].every((hour) => Number.isInteger(hour) && hour >= 0 && hour < 24) && from < to;

const table: readonly EnvironmentRule[] = [
  {
    path: 'account',
    rule: 'an AWS account has 12 digits',
    fix: "Give the environment's account id",
    value: ({ account }) => account,
    holds: ({ account }) => /^\d{12}$/.test(account),
  },
  {
    path: 'budget',
    rule: '0 < minUsd ≤ maxUsd',
    fix: 'Order the bounds',
    value: ({ budget }) => `${budget.minUsd}–${budget.maxUsd}`,
    holds: ({ budget }) => budget.minUsd > 0 && budget.minUsd <= budget.maxUsd,
  },
  {
    path: 'kafka.replicationFactor',
    rule: 'a record cannot have more replicas than there are brokers',
    fix: 'Lower it, or add brokers',
    value: ({ kafka }) => `${kafka.replicationFactor} of ${kafka.brokers} brokers`,
    holds: ({ kafka }) => kafka.replicationFactor <= kafka.brokers,
  },
  {
    path: 'kafka.minInSyncReplicas',
    rule: 'below the replication factor, or one lost broker stops every producer (1 of 1 excepted)',
    fix: 'Use replicationFactor − 1',
    value: ({ kafka }) => `${kafka.minInSyncReplicas} of ${kafka.replicationFactor}`,
    holds: ({ kafka }) => kafka.minInSyncReplicas < kafka.replicationFactor || kafka.replicationFactor === 1,
  },
  {
    path: 'kafka.controllers',
    rule: 'a KRaft quorum is odd',
    fix: 'Use 1, 3 or 5',
    value: ({ kafka }) => String(kafka.controllers),
    holds: ({ kafka }) => kafka.controllers % 2 === 1,
  },
  {
    path: 'network.nat',
    rule: 'one NAT gateway, or one a zone; an instance only where data may be lost with its environment',
    fix: 'Use 1 or 3 gateways',
    value: ({ network: { nat } }) => (nat.kind === 'gateways' ? `${nat.count} gateways` : `a ${nat.instanceType}`),
    holds: ({ network: { nat }, retainData, zones }) =>
      nat.kind === 'gateways' ? nat.count === 1 || nat.count === zones.length : !retainData,
  },
  {
    path: 'firewall',
    rule: 'a web ACL stands before every environment whose data matters',
    fix: 'Set it to true',
    value: ({ firewall }) => String(firewall),
    holds: ({ firewall, retainData }) => firewall || !retainData,
  },
  {
    path: 'apiAccessCidrs',
    rule: 'the Kubernetes API is opened to networks of at most 65,536 addresses, never to everybody',
    fix: 'Name your own networks, such as 203.0.113.0/24, or none for an API inside the VPC only',
    value: ({ apiAccessCidrs }) => apiAccessCidrs.join(', '),
    holds: ({ apiAccessCidrs }) =>
      apiAccessCidrs.every((cidr) => /^\d+\.\d+\.\d+\.\d+\/(1[6-9]|2\d|3[0-2])$/.test(cidr)),
  },
  {
    path: 'nodeGroups',
    rule: 'a group of fewer than three nodes has one zone, or a node may come back where its volumes are not',
    fix: 'Set zones to 1',
    value: ({ nodeGroups }) =>
      Object.entries(nodeGroups)
        .map(([name, { max, zones }]) => `${name} ${max} nodes, ${zones} zones`)
        .join(', '),
    holds: ({ nodeGroups }) => Object.values(nodeGroups).every(({ max, zones }) => zones === 1 || max >= zones),
  },
  {
    path: 'nodeGroups',
    rule: 'min ≤ desired ≤ max in every node group',
    fix: 'Order the sizes',
    value: ({ nodeGroups }) =>
      Object.entries(nodeGroups)
        .map(([name, { min, desired, max }]) => `${name} ${min}/${desired}/${max}`)
        .join(', '),
    holds: ({ nodeGroups }) =>
      Object.values(nodeGroups).every(({ min, desired, max }) => min <= desired && desired <= max),
  },
  {
    path: 'wakingHours',
    rule: 'an environment sleeps only where data may be lost with it; whole hours, the first before the second; RDS stops no instance with read replicas',
    fix: 'Leave wakingHours out, or give hours such as 7 to 20 and no read replicas',
    value: ({ wakingHours, database }) =>
      wakingHours ? `${wakingHours.from} to ${wakingHours.to}, ${database.readReplicas} read replicas` : 'always',
    holds: ({ wakingHours, retainData, database }) =>
      !wakingHours || (!retainData && database.readReplicas === 0 && areHours(wakingHours)),
  },
  {
    path: 'zones',
    rule: 'three different zones, each in the region and pinned by id',
    fix: 'Name three zones of the region',
    value: ({ zones }) => zones.map(({ name, id }) => `${name}=${id}`).join(', '),
    holds: ({ zones, region }) =>
      new Set(zones.map(({ id }) => id)).size === 3 &&
      zones.every(({ name, id }) => name.startsWith(region) && /^[a-z]+\d-az\d$/.test(id)),
  },
];

const environmentsAreSound: Rule = ({ environments }) =>
  environments.flatMap((environment) =>
    table
      .filter(({ holds }) => !holds(environment))
      .map(
        ({ path, value, rule, fix }): Problem => ({
          path: `environments.${environment.name}.${path}`,
          value: value(environment),
          rule,
          fix,
        }),
      ),
  );

export const environmentRules: readonly Rule[] = [environmentsAreSound];
