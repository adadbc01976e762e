import { describe, expect, test } from '@jest/globals';
import { catalog, serviceNamed } from '#catalog/index.ts';
import { databaseDifferences } from '#tests/support/database-breaks.ts';
import { kafkaDifferences } from '#tests/support/kafka-breaks.ts';
import { type Draft, Draft as OutputDraft, outputOf, set } from '#tests/support/output.ts';
import { parity } from '../checks/parity.ts';
import { Tree } from '../tree/tree.ts';
import { parityRows } from './index.ts';

const API = 'Rollout analytics-api';
const CONTAINER = 'spec.template.spec.containers[0]';
const ALLOW = 'NetworkPolicy allow-analytics-api';
const ADMIT = 'AuthorizationPolicy gamemetrics/allow-analytics-api';
const USER = 'KafkaUser analytics-api';
const ACLS = 'spec.authorization.acls';
/** The topic of its first ACL: they are written in the order of their names. */
const [CONSUMED = ''] = serviceNamed(catalog, 'analytics-api')
  .consumes.map(({ topic }) => topic)
  .sort();
const META = { namespace: 'gamemetrics' };

type Row = readonly [kind: string, what: string, change: (draft: Draft) => void, says: string];

/** Deliberate differences from the catalog, and how the verifier names each: `path: value: rule`. */
const differences: readonly Row[] = [
  [
    'storage class',
    'a class is of another kind of volume',
    (draft) => draft.set('StorageClass archive', 'parameters.type', 'st1'),
    'parameters.type: st1: classes.volumeKinds.archive',
  ],
  [
    'priority class',
    'a priority is missing',
    (draft) => draft.remove('PriorityClass gamemetrics-background'),
    'the catalog declares this priority class',
  ],
  ...kafkaDifferences,
  ...databaseDifferences,
  [
    'workload',
    'a service is missing',
    (draft) => draft.remove(API),
    'workload: analytics-api: the catalog declares this workload',
  ],
  [
    'workload',
    'a stranger runs beside the services',
    (draft) => draft.set(API, 'metadata.name', 'miner'),
    'workload: miner: the output has this workload',
  ],
  [
    'workload',
    'a service asks for more than it declares',
    (draft) => draft.set(API, `${CONTAINER}.resources.requests.memory`, '4Gi'),
    'memory: 4Gi: services.analytics-api in the catalog says «256Mi»',
  ],
  [
    'workload',
    'a service runs as another',
    (draft) => draft.set(API, 'spec.template.spec.serviceAccountName', 'user-service'),
    'serviceAccountName: user-service: services.analytics-api',
  ],
  [
    'workload',
    'a service runs the image of another',
    (draft) => draft.set(API, `${CONTAINER}.image`, 'elsewhere/analytics-api@sha256:1'),
    'image: elsewhere/analytics-api: services.analytics-api',
  ],
  [
    'workload',
    'a service opens a port more',
    (draft) => draft.set(API, `${CONTAINER}.ports[2]`, { name: 'debug', containerPort: 9229 }),
    'debug=9229/TCP',
  ],
  [
    'service account',
    'an account belongs to nobody',
    (draft) => draft.add({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...META, name: 'stranger' } }),
    'stranger: the output has this service account',
  ],
  [
    'cluster service',
    'a port has another number',
    (draft) => draft.set('Service analytics-api', 'spec.ports[0].port', 80),
    'http=80/TCP, management=9103/TCP: services.analytics-api',
  ],
  [
    'disruption budget',
    'a budget is missing',
    (draft) => draft.remove('PodDisruptionBudget analytics-api'),
    'analytics-api: the catalog declares this disruption budget',
  ],
  [
    'disruption budget',
    'a budget lets too many go',
    (draft) => draft.set('PodDisruptionBudget analytics-api', 'spec.minAvailable', 0),
    'spec.minAvailable: 0: services.analytics-api',
  ],
  [
    'autoscaler',
    'a service scales further than it may',
    (draft) => draft.set('ScaledObject event-processor-service', 'spec.maxReplicaCount', 24),
    'max: 24: services.event-processor-service.scaling',
  ],
  [
    'autoscaler',
    'a service does not scale',
    (draft) => draft.remove('HorizontalPodAutoscaler analytics-api'),
    'HorizontalPodAutoscaler analytics-api: the catalog declares',
  ],
  [
    'service monitor',
    'nobody scrapes a service',
    (draft) => draft.remove('ServiceMonitor analytics-api'),
    'the catalog declares this service monitor',
  ],
  [
    'variable',
    'a setting has another value',
    (draft) => draft.set('ConfigMap analytics-api-config', 'data.QUERY_MAX_DEPTH', '80'),
    'QUERY_MAX_DEPTH: 80: services.analytics-api',
  ],
  [
    'variable',
    'a setting is missing',
    (draft) => draft.unset('ConfigMap analytics-api-config', 'data.LOG_LEVEL'),
    'analytics-api LOG_LEVEL: the catalog declares this variable',
  ],
  [
    'variable',
    'a variable is nobody’s',
    (draft) => draft.set('ConfigMap analytics-api-config', 'data.NODE_OPTIONS', '--inspect'),
    'analytics-api NODE_OPTIONS: the output has this variable',
  ],
  [
    'Kafka cluster',
    'another version runs',
    (draft) => draft.set('Kafka gamemetrics', 'spec.kafka.version', '4.0.0'),
    'spec.kafka.version: 4.0.0',
  ],
  [
    'Kafka role',
    'a broker is missing',
    (draft) => draft.set('KafkaNodePool brokers', 'spec.replicas', 2),
    'spec.replicas: 2: environments.kafka',
  ],
  [
    'topic',
    'a topic has fewer partitions',
    (draft) => draft.set('KafkaTopic player.events.raw', 'spec.partitions', 6),
    'spec.partitions: 6: topics.player.events.raw',
  ],
  [
    'topic',
    'records are kept for an hour',
    (draft) => draft.set('KafkaTopic player.events.raw', 'spec.config["retention.ms"]', 3_600_000),
    'spec.config["retention.ms"]: 3600000',
  ],
  [
    'topic',
    'a topic is nobody’s',
    (draft) => draft.set('KafkaTopic player.events.raw', 'metadata.name', 'player.events'),
    'player.events: the output has this topic',
  ],
  [
    'Kafka user',
    'a quota is lifted',
    (draft) => draft.set(USER, 'spec.quotas.producerByteRate', 1e9),
    'producerByteRate: 1000000000',
  ],
  [
    'Kafka user',
    'a user is nobody’s',
    (draft) =>
      draft.add({
        apiVersion: 'kafka.strimzi.io/v1',
        kind: 'KafkaUser',
        metadata: { namespace: 'kafka', name: 'root' },
        spec: {},
      }),
    'root: the output has this Kafka user',
  ],
  [
    'Kafka right',
    'a service may write what it reads',
    (draft) => draft.set(USER, `${ACLS}[0].operations[2]`, 'Write'),
    `analytics-api: Write topic ${CONSUMED}: the output has this Kafka right`,
  ],
  [
    'Kafka right',
    'a right covers a prefix',
    (draft) => draft.set(USER, `${ACLS}[0].resource.patternType`, 'prefix'),
    `${CONSUMED}*: the output has this Kafka right`,
  ],
  [
    'Kafka right',
    'a right is gone',
    (draft) => draft.unset(USER, `${ACLS}[0]`),
    `analytics-api: Read topic ${CONSUMED}: the catalog declares`,
  ],
  [
    'Kafka right',
    'a right has become a denial',
    (draft) => draft.set(USER, `${ACLS}[0].type`, 'deny'),
    '(deny from *): the output has this Kafka right',
  ],
  [
    'default deny',
    'a namespace is open',
    (draft) => draft.remove('NetworkPolicy kafka/default-deny'),
    'kafka: the catalog declares this default deny',
  ],
  [
    'default deny',
    'what denies speaks of one direction only',
    (draft) => draft.set('NetworkPolicy kafka/default-deny', 'spec.policyTypes', ['Ingress']),
    'kafka: the catalog declares this default deny',
  ],
  ['network permission', 'an edge is missing', (draft) => draft.unset(ALLOW, 'spec.egress[0]'), 'edge analytics-api →'],
  [
    'network permission',
    'everybody is let in',
    (draft) => draft.unset(ALLOW, 'spec.ingress[0].from'),
    'ingress everybody',
  ],
  [
    'network permission',
    'every port is let through',
    (draft) => draft.unset(ALLOW, 'spec.ingress[0].ports'),
    'every port: the output has this network permission',
  ],
  [
    'network permission',
    'the whole internet is let out to',
    (draft) => draft.set(ALLOW, 'spec.egress[0].to[0]', { ipBlock: { cidr: '0.0.0.0/0' } }),
    'egress 0.0.0.0/0',
  ],
  [
    'network permission',
    'a whole namespace is let in',
    (draft) => draft.unset('NetworkPolicy allow-event-processor-service', 'spec.ingress[0].from[0].podSelector'),
    'ingress gamemetrics/',
  ],
  [
    'network permission',
    'a range of ports is opened',
    (draft) => draft.set(ALLOW, 'spec.egress[0].ports[0].endPort', 65_535),
    '-65535/TCP',
  ],
  [
    'namespace',
    'Pod Security is lowered',
    (draft) =>
      draft.set('Namespace gamemetrics', 'metadata.labels["pod-security.kubernetes.io/enforce"]', 'privileged'),
    'privileged: namespaces.gamemetrics',
  ],
  [
    'quota',
    'a ceiling is raised',
    (draft) => draft.set('ResourceQuota gamemetrics/base-load', 'spec.hard.pods', '1000'),
    'spec.hard.pods: 1000',
  ],
  [
    'limits',
    'a namespace gives no limits',
    (draft) => draft.remove('LimitRange kafka/container-defaults'),
    'kafka: the catalog declares this limits',
  ],
  [
    'applied folder',
    'nothing applies a folder',
    (draft) => draft.remove('Application kafka-topics'),
    'prod/kafka-topics: the catalog declares this applied folder',
  ],
  [
    'applied folder',
    'a planned service is applied',
    (draft) => draft.set('Application analytics-api', 'spec.source.path', 'prod/user-service'),
    'prod/user-service: the output has this applied folder',
  ],
  [
    'applied folder',
    'a folder of a planned service has something of a built one',
    (draft) => draft.set('ServiceAccount user-service', 'metadata.name', 'admin-dashboard'),
    'prod/user-service: the catalog declares this applied folder',
  ],
  [
    'pod monitor',
    'pods are scraped at another port',
    (draft) =>
      draft.set('PodMonitor keda-operator', 'spec.podMetricsEndpoints', [{ portNumber: 8081, path: '/metrics' }]),
    'observability/app=keda-operator :8081/metrics: the output has this pod monitor',
  ],
  [
    'prometheus',
    'it forgets sooner',
    (draft) => draft.set('Prometheus prometheus', 'spec.retention', '1d'),
    'spec.retention: 1d',
  ],
  [
    'sight of prometheus',
    'it is given everything',
    (draft) => draft.set('ClusterRoleBinding prometheus', 'roleRef.name', 'cluster-admin'),
    'observability/prometheus as cluster-admin: the output has this sight of prometheus',
  ],
  [
    'installed operator',
    'an operator has another version',
    (draft) => draft.set('Application operator-strimzi', 'spec.source.targetRevision', '1.1.0'),
    'spec.source.targetRevision: 1.1.0',
  ],
  [
    'project',
    'a project belongs to no team',
    (draft) => draft.set('AppProject insights', 'metadata.name', 'strangers'),
    'strangers: the output has this project',
  ],
  [
    'rollout',
    'a rollout skips a step',
    (draft) => draft.unset(API, 'spec.strategy.canary.steps[0]'),
    'spec.strategy.canary.steps: for 5m',
  ],
  [
    'rollout',
    'requests are no longer led by shares',
    (draft) => draft.unset(API, 'spec.strategy.canary.trafficRouting'),
    'spec.strategy.canary.trafficRouting: none',
  ],
  [
    'analysis of a rollout',
    'any share of failures is good enough',
    (draft) =>
      draft.set('AnalysisTemplate analytics-api-objectives', 'spec.metrics[0].successCondition', 'result[0] >= 0'),
    'successCondition: result[0] >= 0',
  ],
  [
    'recommendation of size',
    'a recommendation is followed by itself',
    (draft) => draft.set('VerticalPodAutoscaler gamemetrics/analytics-api', 'spec.updatePolicy.updateMode', 'Recreate'),
    'updateMode: Recreate',
  ],
  [
    'policy',
    'a policy only reports',
    (draft) => draft.set('ValidatingPolicy no-privileged', 'spec.validationActions', ['Audit']),
    'spec.validationActions: Audit: policies.no-privileged in the catalog says «Deny»',
  ],
  [
    'policy',
    'a rule of a policy is taken out',
    (draft) => draft.unset('ValidatingPolicy no-privileged', 'spec.validations[0]'),
    'spec.validations[].expression',
  ],
  [
    'policy on signatures',
    'anybody may sign',
    (draft) =>
      draft.set(
        'ImageValidatingPolicy signed-images',
        'spec.attestors[0].cosign.keyless.identities[0].subject',
        'https://github.com/somebody/else/.github/workflows/images.yml@refs/heads/main',
      ),
    'spec.attestors: https://token.actions.githubusercontent.com https://github.com/somebody/else',
  ],
  [
    'exception',
    'everything is exempt',
    (draft) =>
      draft.set('PolicyException security/players-come-by-a-balancer', 'spec.matchConditions[0].expression', 'true'),
    'spec.matchConditions[].expression: true',
  ],
  [
    'mesh default',
    'a namespace may speak in the clear',
    (draft) => draft.set('PeerAuthentication mesh/default', 'spec.mtls.mode', 'PERMISSIVE'),
    'spec.mtls.mode: PERMISSIVE: mesh in the catalog says «STRICT»',
  ],
  [
    'mesh default',
    'the denial of everything is lifted',
    (draft) => draft.set('AuthorizationPolicy mesh/allow-nothing', 'spec.rules', [{}]),
    'spec.rules: [{}]: mesh in the catalog says «none»',
  ],
  [
    'mesh permission',
    'a stranger is let in',
    (draft) => draft.set(ADMIT, 'spec.rules[0].from[0].source.principals[0]', '*'),
    'mesh permission: * → analytics-api:',
  ],
  [
    'mesh permission',
    'a rule no longer says to which paths',
    (draft) => draft.unset('AuthorizationPolicy gamemetrics/allow-event-ingestion-service', 'spec.rules[0].to'),
    '→ event-ingestion-service:any port: the output has this mesh permission',
  ],
  [
    'mesh permission',
    'a caller is left out',
    (draft) => draft.unset(ADMIT, 'spec.rules[0]'),
    'the catalog declares this mesh permission',
  ],
  [
    'mesh permission',
    'a token is no longer demanded',
    (draft) =>
      draft.unset(
        'AuthorizationPolicy gamemetrics/allow-event-processor-service',
        'spec.rules[0].from[0].source.requestPrincipals',
      ),
    'the catalog declares this mesh permission',
  ],
  [
    'token check',
    'tokens for others are taken',
    (draft) => draft.set('RequestAuthentication analytics-api', 'spec.jwtRules[0].audiences', ['others']),
    'for others: the output has this token check',
  ],
  [
    'neighbours',
    'a proxy knows more than its edges',
    (draft) => draft.set('Sidecar gamemetrics/analytics-api', 'spec.egress[0].hosts', ['*/*']),
    'spec.egress[].hosts: */*: services.analytics-api in the catalog says',
  ],
  [
    'neighbours',
    'a proxy leads to whatever is asked for',
    (draft) => draft.set('Sidecar gamemetrics/analytics-api', 'spec.outboundTrafficPolicy.mode', 'ALLOW_ANY'),
    'spec.outboundTrafficPolicy.mode: ALLOW_ANY',
  ],
  [
    'circuit breaker',
    'a service may drown',
    (draft) =>
      draft.set(
        'DestinationRule gamemetrics/analytics-api',
        'spec.trafficPolicy.connectionPool.tcp.maxConnections',
        100_000,
      ),
    'maxConnections: 100000: CIRCUIT_BREAKER in the catalog says «1000»',
  ],
  [
    'public route',
    'a path more is public',
    (draft) => draft.set('VirtualService gamemetrics/analytics-api', 'spec.http[1].match[0].uri', { exact: '/admin' }),
    'gamemetrics.example/admin → analytics-api.gamemetrics.svc.cluster.local:3003: the output has this public route',
  ],
  [
    'public name',
    'an old version of TLS is spoken',
    (draft) => draft.set('Gateway gateways/ingress', 'spec.servers[0].tls.minProtocolVersion', 'TLSV1_2'),
    'minProtocolVersion: TLSV1_2',
  ],
  [
    'public name',
    'the load balancer answers to another name',
    (draft) => draft.set('Ingress gateways/public', 'spec.rules[0].host', 'www.gamemetrics.example'),
    'the output has this public name',
  ],
  [
    'outside host',
    'a host more can be reached',
    (draft) => draft.set('ServiceEntry gateways/fcm-googleapis-com', 'spec.hosts[0]', 'example.com'),
    'ServiceEntry example.com: the output has this outside host',
  ],
  [
    'project',
    'what names no project may do something',
    (draft) => draft.set('AppProject default', 'spec.sourceRepos', ['*']),
    'rights: some',
  ],
  [
    'stack',
    'a stack is missing',
    (draft) => draft.removeTemplates(/-cache$/),
    'gamemetrics-prod-cache: the catalog declares this stack',
  ],
  [
    'bucket',
    'a bucket has no name',
    (draft) => draft.changeResources('AWS::S3::Bucket', (properties) => set(properties, 'BucketName', undefined)),
    'a bucket without a name: the output has this bucket',
  ],
  [
    'credential',
    'passwords have other names',
    (draft) => draft.changeResources('AWS::SecretsManager::Secret', (properties) => set(properties, 'Name', 'other')),
    'the catalog declares this credential',
  ],
  [
    'pod role',
    'an account of a service has no role',
    (draft) =>
      draft.changeResources('AWS::EKS::PodIdentityAssociation', (properties) =>
        set(properties, 'Namespace', 'kube-system'),
      ),
    'analytics-api: the catalog declares this pod role',
  ],
  [
    'node group',
    'a group grows further',
    (draft) =>
      draft.changeResources('AWS::EKS::Nodegroup', (properties) => set(properties, 'ScalingConfig.MaxSize', 99)),
    'ScalingConfig.MaxSize: 99',
  ],
];

