import type { StackResource } from '../../assembly/load.ts';
import type { Decisions } from '../costing.ts';
import { dataRows } from './data.ts';
import { freeRows } from './free.ts';
import { networkRows } from './network.ts';
import { nodeRows } from './nodes.ts';
import { operationRows } from './operations.ts';
import { storageRows } from './storage.ts';

/** What each CloudFormation type costs. A type without a row is reported, and a test fails. */
export const resourceRows: Decisions<StackResource> = {
  ...nodeRows,
  ...networkRows,
  ...dataRows,
  ...storageRows,
  ...operationRows,
  ...freeRows,
};
