import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { databasesOf, JOB_LABEL, rolesOf } from '#catalog/databases.ts';
import { foreignImage, foreignImages } from '#catalog/images.ts';
import { names } from '#catalog/names.ts';
import { DATABASES_NAMESPACE } from '#catalog/namespaces.ts';
import { pgbouncer } from '#catalog/parts/pgbouncer.ts';
import { rdsRoots } from '../../lib/authorities.ts';
import type { Component } from '../../lib/component.ts';
import { asIs, ExternalSecret, externalSecretSpec, type RemoteValue } from '../../lib/external-secrets.ts';
import { JOB_LIMITS, Job, OUTSIDE_MESH, SYNC_HOOK } from '../../lib/jobs.ts';
import { CONTAINER_SECURITY, podSecurity } from '../../lib/security.ts';
import { Given } from '../operators/given.ts';
import { AWS_STORE } from '../secret-stores.ts';
import { setupScript } from './setup-sql.ts';

const PARTY = 'database-setup';
const FOLDER = '/etc/gamemetrics';
const SERVICE_FILE = 'pg_service.conf';
const SCRIPT = 'setup.sql';
/** The authorities of RDS in this namespace, for whoever connects to it. */
export const RDS_AUTHORITY = { name: 'amazon-rds-ca', key: 'ca.crt' } as const;

/** A role in a service file has everything that libpq asks for, so that no password is a variable or an argument. */
const serviceFile = (): string =>
  [
    '[setup]',
    `host=${asIs('host')}`,
    `port=${asIs('port')}`,
    'dbname=postgres',
    `user=${asIs('username')}`,
    `password=${asIs('password')}`,
    'sslmode=verify-full',
    `sslrootcert=${FOLDER}/trust/${RDS_AUTHORITY.key}`,
    '',
  ].join('\n');

/** The job that gives RDS the databases and roles of the services, in every sync; and the authorities of RDS. */
export class DatabaseSetup extends Construct {
  readonly #component: Component;
  readonly #given: Given;

  constructor(component: Component) {
    super(component, PARTY);
    this.#component = component;
    this.#given = new Given(component.platform, pgbouncer);
    this.#addAccount();
    this.#addFiles();
    this.#addSecret();
    this.#addJob();
  }

  #named(name: string) {
    return { name, namespace: DATABASES_NAMESPACE };
  }

  #addAccount(): void {
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: this.#named(this.#given.account(PARTY)),
      automountServiceAccountToken: false,
    });
  }

  #addFiles(): void {
    const { catalog, environment } = this.#component.platform;
    const script = setupScript(rolesOf(catalog, 'rds-postgresql'), databasesOf(catalog, 'rds-postgresql'));
    new k8s.KubeConfigMap(this, 'ConfigMap', { metadata: this.#named(PARTY), data: { [SCRIPT]: script } });
    new k8s.KubeConfigMap(this, 'ConfigMap-authority', {
      metadata: this.#named(RDS_AUTHORITY.name),
      data: { [RDS_AUTHORITY.key]: rdsRoots(environment) },
    });
  }

  #addSecret(): void {
    const { catalog, environment } = this.#component.platform;
    const administrator = names.databaseAdministratorSecret(environment);
    const endpoint = names.storeEndpoint(environment, 'rds-postgresql');
    const value = (secretKey: string, key: string, property = secretKey): RemoteValue => ({
      secretKey,
      remoteRef: { key, property },
    });
    const roles = rolesOf(catalog, 'rds-postgresql');
    new ExternalSecret(this, 'ExternalSecret', {
      metadata: this.#named(PARTY),
      spec: externalSecretSpec(PARTY, {
        store: AWS_STORE,
        values: [
          value('host', endpoint),
          value('port', endpoint),
          value('username', administrator),
          value('password', administrator),
          ...roles.map(({ role, service, store }) =>
            value(role, names.storeSecret(environment, store, service), 'password'),
          ),
        ],
        keys: {
          [SERVICE_FILE]: serviceFile(),
          ...Object.fromEntries(roles.map(({ role }) => [role, asIs(role)])),
        },
      }),
    });
  }

  #addJob(): void {
    const { user } = foreignImages.postgresql;
    new Job(this, 'Job', {
      metadata: { ...this.#named(PARTY), annotations: SYNC_HOOK },
      spec: {
        ...JOB_LIMITS,
        template: {
          metadata: { labels: { [JOB_LABEL]: PARTY, ...OUTSIDE_MESH } },
          spec: {
            ...k8s.toJson_PodSpec({
              restartPolicy: 'Never',
              serviceAccountName: this.#given.account(PARTY),
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              nodeSelector: this.#given.nodeSelector(PARTY),
              securityContext: podSecurity(user),
              containers: [],
              volumes: [
                { name: 'secrets', secret: { secretName: PARTY, defaultMode: 0o440 } },
                { name: 'script', configMap: { name: PARTY } },
                { name: 'trust', configMap: { name: RDS_AUTHORITY.name } },
              ],
            }),
            containers: [this.#container()],
          },
        },
      },
    });
  }

  #container(): object {
    return {
      name: PARTY,
      image: foreignImage('postgresql'),
      command: [
        'psql',
        'service=setup',
        '--no-psqlrc',
        `--set=secrets=${FOLDER}/secrets`,
        `--file=${FOLDER}/${SCRIPT}`,
      ],
      env: [{ name: 'PGSERVICEFILE', value: `${FOLDER}/secrets/${SERVICE_FILE}` }],
      resources: this.#given.size(PARTY),
      securityContext: CONTAINER_SECURITY,
      volumeMounts: [
        { name: 'secrets', mountPath: `${FOLDER}/secrets`, readOnly: true },
        { name: 'script', mountPath: `${FOLDER}/${SCRIPT}`, subPath: SCRIPT, readOnly: true },
        { name: 'trust', mountPath: `${FOLDER}/trust`, readOnly: true },
      ],
    };
  }
}