describe('the check of parity', () => {
  test('compares each kind of thing that a difference of it is known for, and no other', () => {
    const kinds = parityRows.map(({ kind }) => kind);
    expect([...new Set(differences.map(([kind]) => kind))].sort()).toEqual([...kinds].sort());
  });

  test.each(['dev', 'staging', 'prod'] as const)('finds %s as the catalog declares it', async (environment) => {
    expect(parity.run(await outputOf(environment), { catalog }).problems).toEqual([]);
  });

  test('finds what a catalog declares that the output does not have yet', async () => {
    const topics = [...catalog.topics, { ...catalog.topics[0], name: 'player.chat' }] as typeof catalog.topics;
    const { problems } = parity.run(await outputOf('prod'), { catalog: { ...catalog, topics } });
    expect(problems).toEqual([
      expect.objectContaining({ file: 'catalog', object: 'topics.player.chat', value: 'player.chat' }),
    ]);
  });

  test('says what rests on templates that were not synthesized', async () => {
    const { environment, manifests } = await outputOf('prod');
    const { problems, trusted } = parity.run(new Tree({ environment, manifests }), { catalog });
    expect(problems).toEqual([]);
    expect(trusted.map(({ subject }) => subject)).toEqual(
      parityRows.filter(({ inTemplates }) => inTemplates).map(({ kind }) => `${kind}s of the catalog`),
    );
  });
});

describe('a difference from the catalog is found:', () => {
  test.each(differences.map(([kind, what, change, says]) => ({ kind, what, change, says })))(
    '$kind: $what',
    async ({ change, says }) => {
      const draft = new OutputDraft(await outputOf('prod'));
      change(draft);
      const { problems } = parity.run(draft.tree, { catalog });
      const sentences = problems.map(({ object, path, value, rule }) => `${object}: ${path}: ${value}: ${rule}`);
      expect(sentences).toContainEqual(expect.stringContaining(says));
    },
  );
});
