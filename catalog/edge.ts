/** What one address may ask of the public gateway in five minutes, the window of AWS WAF's rate rules. */
export const REQUESTS_PER_ADDRESS = {
  /** A game's own back end sends for all of its players: the headline figure of 50,000 events/s in batches of 100. */
  ingestion: 150_000,
  /** A person at the dashboard, or a script over the API: ten a second. */
  other: 3_000,
} as const;
