import type { Environment } from './environment.ts';
import type { Part } from './footprint.ts';
import type { Namespace, Operator } from './operator.ts';
import type { Service } from './service.ts';
import type { Bucket, Store } from './store.ts';
import type { Team } from './team.ts';
import type { Topic } from './topic.ts';

/** Everything that the platform is. All views are derived from a value of this type. */
export interface Catalog {
  readonly teams: readonly Team[];
  readonly topics: readonly Topic[];
  readonly stores: readonly (Store | Bucket)[];
  readonly services: readonly Service[];
  readonly namespaces: readonly Namespace[];
  readonly operators: readonly Operator[];
  readonly parts: readonly Part[];
  readonly environments: readonly Environment[];
}
