import { kafkaBreaks } from './kafka-breaks.ts';
import { type Draft, get, set } from './output.ts';

const API = 'Rollout analytics-api';
const PROCESSOR = 'Rollout event-processor-service';
const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers[0]`;
const ALLOW = 'NetworkPolicy allow-analytics-api';
const SECRETS = 'ExternalSecret analytics-api-secrets';
const KAFKA_SECRET = 'ExternalSecret analytics-api-kafka';

const workload = (kind: string, pod: object, rest: object = {}): Readonly<Record<string, unknown>> => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'extra', namespace: 'gamemetrics' },
  spec: {
    selector: { matchLabels: { app: 'extra' } },
    template: {
      metadata: { labels: { app: 'extra' } },
      spec: { serviceAccountName: 'analytics-api', containers: [], ...pod },
    },
    ...rest,
  },
});

/** Puts a volume into a pod and leaves the rest as it is. */
const withVolume =
  (volume: object) =>
  (draft: Draft): void =>
    draft.add(workload('Deployment', { volumes: [{ name: 'extra', ...volume }] }));

export type Break = readonly [kind: string, what: string, change: (draft: Draft) => void, sentence: string];

/** Deliberate breaks, at least one for each kind of reference, and what the verifier must say of it. */
export const breaks: readonly Break[] = [
  ...kafkaBreaks,
  [
    'API',
    'a group is mistyped',
    (draft) => draft.set('KafkaTopic dlq.events', 'apiVersion', 'kafka.strimzy.io/v1'),
    'Write «kafka.strimzi.io»',
  ],
  [
    'secret',
    'a mounted secret is renamed',
    (draft) =>
      draft.set(PROCESSOR, `${POD}.volumes[1].projected.sources[0].secret.name`, 'event-processor-service-secret'),
    'Write «gamemetrics/event-processor-service-secrets»',
  ],
  [
    'secret',
    'the external secret that makes it is removed',
    (draft) => draft.remove(SECRETS),
    'no secret has this name',
  ],
  [
    'secret',
    'a pull secret does not exist',
    (draft) => draft.set(API, `${POD}.imagePullSecrets`, [{ name: 'registry' }]),
    'no secret has this name',
  ],
  [
    'secret',
    'a role grants a secret that is not there',
    (draft) => draft.set('Role kafka-secret-reader', 'rules[0].resourceNames[0]', 'nobody'),
    'no secret has this name',
  ],
  [
    'secret',
    'a plain volume names another',
    withVolume({ secret: { secretName: 'missing' } }),
    'no secret has this name',
  ],
  [
    'secret key',
    'a variable reads a key that is not made',
    (draft) => draft.set(API, `${CONTAINER}.env[0].valueFrom.secretKeyRef.key`, 'ACCOUNTS_URL'),
    'has no such key; it has',
  ],
  [
    'secret key',
    'the template no longer makes it',
    (draft) => draft.unset(KAFKA_SECRET, 'spec.target.template.data.KAFKA_PASSWORD'),
    'has no such key; it has none',
  ],
  [
    'secret key',
    'a scaler signs in with a key that is not there',
    (draft) => draft.set('TriggerAuthentication kafka-lag', 'spec.secretTargetRef[0].key', 'user'),
    'has no such key; it has',
  ],
  [
    'config map',
    'a config map is renamed',
    (draft) => draft.set('ConfigMap analytics-api-config', 'metadata.name', 'analytics-config'),
    'no config map has this name',
  ],
  [
    'config map',
    "a store's authority is missing",
    (draft) => draft.set('SecretStore kafka', 'spec.provider.kubernetes.server.caProvider.name', 'kube-root-ca'),
    'Write «gamemetrics/kube-root-ca.crt»',
  ],
  [
    'config map key',
    "a store's authority has another key",
    (draft) => draft.set('SecretStore kafka', 'spec.provider.kubernetes.server.caProvider.key', 'tls.crt'),
    'it has ca.crt',
  ],
  [
    'secret store',
    'a store is mistyped',
    (draft) => draft.set(SECRETS, 'spec.secretStoreRef.name', 'aws-secret-manager'),
    'Write «ClusterSecretStore aws-secrets-manager»',
  ],
  [
    'secret store',
    'a store is closed to the namespace',
    (draft) => draft.set('ClusterSecretStore aws-secrets-manager', 'spec.conditions', [{ namespaces: ['kafka'] }]),
    'its conditions do not name the namespace gamemetrics',
  ],
  [
    'remote secret',
    'a secret of AWS is mistyped',
    (draft) => draft.set(SECRETS, 'spec.data[0].remoteRef.key', 'gamemetrics/prod/acounts/analytics-api'),
    'no template creates a secret of this name',
  ],
  [
    'remote secret',
    'the stack that makes it is gone',
    (draft) => draft.removeTemplates(/-database$/),
    'no template creates a secret of this name',
  ],
  [
    'remote secret',
    'a field is not in it',
    (draft) => draft.set(SECRETS, 'spec.data[0].remoteRef.property', 'passphrase'),
    'the secret has no field «passphrase»; it has',
  ],
  [
    'remote secret',
    'the Kafka user that it is made for is gone',
    (draft) => draft.remove('KafkaUser analytics-api'),
    'no secret of this name is in the namespace that the store reads',
  ],
  [
    'right to a secret',
    'the role no longer names it',
    (draft) => draft.unset('Role kafka-secret-reader', 'rules[0].resourceNames[0]'),
    'no role in kafka lets kafka-secret-reader get this secret',
  ],
  [
    'right to a secret',
    'the verb is another',
    (draft) => draft.set('Role kafka-secret-reader', 'rules[0].verbs', ['list']),
    'Add the secret to the resourceNames of its role',
  ],
  [
    'right to a secret',
    'the binding is gone',
    (draft) => draft.remove('RoleBinding kafka-secret-reader'),
    'no role in kafka lets kafka-secret-reader',
  ],
  [
    'template value',
    'a template uses what is not fetched',
    (draft) => draft.set(KAFKA_SECRET, 'spec.target.template.data.KAFKA_PASSWORD', '{{ .pasword }}'),
    'Write «password»',
  ],
  [
    "store's account",
    'the account of a store is gone',
    (draft) => draft.remove('ServiceAccount kafka-secret-reader'),
    'no service account has this name',
  ],
  [
    'service account',
    'the account of a pod is mistyped',
    (draft) => draft.set(API, `${POD}.serviceAccountName`, 'analytic-api'),
    'Write «gamemetrics/analytics-api»',
  ],
  [
    'service account',
    'the account is removed',
    (draft) => draft.remove('ServiceAccount analytics-api'),
    'no service account has this name',
  ],
  [
    'subject',
    'a role is bound to nobody',
    (draft) => draft.set('RoleBinding kafka-secret-reader', 'subjects[0].name', 'kafka-secrets-reader'),
    'Write «gamemetrics/kafka-secret-reader»',
  ],
  [
    'role',
    'a binding grants a role that is not there',
    (draft) => draft.set('RoleBinding kafka-secret-reader', 'roleRef.name', 'secret-reader'),
    'no role of this namespace has this name',
  ],
  [
    'pod identity',
    'AWS gives a role to an account that is not there',
    (draft) =>
      draft.changeResources('AWS::EKS::PodIdentityAssociation', (properties) =>
        set(properties, 'ServiceAccount', `${get(properties, 'ServiceAccount')}-1`),
      ),
    'pod identity: no service account has this name',
  ],
  [
    'claim',
    'a pod mounts a claim that is not there',
    withVolume({ persistentVolumeClaim: { claimName: 'data' } }),
    'no persistent volume claim has this name',
  ],
  [
    'storage class',
    'a class is mistyped',
    (draft) => draft.set('KafkaNodePool brokers', 'spec.storage.volumes[0].class', 'fast-sdd'),
    'Write «fast-ssd»',
  ],
  [
    'volume',
    'a mount names no volume',
    (draft) => draft.set(API, `${CONTAINER}.volumeMounts[0].name`, 'temp'),
    'no volume of the pod has this name',
  ],
  [
    'mounted file',
    'a password is no longer mounted',
    (draft) => draft.unset(PROCESSOR, `${POD}.volumes[1].projected.sources[0]`),
    'the volume mounted at /etc/gamemetrics/secrets has',
  ],
  [
    'mounted file',
    'a variable names a file elsewhere',
    (draft) => draft.set('ConfigMap analytics-api-config', 'data.KAFKA_PASSWORD_FILE', '/etc/secrets/KAFKA_PASSWORD'),
    'nothing is mounted there',
  ],
  [
    'namespace',
    'an object is in a namespace that is not there',
    (draft) => draft.set('ServiceAccount analytics-api', 'metadata.namespace', 'gamemetric'),
    'Write «gamemetrics»',
  ],
  [
    'namespace',
    'a monitor looks into a namespace that is not there',
    (draft) => draft.set('ServiceMonitor analytics-api', 'spec.namespaceSelector.matchNames[0]', 'services'),
    'no namespace has this name',
  ],
  ['namespace', 'a namespace is removed', (draft) => draft.remove('Namespace kafka'), 'no namespace has this name'],
  [
    'scope',
    'an object has lost its namespace',
    (draft) => draft.unset('ConfigMap analytics-api-config', 'metadata.namespace'),
    'ConfigMap lives in a namespace',
  ],
  [
    'scope',
    'a cluster-wide object has a namespace',
    (draft) => draft.set('PriorityClass gamemetrics-critical', 'metadata.namespace', 'kafka'),
    'PriorityClass is cluster-wide',
  ],
  [
    'priority class',
    'a priority is mistyped',
    (draft) => draft.set(API, `${POD}.priorityClassName`, 'gamemetrics-standart'),
    'Write «gamemetrics-standard»',
  ],
  [
    'priority class',
    'a priority class is removed',
    (draft) => draft.remove('PriorityClass gamemetrics-data'),
    'no priority class has this name',
  ],
  [
    'nodes',
    'a pod asks for nodes that AWS does not have',
    (draft) => draft.set(API, `${POD}.nodeSelector`, { 'gamemetrics/pool': 'applications' }),
    'no node group has these labels',
  ],
  [
    'nodes',
    'brokers do not tolerate the taint of their nodes',
    (draft) => draft.unset('KafkaNodePool brokers', 'spec.template.pod.tolerations'),
    'the nodes with these labels are tainted gamemetrics/pool=data',
  ],
  [
    'pod selector',
    'a service selects nobody',
    (draft) => draft.set('Service analytics-api', 'spec.selector', { 'app.kubernetes.io/name': 'analytics' }),
    'it selects no pod',
  ],
  [
    'pod selector',
    'a budget protects nobody',
    (draft) => draft.set('PodDisruptionBudget analytics-api', 'spec.selector.matchLabels', { app: 'analytics-api' }),
    'it selects no pod',
  ],
  [
    'pod selector',
    'a policy is for nobody',
    (draft) => draft.set(ALLOW, 'spec.podSelector.matchLabels', { 'app.kubernetes.io/name': 'analytics' }),
    'it selects no pod',
  ],
  [
    'policy peer',
    'a peer is mistyped',
    (draft) =>
      draft.set('NetworkPolicy allow-event-processor-service', 'spec.ingress[0].from[0].podSelector.matchLabels', {
        'app.kubernetes.io/name': 'dashboard',
      }),
    'it selects no pod',
  ],
  [
    'policy peer',
    'a peer is sought in another namespace',
    (draft) =>
      draft.set(
        'NetworkPolicy allow-event-processor-service',
        'spec.ingress[0].from[0].namespaceSelector.matchLabels',
        { 'kubernetes.io/metadata.name': 'kafka' },
      ),
    'it selects no pod',
  ],
  [
    'pod monitor',
    'a pod monitor scrapes nobody',
    (draft) =>
      draft.add({
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PodMonitor',
        metadata: { name: 'kafka', namespace: 'kafka' },
        spec: { selector: { matchLabels: { 'strimzi.io/kind': 'Kafkas' } }, podMetricsEndpoints: [] },
      }),
    'it selects no pod',
  ],
  [
    'own pods',
    'a workload does not select its own pods',
    (draft) => draft.set(API, 'spec.selector.matchLabels', { 'app.kubernetes.io/name': 'analytics' }),
    'it does not select the pods of its own template',
  ],
  [
    'own pods',
    'a workload spreads the pods of another',
    (draft) =>
      draft.set(API, `${POD}.topologySpreadConstraints[0].labelSelector.matchLabels`, {
        'app.kubernetes.io/name': 'user-service',
      }),
    'it does not select the pods of its own template',
  ],
  [
    'target port',
    'a service leads to a port that nobody opens',
    (draft) => draft.set('Service analytics-api', 'spec.ports[0].targetPort', 8080),
    'the pods behind it open',
  ],
  [
    'target port',
    'a container has renamed its port',
    (draft) => draft.set(API, `${CONTAINER}.ports[0].name`, 'graphql'),
    'not http/TCP',
  ],
  [
    'probe port',
    'a probe asks a port that is not open',
    (draft) => draft.set(API, `${CONTAINER}.readinessProbe.httpGet.port`, 'health'),
    'the container opens no such port',
  ],
  [
    'policy port',
    'a policy lets in to a port that nobody opens',
    (draft) => draft.set(ALLOW, 'spec.ingress[0].ports[0].port', 1234),
    'not 1234/TCP',
  ],
  [
    'policy port',
    'the protocol is another',
    (draft) => draft.set(ALLOW, 'spec.ingress[0].ports[0].protocol', 'UDP'),
    '/UDP',
  ],
  [
    'service monitor',
    'a monitor names a port that the service lacks',
    (draft) => draft.set('ServiceMonitor analytics-api', 'spec.endpoints[0].port', 'metrics'),
    'names «metrics»',
  ],
  [
    'service monitor',
    'a monitor selects no service',
    (draft) => draft.set('ServiceMonitor analytics-api', 'spec.selector.matchLabels', { app: 'analytics-api' }),
    'it selects no service',
  ],
  [
    'scale target',
    'an autoscaler scales a workload that is not there',
    (draft) => draft.set('HorizontalPodAutoscaler analytics-api', 'spec.scaleTargetRef.name', 'analytics'),
    'no Rollout has this name',
  ],
  [
    'scale target',
    'an autoscaler scales another kind',
    (draft) => draft.set('ScaledObject event-processor-service', 'spec.scaleTargetRef.kind', 'StatefulSet'),
    'no StatefulSet has this name',
  ],
  [
    'object',
    'a pooler belongs to a cluster that is not there',
    (draft) => draft.set('Pooler timescaledb-pooler', 'spec.cluster.name', 'timescale'),
    'Write «Cluster databases/timescaledb»',
  ],
  [
    'object',
    'a cluster archives to a place that is not there',
    (draft) => draft.remove('ObjectStore timescaledb-backups'),
    'no ObjectStore has this name',
  ],
  [
    'secret',
    'a role gets a password that nobody writes',
    (draft) => draft.remove('ExternalSecret timescaledb-analytics-api'),
    'no secret has this name',
  ],
  [
    'trigger authentication',
    'a scaler signs in with what is not there',
    (draft) =>
      draft.set('ScaledObject event-processor-service', 'spec.triggers[0].authenticationRef.name', 'kafka-lags'),
    'Write «TriggerAuthentication gamemetrics/kafka-lag»',
  ],
  [
    'service',
    'a stateful set names a service that is not there',
    (draft) => draft.add(workload('StatefulSet', {}, { serviceName: 'extra-headless' })),
    'no service has this name',
  ],
  [
    'kafka cluster',
    'a topic belongs to no cluster',
    (draft) => draft.unset('KafkaTopic dlq.events', 'metadata.labels["strimzi.io/cluster"]'),
    'no Kafka cluster of this namespace has this name',
  ],
  [
    'kafka cluster',
    'a user belongs to another cluster',
    (draft) => draft.set('KafkaUser analytics-api', 'metadata.labels["strimzi.io/cluster"]', 'gamemetric'),
    'Write «kafka/gamemetrics»',
  ],
  [
    'kafka nodes',
    'the brokers are gone',
    (draft) => draft.remove('KafkaNodePool brokers'),
    'it has no node pool with the role broker',
  ],
  [
    'topic of an ACL',
    'an ACL names a topic that is not there',
    (draft) => draft.set('KafkaUser analytics-api', 'spec.authorization.acls[0].resource.name', 'dlq.event'),
    'Write «dlq.events»',
  ],
  [
    'topic of an ACL',
    'a prefix covers no topic',
    (draft) =>
      draft.set('KafkaUser analytics-api', 'spec.authorization.acls[0].resource', {
        type: 'topic',
        name: 'players.',
        patternType: 'prefix',
      }),
    'no KafkaTopic begins with this prefix',
  ],
  [
    'topic of an ACL',
    'a topic is removed',
    (draft) => draft.remove('KafkaTopic player.events.raw'),
    'no KafkaTopic has this name',
  ],
  [
    'topic of a scaler',
    'a scaler looks at a topic that is not there',
    (draft) => draft.set('ScaledObject event-processor-service', 'spec.triggers[0].metadata.topic', 'player.events'),
    'no KafkaTopic has this name',
  ],
  [
    'consumer group',
    'a scaler looks at a group that nobody joins',
    (draft) =>
      draft.set('ScaledObject event-processor-service', 'spec.triggers[0].metadata.consumerGroup', 'event-processor'),
    'no KafkaUser may read under this consumer group',
  ],
  [
    'host',
    'a setting names a service that is not there',
    (draft) =>
      draft.set(
        'ConfigMap analytics-api-config',
        'data.TOKEN_JWKS_URL',
        'http://users.gamemetrics.svc.cluster.local:3004/keys',
      ),
    'no service has this name',
  ],
  [
    'host',
    'a setting names a port that the service lacks',
    (draft) =>
      draft.set('ConfigMap analytics-api-config', 'data.KAFKA_BROKERS', 'gamemetrics-kafka-bootstrap.kafka.svc:9092'),
    'has the ports 9091, 9093',
  ],
  [
    'image',
    'an image is named by latest',
    (draft) => draft.set(API, `${CONTAINER}.image`, 'registry.example/analytics-api:latest'),
    '«latest» is a tag',
  ],
  [
    'image',
    'an image has neither tag nor digest',
    (draft) => draft.set(API, `${CONTAINER}.image`, 'registry.example/analytics-api'),
    'it has no digest',
  ],
  [
    'analysis',
    'a rollout is judged by nothing',
    (draft) => draft.remove('AnalysisTemplate analytics-api-objectives'),
    'no AnalysisTemplate has this name',
  ],
  [
    'traffic of a rollout',
    'a rollout leads by a route that is not there',
    (draft) => draft.set(API, 'spec.strategy.canary.trafficRouting.istio.virtualService.name', 'analytics'),
    'no VirtualService has this name',
  ],
  [
    'route of a rollout',
    'a rollout sets the weight of a route that is not there',
    (draft) => draft.set(API, 'spec.strategy.canary.trafficRouting.istio.virtualService.routes[0]', 'main'),
    'no route or subset has this name',
  ],
  [
    'gateway',
    'a route is for a gateway that is not there',
    (draft) => draft.set('VirtualService gamemetrics/analytics-api', 'spec.gateways[0]', 'gateways/ingres'),
    'Write «gateways/ingress»',
  ],
  [
    'neighbour',
    'a proxy is told of an entry that is not there',
    (draft) => draft.remove('ServiceEntry mesh/elasticache'),
    'no entry of the mesh has this name',
  ],
  [
    'neighbour',
    'a proxy is told of a service under another namespace',
    (draft) =>
      draft.set(
        'Sidecar gamemetrics/analytics-api',
        'spec.egress[0].hosts[0]',
        'databases/timescale-rw.databases.svc.cluster.local',
      ),
    'no service has this name',
  ],
  [
    'subset',
    'a route leads to a subset that nobody declares',
    (draft) =>
      draft.set(
        'VirtualService gateways/fcm-googleapis-com',
        'spec.tls[0].route[0].destination.subset',
        'fcm-google-com',
      ),
    'no subset has this name',
  ],
  [
    'backend',
    'a load balancer leads to a service that is not there',
    (draft) => draft.set('Ingress gateways/public', 'spec.rules[0].http.paths[0].backend.service.name', 'ingress'),
    'no service has this name',
  ],
  [
    'issuer',
    'nobody issues a certificate',
    (draft) => draft.remove('Issuer gateways/self-signed'),
    'no issuer has this name',
  ],
  [
    'secret',
    'the certificate of a gateway is removed',
    (draft) => draft.remove('Certificate gateways/ingress-certificate'),
    'no secret has this name',
  ],
  [
    'project',
    'the project of an application is not there',
    (draft) => draft.set('Application analytics-api', 'spec.project', 'insight'),
    'Write «insights»',
  ],
  [
    'path',
    'an application applies a folder that is not there',
    (draft) => draft.set('Application analytics-api', 'spec.source.path', 'prod/analytic-api'),
    'Write «prod/analytics-api»',
  ],
  [
    'repository',
    'an application reads from another repository',
    (draft) => draft.set('Application analytics-api', 'spec.source.repoURL', 'https://git.example/other.git'),
    'the project insights does not allow this repository',
  ],
  [
    'applied object',
    'a folder has a kind that its project does not allow',
    (draft) => draft.set('AppProject insights', 'spec.namespaceResourceWhitelist', []),
    'insights does not allow the kind',
  ],
  [
    'applied object',
    'a project no longer reaches the namespace',
    (draft) =>
      draft.set('AppProject insights', 'spec.destinations', [
        { server: 'https://kubernetes.default.svc', namespace: 'kafka' },
      ]),
    'insights does not reach the namespace gamemetrics',
  ],
  [
    'template reference',
    'a resource refers to one that is not in its template',
    (draft) =>
      draft.changeResources('AWS::EKS::PodIdentityAssociation', (properties) =>
        set(properties, 'ClusterName', { Ref: 'Nobody' }),
      ),
    'no resource or parameter of the template has this name',
  ],
  [
    'template reference',
    'the stack that exports it is gone',
    (draft) => draft.removeTemplates(/-network$/),
    'no export of another stack has this name',
  ],
  [
    'destination',
    'an application goes to another cluster',
    (draft) => draft.set('Application analytics-api', 'spec.destination.server', 'https://elsewhere.example'),
    'no cluster has this name',
  ],
];
