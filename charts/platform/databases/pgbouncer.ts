import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { rolesOf } from '#catalog/databases.ts';
import { foreignImage, foreignImages } from '#catalog/images.ts';
import { SERVICE_LABEL } from '#catalog/infrastructure.ts';
import { enginePorts, names, PLATFORM } from '#catalog/names.ts';
import { DATABASES_NAMESPACE } from '#catalog/namespaces.ts';
import { pgbouncer } from '#catalog/parts/pgbouncer.ts';
import { Certificate } from '../../lib/cert-manager.ts';
import { Component, type Platform, TEAM_LABEL } from '../../lib/component.ts';
import { Deployment } from '../../lib/deployment.ts';
import { ExternalSecret, externalSecretSpec } from '../../lib/external-secrets.ts';
import { HOST, ZONE } from '../../lib/scheduling.ts';
import { CONTAINER_SECURITY, podSecurity } from '../../lib/security.ts';
import { priorityClass } from '../classes.ts';
import { Given } from '../operators/given.ts';
import { AWS_STORE } from '../secret-stores.ts';
import { CERTIFICATE_LIFE, DATABASES_ISSUER } from './authority.ts';
import { DatabaseSetup, RDS_AUTHORITY } from './database-setup.ts';
import { databasesTemplate, FILES, FOLDERS, runScript, settingsFile, usersTemplate } from './pgbouncer-settings.ts';

const NAME = 'pgbouncer';
const CERTIFICATE = `${NAME}-tls`;
const PORT = 'postgresql';
/** Transactions end within the time that a role's statements may take, and a little. */
const TERMINATION_GRACE_SECONDS = 45;

/** The pooler of RDS, and the job that creates what services sign in to there. */
export class PgBouncer extends Component {
  readonly #given: Given;
  readonly #selector: Record<string, string> = { [SERVICE_LABEL]: NAME };

  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: NAME,
      summary: pgbouncer.summary,
      owner: 'platform',
      namespace: DATABASES_NAMESPACE,
      stage: 'data',
    });
    this.#given = new Given(platform, pgbouncer);
    new DatabaseSetup(this);
    this.#addCertificate();
    this.#addConfiguration();
    this.#addDeployment();
    this.#addService();
    if (this.#given.replicas(NAME) > 1) this.#addDisruptionBudget();
  }

  #addCertificate(): void {
    new Certificate(this, 'Certificate', {
      metadata: this.named(NAME),
      spec: {
        secretName: CERTIFICATE,
        dnsNames: [names.pgbouncerHost],
        ...CERTIFICATE_LIFE,
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        usages: ['server auth'],
        issuerRef: DATABASES_ISSUER,
      },
    });
  }

  #addConfiguration(): void {
    const { catalog, environment } = this.platform;
    const roles = rolesOf(catalog, 'rds-postgresql');
    const endpoint = names.storeEndpoint(environment, 'rds-postgresql');
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: this.named(this.#given.account(NAME)),
      automountServiceAccountToken: false,
    });
    new k8s.KubeConfigMap(this, 'ConfigMap', {
      metadata: this.named(NAME),
      data: { [FILES.settings]: settingsFile(), [FILES.run]: runScript() },
    });
    new ExternalSecret(this, 'ExternalSecret', {
      metadata: this.named(NAME),
      spec: externalSecretSpec(NAME, {
        store: AWS_STORE,
        values: [
          ...['host', 'port'].map((property) => ({ secretKey: property, remoteRef: { key: endpoint, property } })),
          ...roles.map(({ role, service, store }) => ({
            secretKey: role,
            remoteRef: { key: names.storeSecret(environment, store, service), property: 'password' },
          })),
        ],
        keys: { [FILES.databases]: databasesTemplate(), [FILES.users]: usersTemplate(roles) },
      }),
    });
  }

  #addDeployment(): void {
    new Deployment(this, 'Deployment', {
      metadata: this.named(NAME),
      spec: {
        replicas: this.#given.replicas(NAME),
        revisionHistoryLimit: 5,
        selector: { matchLabels: this.#selector },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          metadata: {
            labels: { ...this.#selector, 'app.kubernetes.io/part-of': PLATFORM, [TEAM_LABEL]: this.props.owner },
          },
          spec: { ...k8s.toJson_PodSpec(this.#pod()), containers: [this.#container()] },
        },
      },
    });
  }

  #pod(): k8s.PodSpec {
    const spread = { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: this.#selector } };
    return {
      serviceAccountName: this.#given.account(NAME),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      priorityClassName: priorityClass('critical'),
      nodeSelector: this.#given.nodeSelector(NAME),
      topologySpreadConstraints: [ZONE, HOST].map((topologyKey) => ({ ...spread, topologyKey })),
      terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
      securityContext: podSecurity(foreignImages.pgbouncer.user),
      containers: [],
      volumes: [
        { name: 'settings', configMap: { name: NAME } },
        { name: 'secrets', secret: { secretName: NAME, defaultMode: 0o440 } },
        { name: 'certificate', secret: { secretName: CERTIFICATE, defaultMode: 0o440 } },
        { name: 'trust', configMap: { name: RDS_AUTHORITY.name } },
      ],
    };
  }

  #container(): object {
    const probe = { tcpSocket: { port: PORT }, periodSeconds: 5, timeoutSeconds: 2 };
    return {
      name: NAME,
      image: foreignImage('pgbouncer'),
      command: ['sh', `${FOLDERS.settings}/${FILES.run}`],
      ports: [{ name: PORT, containerPort: enginePorts.postgresql, protocol: 'TCP' }],
      readinessProbe: { ...probe, failureThreshold: 2 },
      livenessProbe: { ...probe, failureThreshold: 6 },
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
      resources: this.#given.size(NAME),
      securityContext: CONTAINER_SECURITY,
      volumeMounts: (['settings', 'secrets', 'certificate', 'trust'] as const).map((name) => ({
        name,
        mountPath: FOLDERS[name],
        readOnly: true,
      })),
    };
  }

  #addService(): void {
    new k8s.KubeService(this, 'Service', {
      metadata: this.named(NAME),
      spec: {
        type: 'ClusterIP',
        selector: this.#selector,
        ports: [
          { name: PORT, port: enginePorts.postgresql, targetPort: k8s.IntOrString.fromString(PORT), protocol: 'TCP' },
        ],
      },
    });
  }

  #addDisruptionBudget(): void {
    new k8s.KubePodDisruptionBudget(this, 'PodDisruptionBudget', {
      metadata: this.named(NAME),
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: this.#selector },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}
