import { describe, expect, test } from '@jest/globals';
import { catalog, serviceNamed } from '#catalog/index.ts';
import { Draft, get, outputOf, set } from '#tests/support/output.ts';
import { reachability } from '../checks/reachability.ts';
import { layers } from './index.ts';

const ALLOW = 'NetworkPolicy allow-analytics-api';
const USER = 'KafkaUser analytics-api';
const ACLS = 'spec.authorization.acls';
const POD = 'spec.template.spec';

type Break = readonly [layer: string, what: string, change: (draft: Draft) => void, says: string];

const inRole = (draft: Draft, role: RegExp, change: (statement: Record<string, unknown>) => void): void =>
  draft.changeResources('AWS::IAM::Role', (properties) => {
    if (!role.test(String(get(properties, 'RoleName')))) return;
    const policies = get(properties, 'Policies') as { PolicyDocument: { Statement: Record<string, unknown>[] } }[];
    for (const { PolicyDocument } of policies) for (const statement of PolicyDocument.Statement) change(statement);
  });

const actionsOf = (statement: Record<string, unknown>): readonly string[] => [statement.Action].flat().map(String);

/** From a service that nobody declared to another, at the port of that one. */
function openBothEnds(draft: Draft): void {
  const { number: port } = serviceNamed(catalog, 'notification-service').ports.http ?? { number: 0 };
  const ports = [{ port, protocol: 'TCP' }];
  const peers = [{ podSelector: {}, namespaceSelector: {} }];
  draft.set(ALLOW, 'spec.egress[9]', { to: peers, ports });
  draft.set('NetworkPolicy allow-notification-service', 'spec.ingress[0]', { from: peers, ports });
}

