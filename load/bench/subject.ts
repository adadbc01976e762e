/** What a benchmark loads: a running pipeline, its rate limit and the game's quota raised so that they play no part. */
export interface Subject {
  readonly ingestion: {
    readonly url: string;
    /** `http://host:port` of its management port, for its CPU time and memory. */
    readonly managementUrl: string;
  };
  /** `http://host:port` of the processor's management port. */
  readonly processorUrl: string;
  readonly game: string;
  readonly key: string;
  /** PostgreSQL, as the owner of the event store. */
  readonly eventsUrl: string;
  /** There where the benchmark asked for it. */
  readonly analytics?: {
    readonly url: string;
    readonly managementUrl: string;
    /** Of an operator of every game. */
    readonly token: string;
  };
  /** Process ids by name; what these started counts with them. */
  readonly processes: () => ReadonlyMap<string, number>;
}

/** How long a benchmark runs; each has its own usual times. */
export interface Duration {
  readonly seconds?: number | undefined;
  readonly warmUpSeconds?: number | undefined;
}
