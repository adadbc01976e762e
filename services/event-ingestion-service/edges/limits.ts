import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors } from '#kit/errors.ts';
import type { HttpServer } from '#kit/http/index.ts';
import { ByteBudget } from '../domain/byte-budget.ts';
import { TokenBucket } from '../domain/token-bucket.ts';
import type { IngestionMetrics } from '../metrics.ts';
import { ingestionErrors } from './errors.ts';

export interface Limits {
  readonly requestsPerSecond: number;
  readonly maxBodyBytes: number;
  readonly maxInflightBytes: number;
}

export const secondsOf = (millis: number): number => Math.max(1, Math.ceil(millis / 1000));

/** What a request may come to hold: a compressed one its compressed and its decompressed bytes. */
function bytesOf({ headers }: FastifyRequest, { maxBodyBytes }: Limits): number {
  const declared = Number(headers['content-length'] ?? maxBodyBytes);
  const sent = Number.isFinite(declared) ? Math.min(declared, maxBodyBytes) : maxBodyBytes;
  return headers['content-encoding'] ? sent + maxBodyBytes : sent;
}

/** Refuses before the body is read: above the rate of the instance, and when there is no memory for another body. */
export function limitRequests(server: HttpServer, limits: Limits, metrics: IngestionMetrics): void {
  const bucket = new TokenBucket(limits.requestsPerSecond, Date.now());
  const budget = new ByteBudget(limits.maxInflightBytes);
  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, next) => {
    const waitMillis = bucket.take(Date.now());
    if (waitMillis > 0) {
      metrics.ingestion_rate_limited_total.inc({ limit: 'instance' });
      const detail = `This instance takes ${limits.requestsPerSecond} requests a second.`;
      return next(errors.TOO_MANY_REQUESTS({ detail, retryAfterSeconds: secondsOf(waitMillis) }));
    }
    const bytes = bytesOf(request, limits);
    if (!budget.reserve(bytes)) {
      const detail = `Requests of ${budget.used} bytes are in hand already; ${bytes} more have no place.`;
      return next(ingestionErrors.OVERLOADED({ detail }));
    }
    // Comes once, whether the answer was sent or the client went away.
    reply.raw.once('close', () => budget.release(bytes));
    next();
  });
}
