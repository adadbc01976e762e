import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BaseOptions, findErrorBy, MultipleErrors } from '@platformatic/kafka';
import { type Static, type TObject, Type } from 'typebox';
import { HostList, Secret } from '../environment.ts';
import { type AppError, describeProblem, errors, isError, messageOf } from '../errors.ts';
import type { SecretValue } from '../secrets.ts';
import type { Telemetry } from '../telemetry/index.ts';

/** The variables of a process that speaks Kafka. */
export const kafkaEnvironment = {
  KAFKA_BROKERS: HostList(),
  /** `plain` on one machine; `scram-sha-512`: that and TLS, with the three variables below. */
  KAFKA_SECURITY: Type.Enum(['plain', 'scram-sha-512'], { default: 'plain' }),
  /** The certificate authority of the brokers. */
  KAFKA_CA_FILE: Type.Optional(Type.String({ minLength: 1 })),
  KAFKA_USERNAME: Type.Optional(Type.String({ minLength: 1 })),
  KAFKA_PASSWORD: Type.Optional(Secret()),
};
export type KafkaEnvironment = Static<TObject<typeof kafkaEnvironment>>;

export interface KafkaConnection {
  readonly brokers: readonly string[];
  /** TLS and SCRAM-SHA-512; without it the connection is plain. */
  readonly secured?: { readonly caFile: string; readonly username: string; readonly password: SecretValue };
}

/** Errors: CONFIGURATION_INVALID when the connection is to be secured and a part of that is missing. */
export function kafkaConnection(config: KafkaEnvironment): KafkaConnection {
  const { KAFKA_BROKERS: brokers, KAFKA_CA_FILE: caFile, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = config;
  if (config.KAFKA_SECURITY === 'plain') return { brokers };
  if (caFile && username && password) return { brokers, secured: { caFile, username, password } };
  const rule = 'must come with KAFKA_CA_FILE, KAFKA_USERNAME and KAFKA_PASSWORD';
  const problem = { path: 'KAFKA_SECURITY', value: 'scram-sha-512', rule, fix: 'Set all three.' };
  throw errors.CONFIGURATION_INVALID({ detail: `${describeProblem(problem)}.`, problems: [problem] });
}

const retries = 4;
const firstDelayMillis = 100;
const maxDelayMillis = 2000;

export const backOffMillis = (attempt: number, first = firstDelayMillis, max = maxDelayMillis): number =>
  Math.min(max, first * 2 ** Math.min(attempt, 20)) * (0.5 + Math.random() / 2);

/** Waits, or ends at once when the signal is given. */
export const pause = (millis: number, signal: AbortSignal): Promise<void> =>
  sleep(millis, undefined, { signal }).catch(() => undefined);

function security({ secured }: KafkaConnection): Pick<BaseOptions, 'sasl' | 'tls'> {
  if (!secured) return {};
  const { caFile, username, password } = secured;
  const sasl = { mechanism: 'SCRAM-SHA-512', username, password: () => password.reveal() } as const;
  return { tls: { ca: readFileSync(caFile, 'utf8') }, sasl };
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
    ...security(connection),
  };
}

/** The broker's error id anywhere in the chain, such as OFFSET_OUT_OF_RANGE. */
export const hasBrokerError = (error: unknown, id: string): boolean =>
  isError(error) && findErrorBy(error, 'apiId', id) !== null;

/** The innermost sentence of the library's nested errors, which is the one that says what happened. */
export function rootMessage(error: unknown): string {
  if (error instanceof MultipleErrors || error instanceof AggregateError) {
    const [first] = error.errors.toReversed();
    return first === undefined ? messageOf(error) : rootMessage(first);
  }
  return isError(error) && isError(error.cause) ? rootMessage(error.cause) : messageOf(error);
}

/** A failed request to the brokers as the decision that a caller can take: wait and repeat. */
export function brokerUnavailable(what: string, cause: unknown): AppError {
  return errors.BROKER_UNAVAILABLE({ detail: `${what}: ${rootMessage(cause).replace(/\.+$/, '')}.`, cause });
}
