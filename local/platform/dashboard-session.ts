import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenMint } from '../tokens.ts';
import type { Extras } from './services.ts';

const LIFETIME_SECONDS = 3_600;
/** Renewed well before it ends, so that a page that asks again always gets a token that lives a while. */
const RENEW_MILLIS = 20 * 60_000;

/**
 * Until user-service is there, the dashboard of the local platform signs its visitor in by itself: it hands out this token,
 * which sees every game. The variable exists on one machine only; the dashboard refuses it in any other environment.
 */
export class DashboardSession {
  readonly extras: Extras;
  readonly #timer: NodeJS.Timeout;

  private constructor(file: string, timer: NodeJS.Timeout) {
    this.extras = { 'admin-dashboard': { DEVELOPMENT_TOKEN_FILE: file } };
    this.#timer = timer;
  }

  static async open(mint: TokenMint, dataFolder: string): Promise<DashboardSession> {
    const file = join(dataFolder, 'secrets', 'dashboard-token');
    const renew = async (): Promise<void> => {
      const token = await mint.mint({
        subject: 'local-operator',
        roles: ['admin'],
        games: ['*'],
        lifetimeSeconds: LIFETIME_SECONDS,
      });
      writeFileSync(file, token, { mode: 0o600 });
    };
    await renew();
    // A full disk must not end the platform: the token that is there still lives, and the next turn tries again.
    const timer = setInterval(() => renew().catch(() => undefined), RENEW_MILLIS).unref();
    return new DashboardSession(file, timer);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
