import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { errorCode, errors, messageOf } from '../errors.ts';
import type { Database } from './pool.ts';

export interface TransactionOptions {
  /** Tries after the first one. 3 unless told otherwise. */
  readonly retries?: number;
  /**
   * True when running it twice has the effect of running it once: then a connection that was lost, even during
   * COMMIT, is tried again too.
   */
  readonly idempotent?: boolean;
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
}

/** Serialization failure and deadlock: the database asks for another try. */
const conflicts: ReadonlySet<string> = new Set(['40001', '40P01']);
/** The connection or the server is gone. Source: PostgreSQL appendix A, class 08 and 57P, and Node's socket codes. */
const connectionLost = /^(08...|57P0[123]|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/;
/** pg raises these without a code. */
const lostMessages =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

const firstDelayMillis = 20;
const maxDelayMillis = 2000;

/** True when the database cannot be reached, as opposed to refusing what it was asked. */
export function isConnectionLost(error: unknown): boolean {
  return connectionLost.test(errorCode(error) ?? '') || lostMessages.test(messageOf(error));
}

function retryReason(error: unknown, idempotent: boolean): string | undefined {
  const state = errorCode(error);
  if (state !== undefined && conflicts.has(state)) return state;
  return idempotent && isConnectionLost(error) ? 'connection' : undefined;
}

function beginStatement(options: TransactionOptions): string {
  const isolation = options.isolation ? ` ISOLATION LEVEL ${options.isolation.toUpperCase()}` : '';
  return `BEGIN${isolation}${options.readOnly ? ' READ ONLY' : ''}`;
}

async function once<T>(pool: Database, work: (client: pg.PoolClient) => Promise<T>, begin: string): Promise<T> {
  const client = await pool.connect();
  let broken: unknown;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection whose ROLLBACK fails is not given back: its state is unknown.
    await client.query('ROLLBACK').catch((rollbackError: unknown) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken !== undefined);
  }
}

/** Full jitter, so that two that conflicted do not meet again. */
const backOff = (attempt: number) => sleep(Math.random() * Math.min(maxDelayMillis, firstDelayMillis * 2 ** attempt));

/**
 * Runs `work` in one transaction and commits. Tries again after a serialization failure or a deadlock, and after a
 * lost connection when it is idempotent. Errors: DATABASE_UNAVAILABLE when it cannot be reached; what `work` throws.
 */
export async function transaction<T>(
  pool: Database,
  work: (client: pg.PoolClient) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const { retries = 3, idempotent = false } = options;
  const observe = pool.metrics.db_client_transaction_duration_seconds.startTimer({ pool: pool.name });
  for (let attempt = 0; ; attempt += 1) {
    try {
      const result = await once(pool, work, beginStatement(options));
      observe({ outcome: 'committed' });
      return result;
    } catch (error) {
      const reason = retryReason(error, idempotent);
      if (reason === undefined || attempt >= retries) {
        observe({ outcome: 'failed' });
        throw unreachable(pool.name, error);
      }
      pool.metrics.db_client_transaction_retries_total.inc({ pool: pool.name, reason });
      await backOff(attempt);
    }
  }
}

function unreachable(pool: string, error: unknown): unknown {
  if (!isConnectionLost(error)) return error;
  return errors.DATABASE_UNAVAILABLE({ detail: `The database "${pool}" cannot be reached.`, cause: error });
}
