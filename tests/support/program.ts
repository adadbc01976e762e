import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';

/** A bundled program, started as its image starts it: in its own folder, with these variables and no others. */
export const Program = {
  async run(file: string, env: Readonly<Record<string, string>>): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, [file], { cwd: dirname(file), env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += String(chunk);
      });
    const [code] = await once(child, 'close');
    return { code, output };
  },
};
