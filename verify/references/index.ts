import { apiRows } from './apis.ts';
import { configurationRows } from './configuration.ts';
import { deliveryRows } from './delivery.ts';
import { externalSecretRows } from './external-secrets.ts';
import { hostRows } from './hosts.ts';
import { identityRows } from './identity.ts';
import { imageRows } from './images.ts';
import { kafkaRows } from './kafka.ts';
import { meshRows } from './mesh.ts';
import { objectRows } from './objects.ts';
import { portRows } from './ports.ts';
import { rolloutRows } from './rollouts.ts';
import type { ReferenceRow } from './row.ts';
import { schedulingRows } from './scheduling.ts';
import { selectorRows } from './selectors.ts';
import { storageRows } from './storage.ts';
import { templateRows } from './templates.ts';

/** Every kind of reference that is followed. A new kind is a row in one of these files, or a new file and a line here. */
export const referenceRows: readonly ReferenceRow[] = [
  ...apiRows,
  ...configurationRows,
  ...externalSecretRows,
  ...identityRows,
  ...storageRows,
  ...schedulingRows,
  ...selectorRows,
  ...portRows,
  ...objectRows,
  ...meshRows,
  ...rolloutRows,
  ...kafkaRows,
  ...hostRows,
  ...imageRows,
  ...deliveryRows,
  ...templateRows,
];
