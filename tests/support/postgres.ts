import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretOf } from '#kit/secrets.ts';
import { type PostgresEngine, startPostgres } from '#local/engines/postgres/index.ts';

/** A real PostgreSQL of one test file, with a role and as many databases as it asks for. */
export class TestPostgres {
  readonly engine: PostgresEngine;
  readonly #dataDir: string;
  static readonly role = 'tester';
  static readonly password = secretOf('tested');

  private constructor(engine: PostgresEngine, dataDir: string) {
    this.engine = engine;
    this.#dataDir = dataDir;
  }

  static async start(): Promise<TestPostgres> {
    const dataDir = await mkdtemp(join(tmpdir(), 'gm-test-postgres-'));
    const engine = await startPostgres({ dataDir, port: 0, superuserPassword: 'super' });
    await engine.ensureRole({ name: TestPostgres.role, password: await TestPostgres.password.reveal() });
    return new TestPostgres(engine, dataDir);
  }

  /** What a pool needs to reach the database, which is made when it is missing. */
  async database(name: string): Promise<{ name: string; url: string; password: typeof TestPostgres.password }> {
    await this.engine.ensureDatabase({ name, owner: TestPostgres.role });
    const url = `postgres://${TestPostgres.role}@127.0.0.1:${this.engine.port}/${name}`;
    return { name, url, password: TestPostgres.password };
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}
