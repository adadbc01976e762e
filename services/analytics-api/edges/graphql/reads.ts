import type { Changes } from '../changes.ts';
import { tenantKey } from '../changes.ts';
import type { Tenant } from '../reading.ts';

/** Of what an answer was made while it was made, so that it can be told whether it still holds. */
export class Reads {
  readonly #changes: Changes;
  readonly #versions = new Map<string, { readonly tenant: Tenant; readonly version: number }>();
  /** How long the answer may be served again when nothing changed; no field was read that says less. */
  freshMillis = Number.POSITIVE_INFINITY;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** Called before a field is read: a change that comes while it is read makes the answer old. */
  note(tenant: Tenant, freshMillis: number): void {
    this.freshMillis = Math.min(this.freshMillis, freshMillis);
    const key = tenantKey(tenant);
    if (!this.#versions.has(key)) this.#versions.set(key, { tenant, version: this.#changes.version(tenant) });
  }

  /** No game that was read has changed since. */
  hold(): boolean {
    for (const { tenant, version } of this.#versions.values())
      if (this.#changes.version(tenant) !== version) return false;
    return true;
  }
}
