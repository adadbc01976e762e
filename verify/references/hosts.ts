import type { Node } from '../tree/node.ts';
import { INSTALLED_SERVICES } from '../world/installed.ts';
import { servicesOf } from '../world/objects.ts';
import { among } from './answers.ts';
import {
  broken,
  inManifests,
  type Reference,
  type ReferenceRow,
  type Resolution,
  resolved,
  type Surroundings,
  trusted,
} from './row.ts';

interface HostReference extends Reference {
  readonly service: string;
  readonly namespace: string;
  readonly port: number | undefined;
}

const CLUSTER_HOST =
  /(?<![\w.-])(?<service>[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.(?<namespace>[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.svc(?:\.cluster\.local)?(?![\w-])(?::(?<port>\d+))?/g;

/** The API server's own service; Argo CD names its cluster by it. */
const API_SERVER = 'kubernetes.default';

function hostsIn(text: Node): readonly HostReference[] {
  if (!text.text?.includes('.svc')) return [];
  return [...text.text.matchAll(CLUSTER_HOST)].map((match) => {
    const { service = '', namespace = '', port } = match.groups ?? {};
    return { at: text, value: match[0], service, namespace, port: port === undefined ? undefined : Number(port) };
  });
}

function host({ service, namespace, port }: HostReference, { tree }: Surroundings): Resolution {
  const known = servicesOf(tree);
  const ports = known.get(namespace, service);
  const name = `${service}.${namespace}`;
  if (name === API_SERVER) return resolved;
  const installed = INSTALLED_SERVICES.get(name);
  if (ports === undefined && installed)
    return trusted(`service ${name}`, `${installed} brings it, and is not in this tree`);
  if (ports === undefined) return among(`${namespace}/${service}`, known.names, 'service');
  if (port === undefined || ports.includes(port)) return resolved;
  return broken(`the service ${name} has the ports ${ports.join(', ')}`, 'Use one of its ports');
}

export const hostRows: readonly ReferenceRow[] = [
  inManifests<HostReference>({
    kind: 'host',
    says: 'A host of the cluster that any field or setting names is a service, and has the port.',
    find: ({ root }) => [...root.allTexts()].flatMap(hostsIn),
    resolve: host,
  }),
];
