import { resolve } from 'node:path';

/** What a program needs of the surroundings to run at all; everything else reaches a child only when it is declared. */
const inherited = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'LD_LIBRARY_PATH'] as const;

/** Where Node keeps compiled code from run to run; a folder that cannot be written only costs the time it would save. */
const compileCache = resolve(import.meta.dirname, '../../node_modules/.cache/gamemetrics/compiled');

/** The part of our environment that children get: a developer's stray PGHOST or NODE_OPTIONS never reaches a service. */
export function inheritedEnvironment(): Record<string, string> {
  const own = inherited.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  return { ...Object.fromEntries(own), NODE_COMPILE_CACHE: compileCache };
}
