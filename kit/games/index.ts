export {
  type ApiKey,
  createGameDirectory,
  type Game,
  type GameDirectory,
  type GameSpecification,
  gamesMigrations,
  type KeyOwner,
  revocationMillis,
} from './directory.ts';
export { type DataClass, dataClasses, generateKey, looksLikeKey } from './keys.ts';
