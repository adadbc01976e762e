import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type PostgresEngine, type PostgresOptions, startPostgres } from '#local/engines/postgres/index.ts';
import { freePort } from '#local/ports/index.ts';
import { until } from './until.ts';

/** A streaming replica of a test's PostgreSQL. */
export class Standby {
  readonly port: number;
  readonly #options: PostgresOptions;
  #engine: PostgresEngine | undefined;

  private constructor(options: PostgresOptions) {
    this.port = options.port;
    this.#options = options;
  }

  /** From a cluster that does not run. */
  static async copy(primary: PostgresOptions, dataDir: string): Promise<Standby> {
    const [from, to] = [join(primary.dataDir, 'cluster'), join(dataDir, 'cluster')];
    mkdirSync(dataDir);
    // With the owner and the modes of the files: PostgreSQL runs as somebody else and is strict.
    execFileSync('cp', ['-a', from, to]);
    const { uid, gid } = statSync(from);
    writeFileSync(join(to, 'standby.signal'), '');
    chownSync(join(to, 'standby.signal'), uid, gid);
    const address = `host=127.0.0.1 port=${primary.port} user=postgres password=${primary.superuserPassword}`;
    return new Standby({ ...primary, dataDir, port: await freePort(), settings: { primary_conninfo: address } });
  }

  async start(): Promise<void> {
    this.#engine = await startPostgres(this.#options);
    await until(async () => (await this.#ask('SELECT status FROM pg_stat_wal_receiver')) === 'streaming');
  }

  /** Ends replication: from now on it is the primary. */
  async promote(): Promise<void> {
    await this.#ask('SELECT pg_promote()');
    await until(() => !existsSync(join(this.#options.dataDir, 'cluster', 'standby.signal')));
  }

  connectionString(database: string, role: string, password: string): string {
    return this.#engine?.connectionString(database, role, password) ?? '';
  }

  async stop(): Promise<void> {
    await this.#engine?.stop();
  }

  async #ask(statement: string): Promise<unknown> {
    const client = new pg.Client(this.connectionString('postgres', 'postgres', this.#options.superuserPassword));
    await client.connect();
    try {
      const { rows } = await client.query({ text: statement, rowMode: 'array' });
      return rows[0]?.[0];
    } finally {
      await client.end();
    }
  }
}
