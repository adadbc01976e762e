import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { catalog } from '#catalog/index.ts';
import { type Platform, type PlatformOptions, startPlatform } from '#local/platform/index.ts';
import { freePort } from '#local/ports/index.ts';
import { LocalSecrets } from '#local/secrets.ts';
import { TokenMint } from '#local/tokens.ts';

/** A port for every engine and every port of a built service, so that tests meet no running platform and not each other. */
export async function freePorts(): Promise<ReadonlyMap<string, number>> {
  const services = catalog.services
    .filter(({ status }) => status === 'built')
    .flatMap(({ name, ports }) => Object.keys(ports).map((port) => (port === 'http' ? name : `${name}.${port}`)));
  const chosen = new Map<string, number>();
  for (const name of ['postgres', 'kafka', 'redis', ...services]) chosen.set(name, await freePort());
  return chosen;
}

/** A whole platform in a folder of its own, with what a test asks of it. */
export class RunningPlatform {
  readonly platform: Platform;
  readonly ports: ReadonlyMap<string, number>;

  private constructor(platform: Platform, ports: ReadonlyMap<string, number>) {
    this.platform = platform;
    this.ports = ports;
  }

  static async start(
    options: Partial<PlatformOptions> = {},
    ports?: ReadonlyMap<string, number>,
  ): Promise<RunningPlatform> {
    const chosen = ports ?? (await freePorts());
    const platform = await startPlatform(catalog, {
      dataFolder: mkdtempSync(join(tmpdir(), 'gamemetrics-e2e-')),
      reset: false,
      traffic: false,
      ports: chosen,
      logLevel: 'info',
      onStep: () => undefined,
      ...options,
    });
    return new RunningPlatform(platform, chosen);
  }

  get dataFolder(): string {
    return this.platform.dataFolder;
  }

  url(service: string): string {
    return `http://127.0.0.1:${this.ports.get(service)}`;
  }

  /** The pid of a service's process, while it runs. */
  pidOf(name: string): number | undefined {
    return this.platform.processes.find((process) => process.name === name)?.pid;
  }

  restartsOf(name: string): number {
    return this.platform.processes.find((process) => process.name === name)?.restarts ?? 0;
  }

  async token(games: readonly string[], role = 'analyst'): Promise<string> {
    const mint = await TokenMint.open(this.dataFolder);
    return mint.mint({ subject: 'e2e', roles: [role], games, lifetimeSeconds: 600 });
  }

  async graphql<Data>(query: string, variables: Record<string, unknown>, token: string): Promise<Data> {
    const answer = await fetch(`${this.url('analytics-api')}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await answer.json()) as { data?: Data; errors?: readonly unknown[] };
    if (!body.data || body.errors) throw new Error(JSON.stringify(body.errors ?? body));
    return body.data;
  }

  /** Asks the event store as its superuser, past every view. */
  async sql<Row extends pg.QueryResultRow>(
    statement: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: this.platform.endpoints.postgresPort,
      user: 'postgres',
      password: new LocalSecrets(this.dataFolder).value('postgres-superuser'),
      database: 'events',
    });
    await client.connect();
    try {
      return (await client.query<Row>(statement, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  async stop({ keepData = false } = {}): Promise<void> {
    await this.platform.stop();
    if (!keepData) rmSync(this.dataFolder, { recursive: true, force: true });
  }
}
