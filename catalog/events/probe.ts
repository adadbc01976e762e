/**
 * A synthetic event that ingestion accepts now and then, so that the time from acceptance to queryable is measured also
 * where no game plays. It has a game of its own, so it is in no game's figures; nobody else may have that game.
 */
export const PROBE = {
  game: 'gamemetrics.probe',
  dataClass: 'sandbox',
  eventType: 'freshness_probe',
  timeZone: 'UTC',
} as const;
