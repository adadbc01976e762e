import {
  Argument as CommanderArgument,
  Command as CommanderCommand,
  CommanderError,
  Option as CommanderOption,
} from 'commander';
import { ExplainedError } from '#catalog/index.ts';
import { isAppError } from '#kit/errors.ts';
import { type Command, Input, type Option, UsageError } from './command.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Exit codes: sysexits(3) for our own bugs, the shell's habit for the rest. */
export const EXIT = { done: 0, no: 1, usage: 2, bug: 70 } as const;

function toOption({ name, value, description, choices, repeatable, default: fallback }: Option): CommanderOption {
  const option = new CommanderOption(value ? `--${name} <${value}>` : `--${name}`, description);
  if (choices) option.choices([...choices]);
  if (fallback !== undefined) option.default(fallback);
  if (repeatable) option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  return option;
}

/** Commander keeps dashed options in camel case and `--no-x` as a false `x`; commands ask by the name that they declared. */
function optionValue(values: Readonly<Record<string, unknown>>, name: string): unknown {
  const camelCase = (text: string): string => text.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return name.startsWith('no-') ? values[camelCase(name.slice('no-'.length))] === false : values[camelCase(name)];
}

function toCommander(command: Command, run: (input: Input) => Promise<void>): CommanderCommand {
  const built = new CommanderCommand(command.name).description(command.summary).exitOverride();
  for (const { name, description, required, variadic } of command.arguments) {
    const shown = `${name}${variadic ? '...' : ''}`;
    built.addArgument(new CommanderArgument(required ? `<${shown}>` : `[${shown}]`, description));
  }
  for (const option of command.options) built.addOption(toOption(option));
  if (command.examples.length > 0)
    built.addHelpText('after', `\nExamples:\n${command.examples.map((line) => `  ${line}`).join('\n')}`);
  built.action(async () => {
    const values = built.opts<Record<string, unknown>>();
    const named = command.options.map(({ name }) => [name, optionValue(values, name)]);
    await run(new Input(built.args, Object.fromEntries(named)));
  });
  return built;
}

/** Errors that a person can act on; everything else is a bug of ours. */
const explains = (error: unknown): error is Error => error instanceof ExplainedError || isAppError(error);

function report(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof UsageError) {
    terminal.note(`${error.message}`);
    return EXIT.usage;
  }
  if (explains(error)) {
    terminal.note(`${terminal.colours.red('error')} ${error.message}`);
    return EXIT.no;
  }
  terminal.note(
    `This is a bug of GameMetrics, please report it with the lines below.\n${error instanceof Error ? error.stack : String(error)}`,
  );
  return EXIT.bug;
}

/** Runs one command line. Resolves to the exit code and never rejects. */
export async function run(commands: readonly Command[], words: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = new CommanderCommand('gamemetrics')
    .description('Infrastructure as code for gaming analytics: on AWS, on Kubernetes, on this machine.')
    .showHelpAfterError('(--help lists what there is)')
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    })
    .exitOverride();
  for (const command of commands) {
    const built = toCommander(command, async (input) => {
      exitCode = await command.run(input, terminal);
    });
    program.addCommand(built.copyInheritedSettings(program));
  }
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error, terminal);
  }
}
