import { Type } from 'typebox';
import { defineEvent } from './define.ts';
import { Millis, Seconds, Text } from './fields.ts';

export const sessionStart = defineEvent({
  type: 'session_start',
  version: 1,
  summary: 'A player opened the game.',
  properties: Type.Object({
    device_model: Type.Optional(Text),
    os_version: Type.Optional(Text),
    locale: Type.Optional(Text),
  }),
});

export const sessionEnd = defineEvent({
  type: 'session_end',
  version: 1,
  summary: 'A player left the game.',
  properties: Type.Object({ duration_seconds: Seconds }),
});

export const playerRegistered = defineEvent({
  type: 'player_registered',
  version: 1,
  summary: 'A player appeared for the first time.',
  properties: Type.Object({ source: Type.Optional(Text), campaign: Type.Optional(Text) }),
});

export const tutorialStep = defineEvent({
  type: 'tutorial_step',
  version: 1,
  summary: 'A step of the tutorial was reached.',
  properties: Type.Object({
    step: Type.Integer({ minimum: 0, maximum: 10_000 }),
    name: Type.Optional(Text),
    completed: Type.Boolean(),
  }),
});

export const performanceSample = defineEvent({
  type: 'performance_sample',
  version: 1,
  summary: 'How the game ran lately on this device.',
  properties: Type.Object({
    fps: Type.Number({ minimum: 0, maximum: 1_000 }),
    ping_millis: Millis,
    memory_mib: Type.Optional(Type.Number({ minimum: 0 })),
    crashed: Type.Optional(Type.Boolean()),
  }),
});

export const playerReport = defineEvent({
  type: 'player_report',
  version: 1,
  summary: 'A player reported another.',
  properties: Type.Object({ reported_player_id: Text, reason: Text }),
});
