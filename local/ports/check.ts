import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { LocalError, systemCode } from '../processes/errors.ts';
import { type PortHolder, portHolder } from './holder.ts';

export interface PortWish {
  /** The name that the user gives to `--port NAME=NUMBER`. */
  readonly name: string;
  readonly port: number;
}

export interface PortConflict extends PortWish {
  readonly reason: 'held' | 'wanted_twice' | 'privileged';
  /** Undefined when the holder cannot be seen by this user. */
  readonly holder?: PortHolder;
  /** For `wanted_twice`: who has it first. */
  readonly otherName?: string;
  /** Free at the time of the check and wanted by nobody else in the list. */
  readonly alternative: number;
}

// `localhost` resolves to either of them, so a program on one of them is in our way on both.
const loopbacks = ['127.0.0.1', '::1'] as const;
const connectTimeoutMillis = 500;
const highestPort = 65_535;
const firstUnprivilegedPort = 1_024;
const alternativesTried = 200;

/** Which of these ports cannot be listened on, each with its holder and a free alternative. */
export async function checkPorts(wishes: readonly PortWish[]): Promise<PortConflict[]> {
  const conflicts: PortConflict[] = [];
  const unavailable = new Set(wishes.map(({ port }) => port));
  for (const [index, wish] of wishes.entries()) {
    const found = await conflictOf(wish, wishes.slice(0, index));
    if (!found) continue;
    const alternative = await freePortNear(wish.port, unavailable);
    unavailable.add(alternative);
    conflicts.push({ ...wish, ...found, alternative });
  }
  return conflicts;
}

type Finding = Omit<PortConflict, keyof PortWish | 'alternative'>;

async function conflictOf({ port }: PortWish, earlier: readonly PortWish[]): Promise<Finding | undefined> {
  const other = earlier.find((wish) => wish.port === port);
  if (other) return { reason: 'wanted_twice', otherName: other.name };
  const state = await portState(port);
  if (state === 'free') return undefined;
  if (state === 'privileged') return { reason: 'privileged' };
  const holder = await portHolder(port);
  return holder ? { reason: 'held', holder } : { reason: 'held' };
}

/** True when a server of ours could listen on the port of 127.0.0.1 now and `localhost` would find it. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await portState(port)) === 'free';
}

type PortState = 'free' | 'held' | 'privileged';

async function portState(port: number): Promise<PortState> {
  // Binding alone is not enough: BSD and macOS allow a specific address beside somebody else's wildcard.
  const answers = await Promise.all(loopbacks.map((host) => answersOn(host, port)));
  if (answers.includes(true)) return 'held';
  for (const host of loopbacks) {
    const state = await tryToListen(host, port);
    if (state !== 'free') return state;
  }
  return 'free';
}

function answersOn(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: connectTimeoutMillis });
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    // A TCP connection can meet itself when the port is in the range of outgoing ports.
    socket.once('connect', () => finish(socket.localPort !== port));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}

function tryToListen(host: string, port: number): Promise<PortState> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(stateOf(systemCode(error))));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve('free')));
  });
}

function stateOf(code: string | undefined): PortState {
  if (code === 'EADDRINUSE') return 'held';
  if (code === 'EACCES') return 'privileged';
  // A machine without IPv6 has no ::1 to be in the way.
  return 'free';
}

/** A port that nobody listens on: the next ones above, else any. */
async function freePortNear(port: number, unavailable: ReadonlySet<number>): Promise<number> {
  const start = Math.max(port + 1, firstUnprivilegedPort);
  for (let candidate = start; candidate < Math.min(start + alternativesTried, highestPort); candidate += 1) {
    if (!unavailable.has(candidate) && (await isPortFree(candidate))) return candidate;
  }
  return freePort();
}

/** Below the ranges from which systems serve outgoing connections, so that none takes a port before its owner listens. */
const chosenPorts = { from: 20_000, count: 12_000 } as const;
const handedOut = new Set<number>();

/** A port of 127.0.0.1 that was free a moment ago; this process is given each one once. */
export async function freePort(): Promise<number> {
  const start = randomInt(chosenPorts.count);
  for (let tried = 0; tried < chosenPorts.count; tried += 1) {
    const port = chosenPorts.from + ((start + tried) % chosenPorts.count);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await isPortFree(port)) return port;
  }
  const last = chosenPorts.from + chosenPorts.count - 1;
  throw new LocalError('NO_FREE_PORT', {
    detail: `This process has been given every port from ${chosenPorts.from} to ${last} that nobody listens on.`,
    fix: 'Name the ports with --port NAME=NUMBER, or end programs that hold ports.',
  });
}

/** Throws one error that names every conflict with its fix; passes silently when there is none. */
export function refuseConflicts(conflicts: readonly PortConflict[]): void {
  if (conflicts.length === 0) return;
  throw new LocalError('PORT_TAKEN', {
    detail: conflicts.map(describeConflict).join('\n'),
    fix: `Use ${conflicts.map(({ name, alternative }) => `--port ${name}=${alternative}`).join(' ')}, or end what holds the port.`,
  });
}

/** One sentence: the port, who wanted it, who holds it, what is free instead. */
export function describeConflict(conflict: PortConflict): string {
  const { name, port, alternative } = conflict;
  return `Port ${port}, wanted by ${name}, ${obstacle(conflict)}; ${alternative} is free.`;
}

function obstacle({ reason, holder, otherName }: PortConflict): string {
  if (reason === 'wanted_twice') return `is already given to ${otherName}`;
  if (reason === 'privileged') return `needs root, as all ports below ${firstUnprivilegedPort} do`;
  return holder
    ? `is held by ${holder.command} (pid ${holder.pid})`
    : 'is held by a process that this user is not allowed to see';
}
