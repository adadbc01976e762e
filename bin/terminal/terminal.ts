import { createColors } from 'picocolors';

type Colours = ReturnType<typeof createColors>;

/** Where a command prints. Colour and redrawing only on a terminal; results on stdout, progress on stderr. */
export interface Terminal {
  readonly colours: Colours;
  readonly interactive: boolean;
  readonly columns: number;
  print(text: string): void;
  json(value: unknown): void;
  note(text: string): void;
  progress(text: string): void;
}

/** Colour follows the convention of NO_COLOR and FORCE_COLOR (no-color.org). */
function wantsColour(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): boolean {
  if (environment.NO_COLOR) return false;
  return stream.isTTY === true || Boolean(environment.FORCE_COLOR);
}

export function createTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Terminal {
  const redraws = stderr.isTTY === true;
  let drawn = false;
  const clear = (): void => {
    if (drawn) stderr.write('\r\u001b[K');
    drawn = false;
  };
  return {
    colours: createColors(wantsColour(stdout, process.env)),
    interactive: stdout.isTTY === true,
    columns: stdout.columns ?? 120,
    print(text) {
      clear();
      stdout.write(`${text}\n`);
    },
    json(value) {
      clear();
      stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    note(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    progress(text) {
      if (!redraws) {
        stderr.write(`${text}\n`);
        return;
      }
      clear();
      stderr.write(text);
      drawn = true;
    },
  };
}
