/** What the behaviours are asked of: a broker in a process of its own. */
export interface Target {
  readonly name: string;
  /** Undefined, or why it cannot be asked now. */
  readonly reasonToSkip: string | undefined;
  start(): Promise<RunningTarget>;
}

export interface RunningTarget {
  readonly port: number;
  /** Ends the process and starts it again on its data and its port. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends the process and removes its data. */
  remove(): Promise<void>;
}

/** Lower than Kafka's default, so that the death of a member is noticed while a test waits for it. */
export const minSessionTimeoutMillis = 500;
