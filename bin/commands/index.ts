import type { Command } from '../command.ts';
import { doctor } from './doctor.ts';

/** Every command, in the order of a working day. */
export const commands: readonly Command[] = [doctor];
