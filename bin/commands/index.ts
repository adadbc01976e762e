import type { Command } from '../command.ts';
import { bench } from './bench.ts';
import { bundle } from './bundle.ts';
import { ci } from './ci.ts';
import { cost } from './cost.ts';
import { destroy } from './destroy.ts';
import { diff } from './diff.ts';
import { dlq } from './dlq.ts';
import { doctor } from './doctor.ts';
import { down } from './down.ts';
import { images } from './images.ts';
import { logs } from './logs.ts';
import { promote } from './promote.ts';
import { publish } from './publish.ts';
import { send } from './send.ts';
import { simulate } from './simulate.ts';
import { status } from './status.ts';
import { synth } from './synth.ts';
import { token } from './token.ts';
import { up } from './up.ts';
import { verify } from './verify.ts';

/** Every command, in the order of a working day. */
export const commands: readonly Command[] = [
  up,
  status,
  logs,
  token,
  send,
  simulate,
  dlq,
  down,
  synth,
  verify,
  publish,
  cost,
  diff,
  bench,
  bundle,
  images,
  promote,
  ci,
  destroy,
  doctor,
];
