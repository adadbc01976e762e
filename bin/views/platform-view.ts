import { catalog, MANAGEMENT_PORT } from '#catalog/index.ts';
import type { Health, Snapshot } from '#local/platform/index.ts';
import { type Column, table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What a part's processes have been through, by name. */
export type ProcessFacts = ReadonlyMap<string, { readonly state: string; readonly restarts: number }>;

const columns: readonly Column[] = [
  { title: 'SERVICE' },
  { title: 'HEALTH' },
  { title: 'PORT', align: 'right' },
  { title: 'METRICS', align: 'right' },
  { title: 'RESTARTS', align: 'right' },
  { title: 'NOTE' },
];

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

function coloured(health: Health, { colours }: Terminal): string {
  const paint = {
    ready: colours.green,
    degraded: colours.yellow,
    unready: colours.red,
    away: colours.red,
    planned: colours.dim,
  } as const;
  return paint[health](health);
}

function noteOf(name: string, health: Health, failing: readonly string[]): string {
  if (health === 'planned') return 'not built yet';
  if (failing.length > 0) return `failing: ${failing.join(', ')}`;
  return catalog.services.find((service) => service.name === name)?.summary ?? '';
}

/** Health, ports and the flow of events, as lines. */
export function platformView(snapshot: Snapshot, processes: ProcessFacts, terminal: Terminal): string {
  const rows = snapshot.services.map(({ name, health, ports, failing }) => [
    name,
    coloured(health, terminal),
    health === 'planned' ? '' : String(ports.http ?? ''),
    health === 'planned' ? '' : String(ports[MANAGEMENT_PORT] ?? ''),
    String(processes.get(name)?.restarts ?? ''),
    noteOf(name, health, failing),
  ]);
  return `${table(columns, rows)}\n\n${flowLine(snapshot)}`;
}

/** `accepted 1,234 · stored 1,230 · duplicates 0 · dead letters 4 · lag 0` */
export function flowLine({ flow }: Snapshot): string {
  const parts = [
    ['accepted', flow.accepted],
    ['stored', flow.stored],
    ['duplicates', flow.deduplicated],
    ['dead letters', flow.deadLettered],
    ['lag', flow.lagRecords],
  ] as const;
  return `events: ${parts.map(([name, value]) => `${name} ${whole.format(value)}`).join(' · ')}`;
}
