import { readFileSync } from 'node:fs';
import { type BaseOptions, findErrorBy, MultipleErrors } from '@platformatic/kafka';
import { type Static, type TObject, Type } from 'typebox';
import { HostList, Secret } from '../environment.ts';
import { type AppError, errors, messageOf } from '../errors.ts';
import type { SecretValue } from '../secrets.ts';
import type { Telemetry } from '../telemetry/index.ts';

/** The variables of a process that speaks Kafka. */
export const kafkaEnvironment = {
  KAFKA_BROKERS: HostList(),
  /** Certificates that the brokers must be signed by; TLS is used when given. */
  KAFKA_CA_FILE: Type.Optional(Type.String({ minLength: 1 })),
  /** The KafkaUser; SCRAM-SHA-512 is used when given. */
  KAFKA_USERNAME: Type.Optional(Type.String({ minLength: 1 })),
  KAFKA_PASSWORD: Type.Optional(Secret()),
};
export type KafkaEnvironment = Static<TObject<typeof kafkaEnvironment>>;

export interface KafkaConnection {
  readonly brokers: readonly string[];
  readonly caFile?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: SecretValue | undefined;
}

export function kafkaConnection(config: KafkaEnvironment): KafkaConnection {
  return {
    brokers: config.KAFKA_BROKERS,
    caFile: config.KAFKA_CA_FILE,
    username: config.KAFKA_USERNAME,
    password: config.KAFKA_PASSWORD,
  };
}

const retries = 4;
const firstDelayMillis = 100;
const maxDelayMillis = 2000;

export const backOffMillis = (attempt: number, first = firstDelayMillis, max = maxDelayMillis): number =>
  Math.min(max, first * 2 ** Math.min(attempt, 20)) * (0.5 + Math.random() / 2);

function sasl({ username, password }: KafkaConnection): Pick<BaseOptions, 'sasl'> {
  if (!username || !password) return {};
  return { sasl: { mechanism: 'SCRAM-SHA-512', username, password: () => password.reveal() } };
}

/** Client options with every wait bounded. */
export function clientOptions(telemetry: Telemetry, connection: KafkaConnection): BaseOptions {
  return {
    clientId: telemetry.name,
    bootstrapBrokers: [...connection.brokers],
    connectTimeout: 3000,
    requestTimeout: 10_000,
    timeout: 5000,
    retries,
    retryDelay: (_client, _operation, attempt) => backOffMillis(attempt),
    metadataMaxAge: 30_000,
    autocreateTopics: false,
    ...(connection.caFile ? { tls: { ca: readFileSync(connection.caFile, 'utf8') } } : {}),
    ...sasl(connection),
  };
}

/** The broker's error id anywhere in the chain, such as OFFSET_OUT_OF_RANGE. */
export const hasBrokerError = (error: unknown, id: string): boolean =>
  error instanceof Error && findErrorBy(error, 'apiId', id) !== null;

/** The innermost sentence of the library's nested errors, which is the one that says what happened. */
export function rootMessage(error: unknown): string {
  if (error instanceof MultipleErrors || error instanceof AggregateError) {
    const [first] = error.errors.toReversed();
    return first === undefined ? messageOf(error) : rootMessage(first);
  }
  return error instanceof Error && error.cause instanceof Error ? rootMessage(error.cause) : messageOf(error);
}

/** A failed request to the brokers as the decision that a caller can take: wait and repeat. */
export function brokerUnavailable(what: string, cause: unknown): AppError {
  return errors.BROKER_UNAVAILABLE({ detail: `${what}: ${rootMessage(cause)}.`, cause });
}
