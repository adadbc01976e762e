import { type Static, type TObject, type TOptional, type TString, type TUnsafe, Type } from 'typebox';
import { Secret, Url } from '../environment.ts';
import type { SecretValue } from '../secrets.ts';
import type { PoolOptions } from './pool.ts';

type DatabaseVariables<Store extends string> = {
  [Name in `${Uppercase<Store>}_DATABASE_URL`]: TString;
} & {
  [Name in `${Uppercase<Store>}_DATABASE_PASSWORD`]: TUnsafe<SecretValue>;
} & {
  [Name in `${Uppercase<Store>}_DATABASE_CA_FILE`]: TOptional<TString>;
};

/** The variables of a database, by its name in the catalog: `databaseEnvironment('events')` has EVENTS_DATABASE_URL …. */
export function databaseEnvironment<const Store extends string>(store: Store): DatabaseVariables<Store> {
  const prefix = store.toUpperCase();
  const variables = {
    [`${prefix}_DATABASE_URL`]: Url(['postgres']),
    [`${prefix}_DATABASE_PASSWORD`]: Secret(),
    /** The certificate authority of the server; absent where the connection stays on one machine. */
    [`${prefix}_DATABASE_CA_FILE`]: Type.Optional(Type.String({ minLength: 1 })),
  };
  // The three names are those of the type, made from the same prefix.
  return variables as DatabaseVariables<Store>;
}

/** The options of a pool that come from the environment. */
export function databaseOptions<const Store extends string>(
  config: Static<TObject<DatabaseVariables<Store>>>,
  store: Store,
): Pick<PoolOptions, 'name' | 'url' | 'password' | 'caFile'> {
  const prefix = store.toUpperCase();
  // Read by the schema that databaseEnvironment made from the same name.
  const values = config as Readonly<Record<string, unknown>>;
  return {
    name: store,
    url: values[`${prefix}_DATABASE_URL`] as string,
    password: values[`${prefix}_DATABASE_PASSWORD`] as SecretValue,
    caFile: values[`${prefix}_DATABASE_CA_FILE`] as string | undefined,
  };
}
