import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { errorCode, errors, messageOf } from '../errors.ts';
import { defineMetrics, type Metric } from '../telemetry/metrics.ts';

/** One dependency that decides whether this process can serve its own contract. */
export interface HealthCheck {
  readonly name: string;
  /** A failing critical check makes the process unready; another one makes it degraded and visible. */
  readonly critical: boolean;
  /** Resolves when all is well, with a detail if there is one to show; rejects otherwise. */
  check(): Promise<unknown>;
}

export interface CheckResult {
  readonly name: string;
  readonly critical: boolean;
  readonly status: 'up' | 'down';
  readonly detail?: unknown;
  readonly durationMillis: number;
}

export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'unready';
  readonly phase: Phase;
  readonly checks: readonly CheckResult[];
}

export type Phase = 'starting' | 'running' | 'stopping';

export interface ManagementOptions {
  readonly port: number;
  readonly host: string;
  readonly registry: Registry;
  /** Read at each request, so that parts that start later appear. */
  readonly checks: () => readonly HealthCheck[];
  readonly phase: () => Phase;
  readonly checkTimeoutMillis?: number;
}

export interface ManagementServer {
  readonly port: number;
  readiness(): Promise<Readiness>;
  stop(): Promise<void>;
}

const defaultCheckTimeoutMillis = 2000;

async function withTimeout<T>(work: Promise<T>, millis: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${millis} ms`)), millis);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

export const managementMetrics = [
  {
    name: 'service_dependency_up',
    type: 'gauge',
    help: '1 while a dependency passed its last health check. 0 for long: a critical one makes the process unready, another one degraded.',
    labels: ['dependency', 'critical'],
  },
] as const satisfies readonly Metric[];

async function runCheck(check: HealthCheck, timeoutMillis: number): Promise<CheckResult> {
  const startedAt = performance.now();
  const result = (status: 'up' | 'down', detail: unknown): CheckResult => ({
    name: check.name,
    critical: check.critical,
    status,
    ...(detail === undefined ? {} : { detail }),
    durationMillis: Math.round(performance.now() - startedAt),
  });
  try {
    return result('up', await withTimeout(check.check(), timeoutMillis));
  } catch (error) {
    return result('down', messageOf(error));
  }
}

function judge(phase: Phase, checks: readonly CheckResult[]): Readiness['status'] {
  if (phase !== 'running' || checks.some((check) => check.critical && check.status === 'down')) return 'unready';
  return checks.some((check) => check.status === 'down') ? 'degraded' : 'ready';
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

const safeHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function send(response: ServerResponse, { status, body, type = 'application/json' }: Answer): void {
  response.writeHead(status, { 'content-type': type, ...safeHeaders });
  response.end(body);
}

/** Listens, or says which port is taken. */
export async function listenOrExplain(port: number, listen: () => Promise<unknown>): Promise<void> {
  try {
    await listen();
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE') throw error;
    throw errors.PORT_TAKEN({ detail: `Port ${port} is taken by another program.`, cause: error });
  }
}

type Route = () => Promise<Answer>;

function routesOf(options: ManagementOptions, readiness: () => Promise<Readiness>): Readonly<Record<string, Route>> {
  const { registry } = options;
  return {
    '/metrics': async () => ({ status: 200, body: await registry.metrics(), type: registry.contentType }),
    '/health/live': async () => ({ status: 200, body: '{"status":"live"}' }),
    '/health/ready': async () => {
      const state = await readiness();
      return { status: state.status === 'unready' ? 503 : 200, body: JSON.stringify(state) };
    },
  };
}

const nothingHere: Route = async () => ({ status: 404, body: '{"status":404,"title":"Not found"}' });

/** `/metrics`, `/health/live` and `/health/ready` on a port of their own, which is never public. */
export async function createManagementServer(options: ManagementOptions): Promise<ManagementServer> {
  const timeoutMillis = options.checkTimeoutMillis ?? defaultCheckTimeoutMillis;
  const metrics = defineMetrics(options.registry, managementMetrics);
  const readiness = async (): Promise<Readiness> => {
    const checks = await Promise.all(options.checks().map((check) => runCheck(check, timeoutMillis)));
    for (const { name, critical, status } of checks) {
      metrics.service_dependency_up.set({ dependency: name, critical: String(critical) }, status === 'up' ? 1 : 0);
    }
    const phase = options.phase();
    return { status: judge(phase, checks), phase, checks };
  };
  const routes = routesOf(options, readiness);
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const route = (request.method === 'GET' ? routes[path] : undefined) ?? nothingHere;
    const failed = (error: unknown): Answer => ({ status: 500, body: JSON.stringify({ title: messageOf(error) }) });
    void route()
      .catch(failed)
      .then((answer) => send(response, answer));
  };
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000, keepAliveTimeout: 30_000 }, handle);
  await listenOrExplain(options.port, () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject).listen(options.port, options.host, resolve);
    return promise;
  });
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  // A listening TCP server has an AddressInfo.
  return { port: (server.address() as AddressInfo).port, readiness, stop };
}
