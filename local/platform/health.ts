import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import { type Catalog, MANAGEMENT_PORT, type Service } from '#catalog/index.ts';
import { type Endpoints, LOOPBACK, portOf } from '../configuration.ts';
import { type Flow, flowOf } from './figures.ts';

export type Health = 'ready' | 'degraded' | 'unready' | 'away' | 'planned';

export interface ServiceHealth {
  readonly name: string;
  readonly health: Health;
  readonly ports: Readonly<Record<string, number>>;
  /** Names of the failing parts, as the service reports them. */
  readonly failing: readonly string[];
}

const TIMEOUT_MILLIS = 1_500;

async function get(port: number, path: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`http://${LOOPBACK}:${port}${path}`, { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
    return await answer.text();
  } catch {
    return undefined;
  }
}

/** What `/health/ready` says (kit/http/management.ts). */
const ReadinessAnswer = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('degraded'), Type.Literal('unready')]),
  checks: Type.Array(Type.Object({ name: Type.String(), status: Type.String() })),
});
type ReadinessAnswer = Static<typeof ReadinessAnswer>;

function parseReadiness(body: string): ReadinessAnswer | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    return Check(ReadinessAnswer, answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

async function healthOf(service: Service, moved: Endpoints['movedPorts']): Promise<ServiceHealth> {
  const ports = Object.fromEntries(Object.keys(service.ports).map((port) => [port, portOf(service, port, moved)]));
  const known = { name: service.name, ports };
  if (service.status === 'planned') return { ...known, health: 'planned', failing: [] };
  const answer = await get(portOf(service, MANAGEMENT_PORT, moved), '/health/ready');
  if (!answer) return { ...known, health: 'away', failing: [] };
  const readiness = parseReadiness(answer);
  const failing = readiness?.checks.filter(({ status }) => status === 'down').map(({ name }) => name) ?? [];
  return { ...known, health: readiness?.status ?? 'unready', failing };
}

export interface Snapshot {
  readonly services: readonly ServiceHealth[];
  readonly flow: Flow;
}

/** Asks every service once, all at the same time; never rejects. */
export async function takeSnapshot(catalog: Catalog, moved: Endpoints['movedPorts']): Promise<Snapshot> {
  const metricsOf = async (name: string): Promise<string> => {
    const service = catalog.services.find((candidate) => candidate.name === name);
    const answer = service && (await get(portOf(service, MANAGEMENT_PORT, moved), '/metrics'));
    return answer ?? '';
  };
  const [services, ingestion, processor] = await Promise.all([
    Promise.all(catalog.services.map((service) => healthOf(service, moved))),
    metricsOf('event-ingestion-service'),
    metricsOf('event-processor-service'),
  ]);
  return { services, flow: flowOf(ingestion, processor) };
}