/** Deliberate breaks of each layer, and what is said of them: who, to whom, and by which object. */
const breaks: readonly Break[] = [
  [
    'network ends',
    'a rule without peers lets everybody in',
    (draft) => draft.unset(ALLOW, 'spec.ingress[0].from'),
    'network ends: let through, and no edge of the catalog declares it. The way: NetworkPolicy gamemetrics/allow-analytics-api spec.ingress[0]',
  ],
  [
    'network ends',
    'a rule without ports opens all of them',
    (draft) => draft.unset(ALLOW, 'spec.egress[0].ports'),
    'NetworkPolicy gamemetrics/allow-analytics-api spec.egress[0]',
  ],
  [
    'network ends',
    'a range of ports reaches further',
    (draft) => draft.set(ALLOW, 'spec.egress[0].ports[0].endPort', 65_000),
    'NetworkPolicy gamemetrics/allow-analytics-api spec.egress[0]',
  ],
  [
    'network ends',
    'an exception of a block of addresses is forgotten',
    (draft) => {
      const rules = get(draft.object('NetworkPolicy allow-data-retention-service'), 'spec.egress') as {
        to: { ipBlock?: object }[];
      }[];
      const index = rules.findIndex(({ to }) => JSON.stringify(to).includes('except'));
      draft.unset('NetworkPolicy allow-data-retention-service', `spec.egress[${index}].to[0].ipBlock.except`);
    },
    'NetworkPolicy gamemetrics/allow-data-retention-service',
  ],
  [
    'network ends',
    'a selector is mistyped, so that nobody is meant',
    (draft) => draft.rename(ALLOW, 'spec.podSelector.matchLabels["app.kubernetes.io/name"]', 'app.kubernetes.io/nam'),
    'edge analytics-api →',
  ],
  [
    'network ends',
    'the denial of a namespace is gone, so that unknown pods are free',
    (draft) => draft.remove('NetworkPolicy kafka/default-deny'),
    'any other pod of kafka no NetworkPolicy selects it for egress',
  ],
  [
    'network',
    'one end no longer agrees',
    (draft) => draft.set('NetworkPolicy allow-user-service', 'spec.ingress', []),
    'network: declared in the catalog, and nothing in the output lets it through',
  ],
  [
    'network',
    'two ends agree on a connection that nobody declared',
    openBothEnds,
    'network: let through, and no edge of the catalog declares it',
  ],
  [
    'kafka',
    'a right is widened to every topic',
    (draft) => draft.set(USER, `${ACLS}[0].resource.name`, '*'),
    'analytics-api: Describe topic player.events.raw',
  ],
  [
    'kafka',
    'a literal name becomes a prefix',
    (draft) =>
      draft.set('KafkaUser event-ingestion-service', `${ACLS}[0].resource`, {
        type: 'topic',
        name: 'player',
        patternType: 'prefix',
      }),
    'kafka: let through',
  ],
  [
    'kafka',
    'a denial takes away what is declared',
    (draft) => draft.set(USER, `${ACLS}[0].type`, 'deny'),
    'kafka: declared in the catalog, and nothing in the output lets it through',
  ],
  [
    'kafka',
    'the cluster has no authorizer any more',
    (draft) => draft.unset('Kafka gamemetrics', 'spec.kafka.authorization'),
    'every user: Read topic',
  ],
  [
    'kafka',
    'somebody becomes a super user',
    (draft) => draft.set('Kafka gamemetrics', 'spec.kafka.authorization.superUsers', ['CN=analytics-api']),
    'Kafka kafka/gamemetrics spec.kafka.authorization.superUsers[0]',
  ],
  [
    'credentials',
    'a service mounts the passwords of another',
    (draft) =>
      draft.set('Rollout analytics-api', `${POD}.containers[0].envFrom`, [
        { secretRef: { name: 'user-service-secrets' } },
      ]),
    'analytics-api holds gamemetrics/prod/accounts/user-service',
  ],
  [
    'credentials',
    'an external secret fetches what is not the service’s',
    (draft) =>
      draft.set(
        'ExternalSecret analytics-api-secrets',
        'spec.data[0].remoteRef.key',
        'gamemetrics/prod/rds-postgresql/administrator',
      ),
    'analytics-api holds gamemetrics/prod/rds-postgresql/administrator',
  ],
  [
    'iam',
    'a role reads every secret',
    (draft) =>
      inRole(draft, /prod-analytics-api$/, (statement) => {
        if (
          actionsOf(statement).includes('secretsmanager:GetSecretValue') ||
          actionsOf(statement).includes('kms:Decrypt')
        ) {
          statement.Resource = '*';
          delete statement.Condition;
        }
      }),
    'gamemetrics/analytics-api may read secret gamemetrics/prod/cache/',
  ],
  [
    'iam',
    'the key of what a role may read is not its to use',
    (draft) =>
      inRole(draft, /prod-data-retention-service$/, (statement) => {
        if (actionsOf(statement).includes('kms:Decrypt')) statement.Action = 'kms:DescribeKey';
      }),
    'gamemetrics/data-retention-service may unlock s3://',
  ],
  [
    'iam',
    'a condition names the bucket of somebody else',
    (draft) =>
      inRole(draft, /prod-velero$/, (statement) => {
        if (JSON.stringify(statement.Condition)?.includes('s3:arn'))
          statement.Condition = { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::another' } };
      }),
    'velero/velero may unlock s3://',
  ],
  [
    'iam',
    'a role trusts a stranger',
    (draft) =>
      draft.changeResources('AWS::IAM::Role', (properties) => {
        if (get(properties, 'RoleName') !== 'gamemetrics-prod-velero') return;
        set(properties, 'AssumeRolePolicyDocument.Statement[1]', {
          Effect: 'Allow',
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Principal: { AWS: '*' },
        });
      }),
    'a stranger (by the role of velero/velero)',
  ],
  [
    'iam',
    'two accounts swap their roles',
    (draft) =>
      draft.changeResources('AWS::EKS::PodIdentityAssociation', (properties) => {
        if (get(properties, 'ServiceAccount') === 'velero') set(properties, 'ServiceAccount', 'analytics-api');
      }),
    'velero/analytics-api may list s3://',
  ],
  [
    'security groups',
    'the database is open to a block of addresses',
    (draft) =>
      draft.changeResources('AWS::EC2::SecurityGroupIngress', (properties) => {
        if (get(properties, 'FromPort') !== 5432) return;
        delete (properties as Record<string, unknown>).SourceSecurityGroupId;
        set(properties, 'CidrIp', '0.0.0.0/0');
      }),
    'addresses 0.0.0.0/0 to rds-postgresql at 5432',
  ],
  [
    'security groups',
    'the cache listens to more ports than it needs',
    (draft) =>
      draft.changeResources('AWS::EC2::SecurityGroupIngress', (properties) => {
        if (get(properties, 'FromPort') === 6379) set(properties, 'ToPort', 6400);
      }),
    'nodes to elasticache at 6400',
  ],
  [
    'security groups',
    'nodes no longer wear the group that the database knows',
    (draft) =>
      draft.changeResources('AWS::EC2::LaunchTemplate', (properties) =>
        set(properties, 'LaunchTemplateData.SecurityGroupIds', []),
      ),
    'security groups: declared in the catalog, and nothing in the output lets it through',
  ],
  [
    'together',
    'a password is there and the way is not',
    (draft) => draft.set(ALLOW, 'spec.egress', []),
    'together: declared in the catalog, and nothing in the output lets it through',
  ],
  [
    'together',
    'the way is there and the password is not',
    (draft) => draft.remove('ExternalSecret analytics-api-kafka'),
    'together: declared in the catalog, and nothing in the output lets it through',
  ],
];

const told = async (change: (draft: Draft) => void): Promise<readonly string[]> => {
  const draft = new Draft(await outputOf('prod'));
  change(draft);
  const { problems } = reachability.run(draft.tree, { catalog });
  return problems.map(({ object, value, rule }) => `${object}: ${value} ${rule}`);
};

describe('who can reach whom', () => {
  test.each(['dev', 'staging', 'prod'] as const)('is what the catalog declares in %s', async (environment) => {
    const { problems, counts } = reachability.run(await outputOf(environment), { catalog });
    expect(problems).toEqual([]);
    expect(counts.map(({ what }) => what)).toEqual(layers.map(({ name }) => `${name}: flows`));
    expect(counts.filter(({ count }) => count === 0)).toEqual([]);
  });

  test('is broken on purpose in each layer', () => {
    expect(new Set(breaks.map(([layer]) => layer))).toEqual(new Set(layers.map(({ name }) => name)));
  });

  test.each(breaks.map(([layer, what, change, says]) => ({ layer, what, change, says })))(
    'by $layer: $what',
    async ({ layer, change, says }) => {
      const sentences = await told(change);
      expect(sentences.filter((sentence) => sentence.includes(`${layer}: `))).not.toEqual([]);
      expect(sentences).toContainEqual(expect.stringContaining(says));
    },
  );

  test('is told with the objects at both ends of the way', async () => {
    const sentences = await told(openBothEnds);
    expect(sentences).toContainEqual(
      expect.stringMatching(
        /The way: NetworkPolicy gamemetrics\/allow-analytics-api spec\.egress\[9\] → NetworkPolicy gamemetrics\/allow-notification-service /,
      ),
    );
  });

  test('says what it did not judge when the templates of AWS are not there', async () => {
    const tree = await outputOf('dev');
    const { Tree } = await import('../tree/tree.ts');
    const without = new Tree({ environment: tree.environment, manifests: tree.manifests });
    const { problems, trusted } = reachability.run(without, { catalog });
    expect(problems).toEqual([]);
    expect(trusted.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['iam', 'security groups', 'together'].map((layer) => `reachability by ${layer}`)),
    );
  });
});
