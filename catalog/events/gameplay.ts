import { Type } from 'typebox';
import { defineEvent } from './define.ts';
import { Count, Level, Millis, Seconds, Text } from './fields.ts';

export const levelStarted = defineEvent({
  type: 'level_started',
  version: 1,
  summary: 'A level began.',
  properties: Type.Object({ level: Level, attempt: Type.Optional(Count) }),
});

export const levelCompleted = defineEvent({
  type: 'level_completed',
  version: 1,
  summary: 'A level was won.',
  properties: Type.Object({
    level: Level,
    duration_seconds: Seconds,
    score: Type.Optional(Type.Integer()),
    stars: Type.Optional(Count),
  }),
});

export const levelFailed = defineEvent({
  type: 'level_failed',
  version: 1,
  summary: 'A level was lost.',
  properties: Type.Object({ level: Level, duration_seconds: Seconds, reason: Type.Optional(Text) }),
});

export const matchmakingComplete = defineEvent({
  type: 'matchmaking_complete',
  version: 1,
  summary: 'A match was found for the player.',
  properties: Type.Object({ wait_millis: Millis, mode: Text, party_size: Type.Optional(Count) }),
});

export const matchStart = defineEvent({
  type: 'match_start',
  version: 1,
  summary: 'A match began.',
  properties: Type.Object({ match_id: Text, mode: Text, map: Type.Optional(Text) }),
});

export const matchEnd = defineEvent({
  type: 'match_end',
  version: 1,
  summary: 'A match ended for the player.',
  properties: Type.Object({
    match_id: Text,
    mode: Text,
    result: Type.Union([Type.Literal('win'), Type.Literal('loss'), Type.Literal('draw'), Type.Literal('abandoned')]),
    duration_seconds: Seconds,
    score: Type.Optional(Type.Integer()),
  }),
});

export const playerDeath = defineEvent({
  type: 'player_death',
  version: 1,
  summary: "The player's character died.",
  properties: Type.Object({
    cause: Text,
    x: Type.Optional(Type.Number()),
    y: Type.Optional(Type.Number()),
    level: Type.Optional(Level),
  }),
});

export const achievementUnlocked = defineEvent({
  type: 'achievement_unlocked',
  version: 1,
  summary: 'An achievement was unlocked.',
  properties: Type.Object({ achievement_id: Text, points: Type.Optional(Count) }),
});

export const progressionGained = defineEvent({
  type: 'progression_gained',
  version: 1,
  summary: 'Experience was granted.',
  properties: Type.Object({ track: Text, amount: Count, level: Type.Optional(Level) }),
});
