export interface Team {
  readonly name: string;
  readonly summary: string;
  /** The Slack channel that alerts and deployment notices of its services go to. */
  readonly channel: string;
}
