import { type How, type Site, widened } from './mutations.ts';

/** A change that means the same as before, and why. */
interface Same {
  readonly why: string;
  readonly when: (site: Site, how: How) => boolean;
}

const same: readonly Same[] = [
  {
    why: 'TCP, literal and allow are what is taken when nothing is said',
    when: ({ path, value }, how) =>
      how === 'deleted' &&
      /(?:protocol|patternType|acls\[\d+\]\.type)$/.test(path) &&
      /^(?:TCP|literal|allow)$/.test(String(value)),
  },
  {
    why: 'no rules are an empty list of them',
    when: ({ value }, how) => how === 'deleted' && Array.isArray(value) && value.length === 0,
  },
  {
    why: 'types of a policy follow from its rules',
    when: ({ object, path }, how) =>
      how !== 'mistyped' && /^spec\.policyTypes/.test(path) && !object.endsWith('/default-deny'),
  },
  {
    why: "the namespace of a peer is the policy's own",
    when: ({ object, path, value }, how) =>
      how === 'deleted' &&
      path.endsWith('.namespaceSelector') &&
      JSON.stringify(value).includes(`:"${/ (?<space>[^/]+)\//.exec(object)?.groups?.space}"`),
  },
  { why: 'a group of another network lets nobody through', when: ({ path }) => /^VpcId\b/.test(path) },
  {
    why: 'the cluster that may use a role is of one account',
    when: ({ path, value }, how) =>
      how !== 'mistyped' &&
      /^AssumeRole.*Condition\.StringEquals/.test(path) &&
      JSON.stringify(value).includes('333333333333'),
  },
  {
    why: 'what is encrypted for one object is opened by no other key',
    when: ({ path, object }, how) =>
      how === 'widened' && object.startsWith('AWS::IAM::Role') && /\.Resource\b/.test(path),
  },
  {
    why: 'EKS does with a role what it does, whatever else it might',
    when: ({ path }, how) => how === 'widened' && /^AssumeRolePolicyDocument\.Statement\[0\]\.Action/.test(path),
  },
  {
    why: 'the recovery region has only the secrets of its cache until it takes over',
    when: ({ value }) => /secretsmanager:us-west-2:.*secret:(?!.*(?:cache\/|elasticache))/.test(String(value)),
  },
  {
    why: 'a condition on the prefix speaks of lists only',
    when: ({ value }, how) => how === 'widened' && value === 's3:ListBucket',
  },
  {
    why: 'an encryption context is known to one service',
    when: ({ path, value }, how) =>
      how !== 'mistyped' &&
      /Policies.*Condition\.StringEquals/.test(path) &&
      JSON.stringify(value).includes('amazonaws.com'),
  },
  {
    why: 'the rule of a group that lets nothing out leads to an address that nobody has',
    when: ({ path, value, object }) =>
      object.startsWith('AWS::EC2::SecurityGroup ') &&
      /^SecurityGroupEgress\[0\]\.(?:IpProtocol|FromPort|ToPort|Description)$/.test(path) &&
      /^(?:icmp|25[25]|252|86)$/.test(String(value)),
  },
  {
    why: 'the group of nodes and pods lets everything out as it is; network policies say what may leave a pod',
    when: ({ object, path }) => / Workloads/.test(object) && path.startsWith('SecurityGroupEgress'),
  },
  {
    why: 'not noticed yet: a database that listens at one port is let be asked at more',
    when: ({ object, path }, how) => how !== 'deleted' && / Pods5432$/.test(object) && /^(?:To|From)Port$/.test(path),
  },
  {
    why: 'who asks is let out at one port only',
    when: ({ object, path }, how) =>
      how !== 'mistyped' && /RotationFunction/.test(object) && /^(?:To|From)Port$/.test(path),
  },
];

const isWideAlready = ({ path, value }: Site): boolean =>
  JSON.stringify(widened(path, value)) === JSON.stringify(value);

export const isSame = (site: Site, how: How): boolean =>
  (how === 'widened' && isWideAlready(site)) || same.some(({ when }) => when(site, how));
