import type { Maker } from './made.ts';
import { cloudNativePg } from './makers/cloudnative-pg.ts';
import { cluster } from './makers/cluster.ts';
import { externalSecrets } from './makers/external-secrets.ts';
import { prometheus } from './makers/prometheus.ts';
import { strimzi } from './makers/strimzi.ts';

/** Every operator whose objects become other objects at run time. */
export const makers: readonly Maker[] = [...cluster, ...strimzi, ...cloudNativePg, ...externalSecrets, ...prometheus];
