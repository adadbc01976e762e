import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';

export interface PortHolder {
  readonly pid: number;
  /** Program and script only: other arguments may hold secrets. */
  readonly command: string;
}

const run = promisify(execFile);
const lookupTimeoutMillis = 2_000;

/**
 * The process that listens on a TCP port of this machine.
 * Undefined when nobody does, or when the holder belongs to another user or another container and cannot be seen.
 */
export async function portHolder(port: number): Promise<PortHolder | undefined> {
  const pid = process.platform === 'linux' ? await linuxListener(port) : await lsofListener(port);
  return pid === undefined ? undefined : { pid, command: await commandOf(pid) };
}

async function linuxListener(port: number): Promise<number | undefined> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((table) => readFile(table, 'utf8').catch(() => '')),
  );
  const sockets = new Set(tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`));
  return sockets.size === 0 ? undefined : ownerOf(sockets);
}

/** Rows of /proc/net/tcp: `sl local_address rem_address st … uid timeout inode`; state 0A is LISTEN (proc_net(5)). */
export function listeningInodes(table: string, port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .map((row) => row.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(wanted) && state === '0A')
    .flatMap((columns) => columns[9] ?? []);
}

async function ownerOf(sockets: ReadonlySet<string>): Promise<number | undefined> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const owners = await Promise.all(pids.map(async (pid) => ((await holdsAny(pid, sockets)) ? Number(pid) : undefined)));
  // A listening socket is inherited by forked workers; the oldest process is the one to name.
  return owners.filter((pid) => pid !== undefined).sort((a, b) => a - b)[0];
}

async function holdsAny(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  // Another user's process denies the listing, and a process may end meanwhile: both mean "not seen".
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(descriptors.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return targets.some((target) => sockets.has(target));
}

async function lsofListener(port: number): Promise<number | undefined> {
  // lsof exits with 1 when it finds nothing, and may be missing altogether.
  const found = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], {
    timeout: lookupTimeoutMillis,
  }).catch(() => undefined);
  const pid = Number(found?.stdout.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

async function commandOf(pid: number): Promise<string> {
  const words =
    process.platform === 'linux'
      ? (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
      : (await psCommand(pid)).split(' ');
  return describeCommand(words);
}

async function psCommand(pid: number): Promise<string> {
  const found = await run('ps', ['-o', 'command=', '-p', String(pid)], { timeout: lookupTimeoutMillis }).catch(
    () => undefined,
  );
  return found?.stdout.trim() ?? '';
}

/** The word after them is not the script. */
const preloads = /^(--import|--require|-r|--loader)$/;
const scripts = /\.[cm]?[jt]s$|\.(py|rb|jar|sh)$/;
const interpreters = /^(node|nodejs|python[\d.]*|ruby|java|bun|deno|sh|bash)$/;

/** `node --import x.ts a/shop/server.ts --key s3cret` becomes `node shop/server.ts`. */
export function describeCommand(words: readonly string[]): string {
  const [program = '', ...rest] = words.filter((word) => word !== '');
  // Servers such as redis and PostgreSQL retitle themselves: `redis-server 127.0.0.1:6379`.
  const name = basename(program.split(' ')[0] ?? '') || 'an unnamed process';
  const script = interpreters.test(name)
    ? rest.find((word, index) => scripts.test(word) && !preloads.test(rest[index - 1] ?? ''))
    : undefined;
  // The folder, too: many a script is called index.
  return script ? `${name} ${script.split('/').slice(-2).join('/')}` : name;
}
