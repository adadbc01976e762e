import { CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Catalog, Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { asSecret } from './interfaces.ts';
import { credentialsOf, PasswordSecret, StoreCredential } from './store-credentials.ts';

/**
 * What a service may do, on its own keys and channels only: read and write, but nothing that Valkey calls dangerous
 * (FLUSHALL, KEYS …) save what a cluster client asks on connecting.
 */
const accessOf = (service: string): string => {
  const prefix = names.cacheKeyPrefix(service);
  const handshake = '+info +cluster|slots +cluster|shards +cluster|nodes +cluster|info';
  return `on ~${prefix}* &${prefix}* -@all +@read +@write +@connection +@transaction +@pubsub -@dangerous ${handshake}`;
};

export interface CacheUsersProps {
  readonly catalog: Catalog;
  readonly environment: Environment;
  readonly key: IKey;
}

/** One user of the cache for each service that uses it, each with a password of its own; the default user is off. */
export class CacheUsers extends Construct {
  readonly group: CfnUserGroup;
  readonly #props: CacheUsersProps;

  constructor(scope: Construct, id: string, props: CacheUsersProps) {
    super(scope, id);
    this.#props = props;
    const { catalog, environment, key } = props;
    const users = credentialsOf(catalog, 'elasticache').map((credential) =>
      this.#addUser(credential.service, {
        name: names.cacheUser(credential.service),
        access: accessOf(credential.service),
        secret: asSecret(new StoreCredential(this, { catalog, environment, key, credential })),
      }),
    );
    this.group = new CfnUserGroup(this, 'Group', {
      engine: 'valkey',
      userGroupId: names.cluster(environment),
      userIds: [this.#addDefaultUser(), ...users].map(({ userId }) => userId),
    });
    for (const user of this.node.findAll().filter((child) => child instanceof CfnUser))
      this.group.node.addDependency(user);
  }

  /** A group must have a user called `default`. Nobody can sign in as it, and Valkey demands a password all the same. */
  #addDefaultUser(): CfnUser {
    const { environment, key } = this.#props;
    const secret = new PasswordSecret(this, 'DefaultPassword', {
      name: names.storeSecret(environment, 'cache', 'default'),
      description: 'Of the default user, which is switched off',
      key,
      template: { username: 'default' },
    });
    return this.#addUser('default', { name: 'default', access: 'off -@all', secret: asSecret(secret) });
  }

  #addUser(id: string, user: { readonly name: string; readonly access: string; readonly secret: ISecret }): CfnUser {
    return new CfnUser(this, `User-${id}`, {
      engine: 'valkey',
      userId: `${this.#props.environment.name}-${id}`,
      userName: user.name,
      accessString: user.access,
      // A reference that CloudFormation resolves: the password itself is in no template.
      passwords: [user.secret.secretValueFromJson('password').unsafeUnwrap()],
    });
  }
}
