/** What a program needs of the surroundings to run at all; everything else reaches a child only when it is declared. */
const inherited = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'LD_LIBRARY_PATH'] as const;

/** The part of our environment that children get: a developer's stray PGHOST or NODE_OPTIONS never reaches a service. */
export function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(inherited.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
