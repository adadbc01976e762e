import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findSystemRedis } from '#local/engines/redis/index.ts';
import { freePort } from '#local/ports/index.ts';
import { until } from './until.ts';

const masters = 3;
const slots = 16_384;

/** A Redis Cluster of three masters, from the Redis of this machine; our own server has no cluster mode. */
export class TestRedisCluster {
  readonly nodes: readonly string[];
  readonly #processes: readonly ChildProcess[];
  readonly #folder: string;

  private constructor(ports: readonly number[], processes: readonly ChildProcess[], folder: string) {
    this.nodes = ports.map((port) => `127.0.0.1:${port}`);
    this.#processes = processes;
    this.#folder = folder;
  }

  static async start(): Promise<TestRedisCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'gm-test-redis-cluster-'));
    const nodes: Node[] = [];
    for (let index = 0; index < masters; index += 1) nodes.push({ port: await freePort(), busPort: await freePort() });
    const processes = nodes.map((node) => spawnNode(node, folder));
    await Promise.race([form(nodes), ...processes.map(failure)]);
    const ports = nodes.map(({ port }) => port);
    return new TestRedisCluster(ports, processes, folder);
  }

  async stop(): Promise<void> {
    const ended = this.#processes.map((process) => once(process, 'exit'));
    for (const process of this.#processes) process.kill('SIGKILL');
    await Promise.all(ended);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface Node {
  readonly port: number;
  /** Chosen too: the default, 10,000 above the port, may be taken. */
  readonly busPort: number;
}

function spawnNode({ port, busPort }: Node, folder: string): ChildProcess {
  const settings = {
    ...{ port, bind: '127.0.0.1', dir: folder, 'cluster-enabled': 'yes', 'cluster-config-file': `${port}.conf` },
    ...{ 'cluster-port': busPort, 'cluster-node-timeout': 1000, save: '', appendonly: 'no' },
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return spawn(findSystemRedis() ?? 'redis-server', flags, { stdio: 'ignore' });
}

async function failure(process: ChildProcess): Promise<never> {
  const [code, signal] = await once(process, 'exit');
  throw new Error(`A node of the cluster ended (${code ?? signal}) before the cluster had formed.`);
}

/** A busy machine may need seconds to start a node; one that ends says so. */
const patience = { maxRetriesPerRequest: null, retryStrategy: (times: number) => (times < 400 ? 50 : null) };

async function form(nodes: readonly Node[]): Promise<void> {
  const clients = nodes.map(({ port }) => new Redis({ host: '127.0.0.1', port, ...patience }));
  for (const client of clients) client.on('error', () => undefined);
  await Promise.all(clients.map((client) => client.ping()));
  for (const [index, client] of clients.entries()) {
    const range = [Math.ceil((slots * index) / masters), Math.ceil((slots * (index + 1)) / masters) - 1];
    await client.call('CLUSTER', 'ADDSLOTSRANGE', ...range.map(String));
    const [first] = nodes;
    if (first) await client.call('CLUSTER', 'MEET', '127.0.0.1', String(first.port), String(first.busPort));
  }
  await until(async () => {
    const states = await Promise.all(clients.map((client) => client.call('CLUSTER', 'INFO')));
    return states.every((state) => /cluster_state:ok[\s\S]*cluster_known_nodes:3/.test(String(state)));
  });
  for (const client of clients) client.disconnect();
}
