import { type BenchReport, type Figure, isMet } from '#load/bench/index.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

function wantedOf({ atLeast, atMost, unit }: Figure): string {
  if (atLeast !== undefined) return `≥ ${number.format(atLeast)} ${unit}`.trim();
  return atMost === undefined ? '' : `≤ ${number.format(atMost)} ${unit}`.trim();
}

/** The figures beside what the specification asks for, and the machine that they were measured on. */
export function benchView({ name, hardware, figures, notes }: BenchReport, { colours }: Terminal): string {
  const { cpu, cores, memoryGiB, node } = hardware;
  const columns = [{ title: name }, { title: 'found', align: 'right' as const }, { title: '' }, { title: 'asked' }];
  const rows = figures.map((figure) => {
    const met = isMet(figure);
    const wanted = wantedOf(figure);
    const mark = met === undefined ? wanted : met ? colours.green(wanted) : colours.red(`${wanted}, missed`);
    return [figure.name, number.format(figure.value), figure.unit, mark];
  });
  const machine = `Measured on ${cores} cores (${cpu}), ${memoryGiB} GiB, Node ${node}, everything on this one machine.`;
  return [table(columns, rows), '', machine, ...notes].join('\n');
}
