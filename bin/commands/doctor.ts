import { statfsSync } from 'node:fs';
import { cpus, freemem } from 'node:os';
import { type Command, JSON_OPTION } from '../command.ts';
import { onPath } from '../programs.ts';
import { table } from '../terminal/table.ts';

type Verdict = 'ok' | 'optional' | 'missing';

interface Finding {
  readonly part: string;
  readonly verdict: Verdict;
  readonly found: string;
  readonly what: string;
}

/** Programs that widen what runs here; without them the embedded parts stand in. */
const programs = [
  { names: ['redis-server', 'valkey-server'], what: 'a real Redis instead of the embedded RESP server' },
  { names: ['java'], what: 'the broker tests against Apache Kafka itself' },
  { names: ['mvn'], what: 'fetching Apache Kafka for these tests' },
  { names: ['nats-server'], what: 'two regions of game nodes' },
  { names: ['promtool'], what: 'unit tests of alerts' },
  { names: ['aws'], what: 'destroying an environment in AWS' },
  { names: ['kubectl'], what: 'destroying an environment in AWS' },
  { names: ['chromium', 'google-chrome', 'chromium-browser'], what: 'browser tests of the dashboard' },
] as const;

const GIB = 1_073_741_824;
const NEEDED = { memoryGiB: 2, diskGiB: 2, node: 22 } as const;

function machine(): readonly Finding[] {
  const disk = statfsSync('.');
  const freeDiskGiB = (disk.bavail * disk.bsize) / GIB;
  const freeMemoryGiB = freemem() / GIB;
  const major = Number(process.versions.node.split('.')[0]);
  const atLeast = (holds: boolean): Verdict => (holds ? 'ok' : 'missing');
  return [
    {
      part: 'node',
      verdict: atLeast(major >= NEEDED.node),
      found: process.versions.node,
      what: `at least ${NEEDED.node}; npm installs 24`,
    },
    { part: 'cores', verdict: 'ok', found: String(cpus().length), what: 'two are enough' },
    {
      part: 'memory',
      verdict: atLeast(freeMemoryGiB >= NEEDED.memoryGiB),
      found: `${freeMemoryGiB.toFixed(1)} GiB free`,
      what: `at least ${NEEDED.memoryGiB} GiB`,
    },
    {
      part: 'disk',
      verdict: atLeast(freeDiskGiB >= NEEDED.diskGiB),
      found: `${freeDiskGiB.toFixed(1)} GiB free`,
      what: `at least ${NEEDED.diskGiB} GiB`,
    },
  ];
}

function optionalPrograms(): readonly Finding[] {
  return programs.map(({ names, what }) => {
    const found = names.map(onPath).find((path) => path !== undefined);
    return { part: names.join(' or '), verdict: found ? 'ok' : 'optional', found: found ?? 'not found', what };
  });
}

export const doctor: Command = {
  name: 'doctor',
  summary: 'Say what this machine has, lacks and can do without.',
  arguments: [],
  options: [JSON_OPTION],
  examples: ['npm run gm -- doctor'],
  async run(input, terminal) {
    const findings = [...machine(), ...optionalPrograms()];
    const healthy = findings.every(({ verdict }) => verdict !== 'missing');
    if (input.isSet('json')) {
      terminal.json({ healthy, findings });
      return healthy ? 0 : 1;
    }
    const { green, yellow, red } = terminal.colours;
    const colour = { ok: green, optional: yellow, missing: red } as const;
    terminal.print(
      table(
        [{ title: 'PART' }, { title: 'VERDICT' }, { title: 'FOUND' }, { title: 'FOR' }],
        findings.map(({ part, verdict, found, what }) => [part, colour[verdict](verdict), found, what]),
      ),
    );
    return healthy ? 0 : 1;
  },
};
