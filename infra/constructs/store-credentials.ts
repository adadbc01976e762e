import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { isSecret, variablesOf } from '#catalog/configuration.ts';
import { type Catalog, type Environment, type Store, type StoreEngine, storeNamed } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { outboxes } from '#catalog/outbox.ts';
import { tagOwner } from '../policies/tags.ts';

/** One service's password for one store. */
export interface Credential {
  readonly service: string;
  readonly store: Store;
  /** Who answers for it; the service itself when left out. */
  readonly owner?: string;
}

/** Every password that a service or a relay is given for a store, in catalog order; of some engines only, if they are named. */
export function credentialsOf(catalog: Catalog, ...engines: readonly StoreEngine[]): readonly Credential[] {
  const all = catalog.services.flatMap((service) =>
    variablesOf(catalog, service).flatMap(({ from }) =>
      from.kind === 'store' && isSecret(from)
        ? [{ service: service.name, store: storeNamed(catalog, from.store) }]
        : [],
    ),
  );
  const relays = outboxes.map(({ relay, store }) => ({
    service: relay,
    store: storeNamed(catalog, store),
    owner: 'platform',
  }));
  const every: readonly Credential[] = [...all, ...relays];
  return engines.length === 0 ? every : every.filter(({ store }) => engines.includes(store.engine));
}

const isRelational = (engine: StoreEngine): boolean => engine === 'rds-postgresql' || engine === 'timescaledb';

/** What is known of a credential beforehand; Secrets Manager adds the password. */
function templateOf({ service, store }: Credential): Readonly<Record<string, string>> {
  return isRelational(store.engine)
    ? { username: names.databaseRole(service), dbname: names.database(store.name) }
    : { username: names.cacheUser(service) };
}

interface PasswordProps {
  readonly name: string;
  readonly description: string;
  readonly key: IKey;
  readonly template: Readonly<Record<string, string>>;
}

/** A secret `{username, password, …}` whose password AWS makes up: 32 letters and digits, so it fits into every URL. */
export class PasswordSecret extends Secret {
  constructor(scope: Construct, id: string, { name, description, key, template }: PasswordProps) {
    super(scope, id, {
      secretName: name,
      description,
      encryptionKey: key,
      generateSecretString: {
        secretStringTemplate: JSON.stringify(template),
        generateStringKey: 'password',
        passwordLength: 32,
        excludePunctuation: true,
      },
    });
  }

  /** Keeps a copy of the same name in the recovery region, under that region's key: its databases have these passwords. */
  copyTo(standby: Environment): void {
    const resource = this.node.defaultChild;
    if (!(resource instanceof CfnSecret)) throw new Error(`${this.node.path} has no secret inside.`);
    resource.replicaRegions = [{ region: standby.region, kmsKeyId: names.keyAlias(standby, 'backup') }];
  }
}

export interface StoreCredentialProps {
  readonly catalog: Catalog;
  readonly environment: Environment;
  readonly key: IKey;
  readonly credential: Credential;
}

/** The secret of a credential, under the name that charts read it by, owned by the service's team. */
export class StoreCredential extends PasswordSecret {
  constructor(scope: Construct, props: StoreCredentialProps) {
    const { service, store } = props.credential;
    super(scope, `${store.name}-${service}`, {
      name: names.storeSecret(props.environment, store.name, service),
      description: `Credentials of ${service} for ${store.name}`,
      key: props.key,
      template: templateOf(props.credential),
    });
    tagOwner(this, { catalog: props.catalog, site: props.environment }, props.credential.owner ?? service);
  }
}
