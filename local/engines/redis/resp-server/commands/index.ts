import type { CommandTable } from './command.ts';
import { connectionCommands } from './connections.ts';
import { geoCommands } from './geo.ts';
import { hashCommands } from './hashes.ts';
import { keyCommands } from './keys.ts';
import { listCommands } from './lists.ts';
import { numberCommands } from './numbers.ts';
import { pubsubCommands } from './pubsub.ts';
import { commandCommand, serverCommands } from './server.ts';
import { setCommands } from './sets.ts';
import { sketchCommands } from './sketches.ts';
import { sortedSetRangeCommands } from './sorted-set-ranges.ts';
import { sortedSetCommands } from './sorted-sets.ts';
import { streamCommands } from './streams.ts';
import { stringCommands } from './strings.ts';
import { transactionCommands } from './transactions.ts';

/** Every command of the development server. To add one: a row in the table of its data type. */
export const commands: CommandTable = {
  ...connectionCommands,
  ...serverCommands,
  COMMAND: commandCommand(() => commands),
  ...keyCommands,
  ...stringCommands,
  ...numberCommands,
  ...hashCommands,
  ...setCommands,
  ...sortedSetCommands,
  ...sortedSetRangeCommands,
  ...listCommands,
  ...streamCommands,
  ...sketchCommands,
  ...geoCommands,
  ...pubsubCommands,
  ...transactionCommands,
};
