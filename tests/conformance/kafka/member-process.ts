import { kafkajs } from './kafkajs-client.ts';
import type { MemberOptions } from './member.ts';
import { platformatic } from './platformatic-client.ts';

/** Joins a group and reports what it is assigned, until it is killed. */
const [, , clientName, text = '{}'] = process.argv;
// Written by `startMember`, which is typed.
const { port, groupId, topic, instanceId } = JSON.parse(text) as MemberOptions;
const client = [platformatic, kafkajs].find(({ name }) => name === clientName) ?? platformatic;
const session = await client.open(port);
const consumer = await session.consumer({
  groupId,
  topics: [topic],
  sessionTimeoutMillis: instanceId === undefined ? 2000 : 20_000,
  ...(instanceId !== undefined && { instanceId }),
});
process.on('disconnect', () => process.exit());
setInterval(() => process.send?.([...consumer.assigned]), 50);
