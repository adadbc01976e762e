import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RedisEngine, type RedisOptions, startRedis } from '#local/engines/redis/index.ts';

/** A cache server of one test file. */
export class TestRedis {
  engine: RedisEngine;
  readonly #dataDir: string;

  private constructor(engine: RedisEngine, dataDir: string) {
    this.engine = engine;
    this.#dataDir = dataDir;
  }

  static async start(program?: NonNullable<RedisOptions['program']>): Promise<TestRedis> {
    const dataDir = await mkdtemp(join(tmpdir(), 'gm-test-redis-'));
    return new TestRedis(await startRedis({ dataDir, port: 0, ...(program ? { program } : {}) }), dataDir);
  }

  /** On the same port, after `engine.stop()`. */
  async comeBack(): Promise<void> {
    const program = this.engine.program === 'resp-server' ? 'embedded' : 'system';
    this.engine = await startRedis({ dataDir: this.#dataDir, port: this.engine.port, program });
  }

  get node(): string {
    return `127.0.0.1:${this.engine.port}`;
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}
