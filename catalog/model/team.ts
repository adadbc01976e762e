export interface Team {
  readonly name: string;
  readonly summary: string;
  /** The Slack channel that alerts and deployment notices of its services go to. */
  readonly channel: string;
  /** The accounting code that its AWS resources are tagged with; an example that the studio replaces. */
  readonly costCentre: string;
}
