import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { Ask, type Behaviour, WireAsk, type WireBehaviour } from './behaviour.ts';
import { durabilityBehaviours } from './behaviours/durability.ts';
import { groupBehaviours } from './behaviours/groups.ts';
import { offsetBehaviours } from './behaviours/offsets.ts';
import { recordBehaviours } from './behaviours/records.ts';
import { topicBehaviours } from './behaviours/topics.ts';
import { transactionBehaviours } from './behaviours/transactions.ts';
import { wireCoordinationBehaviours } from './behaviours/wire-coordination.ts';
import { wireProtocolBehaviours } from './behaviours/wire-protocol.ts';
import { wireRecordBehaviours } from './behaviours/wire-records.ts';
import type { TestClient } from './client.ts';
import { kafkajs } from './kafkajs-client.ts';
import { platformatic } from './platformatic-client.ts';
import { untilCoordinating } from './readiness.ts';
import { announceSkipped } from './skipped.ts';
import type { RunningTarget, Target } from './target.ts';

/** The list: what a broker must do, whoever asks and whoever answers. */
const behaviours: readonly Behaviour[] = [
  ...recordBehaviours,
  ...offsetBehaviours,
  ...topicBehaviours,
  ...groupBehaviours,
  ...transactionBehaviours,
  ...durabilityBehaviours,
];

const wireBehaviours: readonly WireBehaviour[] = [
  ...wireProtocolBehaviours,
  ...wireRecordBehaviours,
  ...wireCoordinationBehaviours,
];

const clients: readonly TestClient[] = [platformatic, kafkajs];
const startTimeoutMillis = 400_000;
const behaviourTimeoutMillis = 40_000;

/** Runs the whole list against a target with every client that can ask it. */
export const describeTarget = (target: Target): void => {
  if (target.reasonToSkip !== undefined) {
    announceSkipped(`the list of behaviours, asked of ${target.name}`, target.reasonToSkip);
    return;
  }
  describe(target.name, () => {
    let running: RunningTarget | undefined;
    const started = (): RunningTarget => {
      if (running === undefined) throw new Error(`${target.name} is not running`);
      return running;
    };
    beforeAll(async () => {
      running = await target.start();
      await untilCoordinating(running.port, 'ready');
    }, startTimeoutMillis);
    afterAll(async () => {
      await running?.remove();
    }, behaviourTimeoutMillis);

    describe('to bytes on a socket', () => {
      for (const behaviour of wireBehaviours) {
        test(behaviour.title, () => askByWire(started(), behaviour), behaviourTimeoutMillis);
      }
    });
    for (const client of clients) {
      describe(`to ${client.name}`, () => {
        for (const behaviour of behaviours.filter(({ isFor }) => isFor?.(client) ?? true)) {
          test(behaviour.title, () => askBy(client, started(), behaviour), behaviourTimeoutMillis);
        }
      });
    }
  });
};

const askBy = async (client: TestClient, target: RunningTarget, behaviour: Behaviour): Promise<void> => {
  const session = await client.open(target.port);
  const ask = new Ask(target, client, session);
  try {
    await behaviour.run(ask);
  } finally {
    await ask.close();
    await session.close();
  }
};

const askByWire = async (target: RunningTarget, behaviour: WireBehaviour): Promise<void> => {
  const ask = new WireAsk(target);
  try {
    await behaviour.run(ask);
  } finally {
    await ask.close();
  }
};
