import type { Catalog } from '#catalog/index.ts';
import { checkPorts, type PortWish, refuseConflicts } from '../ports/index.ts';
import { LocalError } from '../processes/index.ts';
import { builtServices } from './services.ts';

/** Away from the usual numbers, where a developer's own PostgreSQL or Redis may listen. */
const ENGINE_PORTS = { postgres: 15_432, kafka: 19_092, redis: 16_379 } as const;
export type EngineName = keyof typeof ENGINE_PORTS;

export interface ChosenPorts {
  readonly engines: Readonly<Record<EngineName, number>>;
  /** By `service.port`, where it differs from the catalog. */
  readonly moved: ReadonlyMap<string, number>;
}

/** `admin-dashboard` for its http port, `admin-dashboard.management` for another one. */
const wishName = (service: string, port: string): string => (port === 'http' ? service : `${service}.${port}`);

function wishesOf(catalog: Catalog): ReadonlyMap<string, { readonly key: string; readonly port: number }> {
  const services = builtServices(catalog).flatMap(({ name, ports }) =>
    Object.entries(ports).map(
      ([port, { number }]) => [wishName(name, port), { key: `${name}.${port}`, port: number }] as const,
    ),
  );
  const engines = Object.entries(ENGINE_PORTS).map(([name, port]) => [name, { key: name, port }] as const);
  return new Map<string, { readonly key: string; readonly port: number }>([...engines, ...services]);
}

/** Ports of the engines and services, with the person's own choices; a taken one is named with its holder. Throws a LocalError. */
export async function choosePorts(catalog: Catalog, choices: ReadonlyMap<string, number>): Promise<ChosenPorts> {
  const wishes = wishesOf(catalog);
  const unknown = [...choices.keys()].filter((name) => !wishes.has(name));
  if (unknown.length > 0)
    throw new LocalError('UNKNOWN_PORT_NAME', {
      detail: `--port does not know ${unknown.map((name) => `«${name}»`).join(', ')}.`,
      fix: `Use one of ${[...wishes.keys()].join(', ')}.`,
    });
  const wanted = [...wishes].map(([name, { key, port }]) => ({
    name,
    key,
    catalogPort: port,
    port: choices.get(name) ?? port,
  }));
  refuseConflicts(await checkPorts(wanted.map(({ name, port }): PortWish => ({ name, port }))));
  const portOfEngine = (engine: EngineName): number => choices.get(engine) ?? ENGINE_PORTS[engine];
  return {
    engines: { postgres: portOfEngine('postgres'), kafka: portOfEngine('kafka'), redis: portOfEngine('redis') },
    moved: new Map(wanted.filter(({ port, catalogPort }) => port !== catalogPort).map(({ key, port }) => [key, port])),
  };
}
