import type { Catalog } from './model/index.ts';

/** Days that traces are kept (spec, operations.md). */
export const TRACE_RETENTION_DAYS = 7;

/** Attributes that OpenTelemetry's conventions have for people and their devices, beside the fields of the catalog. */
const CONVENTIONAL = [
  'client.address',
  'client.port',
  'enduser.id',
  'http.client_ip',
  'net.peer.ip',
  'net.sock.peer.addr',
  'network.peer.address',
  'url.query',
  'user.email',
  'user.full_name',
  'user.id',
  'user.name',
  'user_agent.original',
] as const;

const isField = (name: string): boolean => /^[a-z]+(_[a-z]+)*$/.test(name);

/** Names of attributes that may hold personal data, each once: what services and stores declare, and what is usual. */
export function personalAttributes({ services, stores }: Catalog): readonly string[] {
  const declared = [
    ...services.flatMap(({ personalData }) => personalData.map(({ field }) => field)),
    ...stores.flatMap(({ personalData }) => personalData),
  ];
  return [...new Set([...declared.filter(isField), ...CONVENTIONAL])].sort();
}

/** RE2, whole keys, however their words are joined and whatever stands before: `player_id`, `event.playerId`. */
export function personalKeyPattern(catalog: Catalog): string {
  const names = personalAttributes(catalog).map((name) => name.split(/[._]/).join('[._-]?'));
  return `(?i:^(?:.*[._-])?(?:${names.join('|')})$)`;
}

/** Values that are personal under any key, in RE2: e-mail addresses, IPv4 addresses and tokens. */
export const PERSONAL_VALUES = [
  '[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}',
  '\\b(?:[0-9]{1,3}\\.){3}[0-9]{1,3}\\b',
  '\\beyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*',
] as const;
