import type { Problem } from '../check.ts';
import { type Catalog, MANAGEMENT_PORT } from '../model/index.ts';
import type { Rule } from './index.ts';

interface Listener {
  readonly path: string;
  readonly number: number;
}

const listenersOf = (catalog: Catalog): readonly Listener[] =>
  catalog.services.flatMap(({ name, ports }) =>
    Object.entries(ports).map(([port, { number }]) => ({ path: `services.${name}.ports.${port}`, number })),
  );

/** All services run on one machine in `gm up`, so a number belongs to one port of one service. */
const portsDoNotClash: Rule = (catalog) => {
  const first = new Map<number, string>();
  return listenersOf(catalog).flatMap(({ path, number }): readonly Problem[] => {
    const holder = first.get(number);
    if (holder === undefined) {
      first.set(number, path);
      return [];
    }
    return [
      {
        path,
        value: String(number),
        rule: `${holder} has this number already`,
        fix: 'Give each port a number of its own',
      },
    ];
  });
};

const portsAreUnprivileged: Rule = (catalog) =>
  listenersOf(catalog)
    .filter(({ number }) => !Number.isInteger(number) || number < 1024 || number > 65_535)
    .map(({ path, number }) => ({
      path,
      value: String(number),
      rule: 'ports are whole numbers from 1024 to 65535, because services do not run as root',
      fix: 'Use a number of the 30xx range',
    }));

const managementIsThere: Rule = (catalog) =>
  catalog.services
    .filter(({ ports }) => ports[MANAGEMENT_PORT]?.exposure !== 'management')
    .map(({ name }) => ({
      path: `services.${name}.ports.${MANAGEMENT_PORT}`,
      value: 'missing',
      rule: 'every service serves metrics and health on a management port that is never public',
      fix: 'Use httpPorts() or add the port with exposure management',
    }));

const publicPathsNeedAPublicPort: Rule = (catalog) =>
  catalog.services
    .filter(
      ({ publicPaths, ports }) =>
        publicPaths.length > 0 !== Object.values(ports).some(({ exposure }) => exposure === 'public'),
    )
    .map(({ name, publicPaths }) => ({
      path: `services.${name}.publicPaths`,
      value: `[${publicPaths.join(', ')}]`,
      rule: 'public paths and a port with exposure public come together',
      fix: 'Make the http port public, or remove the paths',
    }));

export const portRules: readonly Rule[] = [
  portsDoNotClash,
  portsAreUnprivileged,
  managementIsThere,
  publicPathsNeedAPublicPort,
];
