import { awsRows } from './aws.ts';
import { backupRows } from './backup.ts';
import { configurationRows } from './configuration.ts';
import { databaseRows } from './databases.ts';
import { kafkaRows } from './kafka.ts';
import { kafkaPartRows } from './kafka-parts.ts';
import { meshRows } from './mesh.ts';
import { monitoringRows } from './monitoring.ts';
import { networkRows } from './network.ts';
import { partRows } from './parts.ts';
import { platformRows } from './platform.ts';
import { policyRows } from './policies.ts';
import { rolloutRows } from './rollouts.ts';
import type { ParityRow } from './row.ts';
import { serviceRows } from './services.ts';

/** Everything that the catalog and the output must agree on. */
export const parityRows: readonly ParityRow[] = [
  ...serviceRows,
  ...configurationRows,
  ...kafkaRows,
  ...databaseRows,
  ...backupRows,
  ...kafkaPartRows,
  ...partRows,
  ...networkRows,
  ...monitoringRows,
  ...meshRows,
  ...rolloutRows,
  ...policyRows,
  ...platformRows,
  ...awsRows,
];
