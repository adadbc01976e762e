import { resolve } from 'node:path';
import { alsoNeeded, benchmarks } from '#load/bench/index.ts';
import { type Command, type Input, JSON_OPTION, UsageError } from '../command.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { benchView } from '../views/bench-view.ts';

const MINUTES = { min: 0.05, max: 24 * 60 } as const;

function chosen(input: Input) {
  const name = input.argument(0) ?? '';
  const benchmark = benchmarks.get(name);
  if (benchmark) return benchmark;
  throw new UsageError(`There is no benchmark «${name}». Use one of: ${[...benchmarks.keys()].join(', ')}.`);
}

function profilerFlags(folder: string | undefined): readonly string[] {
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(folder)}`];
}

async function run(input: Input, terminal: Terminal): Promise<number> {
  const benchmark = chosen(input);
  const minutes = input.number('minutes', MINUTES);
  const { startBenchPlatform } = await import('../bench/platform.ts');
  const platform = await startBenchPlatform({
    onStep: (step) => terminal.progress(`starting ${step} …`),
    nodeFlags: profilerFlags(input.text('profile')),
    services: alsoNeeded.get(input.argument(0) ?? '') ?? [],
  });
  try {
    terminal.progress('measuring …');
    const report = await benchmark(platform.subject, { seconds: minutes === undefined ? undefined : minutes * 60 });
    if (input.isSet('json')) terminal.json(report);
    else terminal.print(benchView(report, terminal));
    return 0;
  } finally {
    await platform.stop();
  }
}

export const bench: Command = {
  name: 'bench',
  summary:
    'Measure the event pipeline or analytics-api on this machine, on fresh data of its own, against what it is asked to bear.',
  arguments: [{ name: 'benchmark', description: [...benchmarks.keys()].join(', '), required: true }],
  options: [
    { name: 'minutes', value: 'N', description: 'how long to measure, in place of the usual time' },
    { name: 'profile', value: 'DIR', description: 'write a CPU profile of each service there; it slows them a little' },
    JSON_OPTION,
  ],
  examples: ['npm run bench -- end-to-end', 'npm run bench -- soak --minutes 30 --json'],
  run,
};
