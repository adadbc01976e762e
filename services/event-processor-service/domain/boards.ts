import type { AcceptedEvent, PropertiesOf } from '#catalog/events/index.ts';

export interface Score {
  readonly board: string;
  readonly score: number;
}

const safe = (board: string, score: number | undefined): Score | undefined =>
  // Beyond 2^53 a score is not a number that a game counted.
  score !== undefined && Number.isSafeInteger(score) ? { board, score } : undefined;

/** The board and score of a known event, if it has one. */
export function scoreOf({
  event_type: type,
  properties,
}: Pick<AcceptedEvent, 'event_type' | 'properties'>): Score | undefined {
  // Each event was validated by the schema of its type.
  if (type === 'level_completed') {
    const { level, score } = properties as PropertiesOf<'level_completed'>;
    return safe(`level:${level}`, score);
  }
  if (type === 'match_end') {
    const { mode, score } = properties as PropertiesOf<'match_end'>;
    return safe(`match:${mode}`, score);
  }
  return undefined;
}
