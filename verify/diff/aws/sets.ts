import type { Node } from '../../tree/node.ts';
import type { SetRow } from '../rows.ts';

const texts = (nodes: readonly Node[]): readonly string[] => nodes.flatMap(({ text }) => text ?? []);

const PUBLIC_BLOCKS: ReadonlySet<string> = new Set(['0.0.0.0/0', '::/0']);

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'] as const;

/** Days after which a lifecycle deletes; a rule without an end deletes nothing. */
const expiries = (bucket: Node): readonly string[] =>
  bucket
    .list('LifecycleConfiguration.Rules')
    .filter((rule) => rule.key('Status').text === 'Enabled')
    .flatMap((rule) =>
      [rule.key('ExpirationInDays'), rule.at('NoncurrentVersionExpiration.NoncurrentDays')].flatMap((days) =>
        days.number === undefined
          ? []
          : [`${rule.key('Prefix').text ?? 'everything'} after ${days.number} days (${days.path.split('.').at(-1)})`],
      ),
    );

const daysOf = (expiry: string): number => Number(/after (\d+) days/.exec(expiry)?.[1] ?? 0);
const whatOf = (expiry: string): string => expiry.replace(/after \d+ days/, '');

/** Words of a cache user's access string that open something: keys, channels, commands. */
const cacheRights = (user: Node): readonly string[] =>
  (user.key('AccessString').text ?? '')
    .split(/\s+/)
    .filter((word) => /^(?:[~&+%]|on$|allkeys|allchannels|allcommands|nopass)/.test(word));

const accessPolicies = (entry: Node): readonly string[] =>
  entry.list('AccessPolicies').map((policy) => {
    const arn = JSON.stringify(policy.key('PolicyArn').value)
      .split('/')
      .at(-1)
      ?.replaceAll(/["\]}]/g, '');
    const namespaces = texts(policy.list('AccessScope.Namespaces'));
    return `${arn} in ${namespaces.join(', ') || 'the whole cluster'}`;
  });

/** Things that resources have more or fewer of. */
export const awsSets: readonly SetRow[] = [
  {
    subject: 'AWS::S3::Bucket',
    of: (bucket) => BLOCKS.filter((name) => bucket.at('PublicAccessBlockConfiguration').key(name).value === true),
    lost: { class: 'dangerous', hazard: 'public exposure', says: 'The bucket can be opened to everybody' },
    countsWhenNew: false,
  },
  {
    subject: 'AWS::S3::Bucket',
    of: (bucket) => BLOCKS.filter((name) => bucket.at('PublicAccessBlockConfiguration').key(name).value !== true),
    gained: {
      class: 'dangerous',
      hazard: 'public exposure',
      says: 'The bucket can be opened to everybody, for it lacks',
    },
    countsWhenNew: true,
  },
  {
    subject: 'AWS::S3::Bucket',
    of: expiries,
    gained: { class: 'dangerous', hazard: 'data loss', says: 'Objects are deleted that would have stayed' },
    countsWhenNew: false,
    // A later end of the same objects is nothing new to fear.
    covers: (had, other) => whatOf(had) === whatOf(other) && daysOf(had) <= daysOf(other),
  },
  {
    subject: 'AWS::EKS::Cluster',
    of: (cluster) => texts(cluster.list('ResourcesVpcConfig.PublicAccessCidrs')),
    gained: { class: 'dangerous', hazard: 'public exposure', says: 'The Kubernetes API can be opened from' },
    lost: { class: 'disruptive', hazard: 'access lost', says: 'The Kubernetes API cannot be opened any more from' },
    countsWhenNew: false,
    covers: (had, other) => had === other || PUBLIC_BLOCKS.has(had),
  },
  {
    subject: 'AWS::EKS::Cluster',
    of: (cluster) => cluster.list('Logging.ClusterLogging.EnabledTypes').flatMap((one) => one.key('Type').text ?? []),
    lost: { class: 'dangerous', hazard: 'removed deny', says: 'The control plane does not record any more' },
    countsWhenNew: false,
  },
  {
    subject: 'AWS::EKS::AccessEntry',
    of: accessPolicies,
    gained: { class: 'dangerous', hazard: 'privilege gain', says: 'People may use the Kubernetes API with' },
    lost: { class: 'disruptive', hazard: 'access lost', says: 'People may not use the Kubernetes API any more with' },
    countsWhenNew: true,
  },
  {
    subject: 'AWS::ElastiCache::User',
    of: cacheRights,
    gained: { class: 'dangerous', hazard: 'privilege gain', says: 'A user of the cache may also' },
    lost: { class: 'disruptive', hazard: 'access lost', says: 'A user of the cache may no longer' },
    countsWhenNew: false,
  },
  {
    subject: 'AWS::WAFv2::WebACL',
    of: (acl) => texts(acl.list('Rules').map((rule) => rule.key('Name'))),
    lost: { class: 'dangerous', hazard: 'removed deny', says: 'The firewall lacks a rule' },
    gained: { class: 'disruptive', hazard: 'access lost', says: 'The firewall may turn requests away by a new rule' },
    countsWhenNew: false,
  },
  {
    subject: 'AWS::Backup::BackupPlan',
    of: (plan) => texts(plan.list('BackupPlan.BackupPlanRule').map((rule) => rule.key('RuleName'))),
    lost: { class: 'dangerous', hazard: 'data loss', says: 'Nothing is backed up any more by the rule' },
    countsWhenNew: false,
  },
];
