import { Database, type DatabaseOptions } from './database.ts';
import { PubSub } from './pubsub.ts';
import { ScanCursors } from './scan.ts';
import type { Session } from './session.ts';
import { Waiters } from './waiters.ts';
import { Watches } from './watches.ts';

/** The version of Redis whose behaviour the commands have; clients decide by it what they may send. */
export const redisVersion = '7.0.15';

/** All that the sessions share. */
export class ServerState {
  readonly database: Database;
  readonly pubsub = new PubSub();
  readonly watches = new Watches();
  readonly waiters = new Waiters();
  readonly scans = new ScanCursors();
  readonly sessions = new Set<Session>();
  readonly startedAt = Date.now();
  commandsProcessed = 0;
  connectionsReceived = 0;

  constructor(options: DatabaseOptions) {
    this.database = new Database(options);
    this.database.onChange = (key) => {
      this.watches.changed(key);
      this.waiters.changed(key);
    };
  }

  /** Forgets a client that has left. */
  leave(session: Session): void {
    session.cancelWait?.();
    this.watches.unwatch(session);
    this.pubsub.leave(session);
    this.sessions.delete(session);
  }
}
