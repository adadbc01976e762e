import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of a generated password: 192 bits, written in base64url. */
const PASSWORD_BYTES = 24;

/** Secrets of the local platform: made at the first start, kept in the data folder, readable by their owner alone. */
export class LocalSecrets {
  readonly #folder: string;

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'secrets');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** The file of a secret; its content is made when it is asked for the first time. */
  file(name: string, make: () => string = () => randomBytes(PASSWORD_BYTES).toString('base64url')): string {
    const path = join(this.#folder, name);
    if (!existsSync(path)) writeFileSync(path, make(), { mode: 0o600 });
    return path;
  }

  value(name: string, make?: () => string): string {
    return readFileSync(this.file(name, make), 'utf8').trim();
  }
}
