import { catalog } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import {
  createGameDirectory,
  type DataClass,
  type GameDirectory,
  gamesMigrations,
  generateKey,
} from '#kit/games/index.ts';
import { createPool, grantRead, migrate } from '#kit/postgres/index.ts';
import { SecretValue } from '#kit/secrets.ts';
import type { Telemetry } from '#kit/telemetry/index.ts';
import { databasePasswordName, LOOPBACK } from '../configuration.ts';
import type { LocalSecrets } from '../secrets.ts';

/** Stands in for user-service, which will own games and keys: the same tables, written as its role. */
const OWNER = 'user-service';
const STORE = 'accounts';

export const DEMO_GAME = { id: 'demo', name: 'Demo Game', timeZone: 'Europe/Berlin' } as const;

/** Roles of the services that the catalog lets read the store. */
const readers = (): readonly string[] =>
  catalog.services
    .filter(({ stores }) => stores.some(({ store, access }) => store === STORE && access === 'read'))
    .map(({ name }) => names.databaseRole(name));

export async function withGameDirectory<Result>(
  telemetry: Telemetry,
  { postgresPort, secrets }: { readonly postgresPort: number; readonly secrets: LocalSecrets },
  work: (directory: GameDirectory) => Promise<Result>,
): Promise<Result> {
  const pool = createPool(telemetry, {
    name: STORE,
    url: `postgres://${names.databaseRole(OWNER)}@${LOOPBACK}:${postgresPort}/${names.database(STORE)}`,
    password: new SecretValue({ kind: 'file', path: secrets.file(databasePasswordName(OWNER)) }),
    max: 2,
  });
  try {
    await migrate({ pool, dir: gamesMigrations });
    await grantRead(pool, readers());
    return await work(createGameDirectory(pool));
  } finally {
    await pool.stop();
  }
}

/** The key of a game and data class that the local platform made; kept in the data folder, made when asked first. */
export const gameKeyName = (game: string, dataClass: DataClass): string =>
  `game-key-${encodeURIComponent(game)}-${dataClass}`;

/** Makes sure that a game and its local key exist, and gives the key. */
export async function seedGame(
  directory: GameDirectory,
  secrets: LocalSecrets,
  game: { readonly id: string; readonly name: string; readonly timeZone: string; readonly dataClass?: DataClass },
): Promise<string> {
  const { dataClass = 'production', ...specification } = game;
  if (!(await directory.findGame(game.id))) await directory.ensureGame(specification);
  const key = secrets.value(gameKeyName(game.id, dataClass), () => generateKey(dataClass).key);
  await directory.ensureKey(game.id, key);
  return key;
}
