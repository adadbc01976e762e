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
    const ports: number[] = [];
    for (let index = 0; index < masters; index += 1) ports.push(await freePort());
    const processes = ports.map((port) => spawnNode(port, folder));
    await form(ports);
    return new TestRedisCluster(ports, processes, folder);
  }

  async stop(): Promise<void> {
    const ended = this.#processes.map((process) => once(process, 'exit'));
    for (const process of this.#processes) process.kill('SIGKILL');
    await Promise.all(ended);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function spawnNode(port: number, folder: string): ChildProcess {
  // The bus port would be port + 10,000, which may be out of range or taken.
  const settings = {
    ...{ port, bind: '127.0.0.1', dir: folder, 'cluster-enabled': 'yes', 'cluster-config-file': `${port}.conf` },
    ...{ 'cluster-port': port + busDistance, 'cluster-node-timeout': 1000, save: '', appendonly: 'no' },
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return spawn(findSystemRedis() ?? 'redis-server', flags, { stdio: 'ignore' });
}

const busDistance = 1;

async function form(ports: readonly number[]): Promise<void> {
  const clients = ports.map((port) => new Redis({ host: '127.0.0.1', port, retryStrategy: () => 50 }));
  for (const client of clients) client.on('error', () => undefined);
  await Promise.all(clients.map((client) => client.ping()));
  for (const [index, client] of clients.entries()) {
    const range = [Math.ceil((slots * index) / masters), Math.ceil((slots * (index + 1)) / masters) - 1];
    await client.call('CLUSTER', 'ADDSLOTSRANGE', ...range.map(String));
    const [first = 0] = ports;
    await client.call('CLUSTER', 'MEET', '127.0.0.1', String(first), String(first + busDistance));
  }
  await until(async () => {
    const states = await Promise.all(clients.map((client) => client.call('CLUSTER', 'INFO')));
    return states.every((state) => /cluster_state:ok[\s\S]*cluster_known_nodes:3/.test(String(state)));
  });
  for (const client of clients) client.disconnect();
}
