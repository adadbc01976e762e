import { isSecret, variablesOf } from '#catalog/configuration.ts';
import type { Service } from '#catalog/index.ts';
import { AUTHORITIES, type Authority } from '../lib/authorities.ts';
import type { Platform } from '../lib/component.ts';
import type { RemoteValue } from '../lib/external-secrets.ts';
import { type Value, valueIn } from './values.ts';

const FOLDER = '/etc/gamemetrics';
export const SECRETS_FOLDER = `${FOLDER}/secrets`;
export const TRUST_FOLDER = `${FOLDER}/trust`;

/** A service's variables, sorted by how they get into its process. */
export interface Configuration {
  /** The config map. */
  readonly plain: Readonly<Record<string, string>>;
  /** Keys of the secret that are mounted as files. */
  readonly files: readonly string[];
  /** Keys of the secret that are variables: places, not credentials. */
  readonly variables: readonly string[];
  /** What the secret is made of. */
  readonly remote: readonly RemoteValue[];
  readonly templates: Readonly<Record<string, string>>;
  /** The variable whose file holds the password of the KafkaUser. */
  readonly kafkaPassword?: string;
  readonly authorities: readonly Authority[];
}

interface Entry {
  readonly name: string;
  readonly secret: boolean;
  readonly value: Value;
}

/** What a secret variable's file is called, in the variable that points to it. */
const fileVariable = (name: string): readonly [string, string] => [`${name}_FILE`, `${SECRETS_FOLDER}/${name}`];

function plainEntry({ name, secret, value }: Entry): readonly (readonly [string, string])[] {
  if (secret) return [fileVariable(name)];
  if (value.kind === 'plain') return [[name, value.value]];
  return value.kind === 'authority' ? [[name, `${TRUST_FOLDER}/${AUTHORITIES[value.authority].file}`]] : [];
}

const sortedRecord = (entries: readonly (readonly [string, string])[]): Readonly<Record<string, string>> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Values that several variables share, such as a host, are fetched once. */
function remoteValues(entries: readonly Entry[]): readonly RemoteValue[] {
  const values = entries.flatMap(({ value }) => (value.kind === 'aws' ? value.values : []));
  const byKey = new Map(values.map((value) => [value.secretKey, value]));
  return [...byKey.values()].sort((a, b) => (a.secretKey < b.secretKey ? -1 : 1));
}

export function configurationOf(platform: Platform, service: Service): Configuration {
  const entries: readonly Entry[] = variablesOf(platform.catalog, service).map(({ name, from }) => ({
    name,
    secret: isSecret(from),
    value: valueIn(platform, service, from),
  }));
  const remote = entries.filter(({ value }) => value.kind === 'aws');
  const kafka = entries.find(({ value }) => value.kind === 'kafka-password');
  const authorities = entries.flatMap(({ value }) => (value.kind === 'authority' ? [value.authority] : []));
  return {
    plain: sortedRecord(entries.flatMap(plainEntry)),
    files: remote.filter(({ secret }) => secret).map(({ name }) => name),
    variables: remote.filter(({ secret }) => !secret).map(({ name }) => name),
    remote: remoteValues(entries),
    templates: sortedRecord(
      remote.flatMap(({ name, value }) => (value.kind === 'aws' ? [[name, value.template] as const] : [])),
    ),
    ...(kafka ? { kafkaPassword: kafka.name } : {}),
    authorities: [...new Set(authorities)].sort(),
  };
}
