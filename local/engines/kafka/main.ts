import { performance } from 'node:perf_hooks';
import { type Broker, clusterId, KafkaError, startBroker } from './broker.ts';
import { EnvironmentError, readEnvironment } from './environment.ts';

/** The development broker as a process: one JSON line on stdout when it is ready, one on stderr for every fault. */

const exitCodes = { ok: 0, mistake: 1, bug: 70 } as const;
const writeLine = (stream: NodeJS.WriteStream, entry: Record<string, unknown>): void => {
  stream.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
};

/** Stops on a signal, and when the process that forked it is gone: nobody would ever stop it then. */
const stopOnSignals = (broker: Broker): void => {
  let isStopping = false;
  const stop = (reason: string): void => {
    if (isStopping) return;
    isStopping = true;
    broker.close().then(
      () => {
        writeLine(process.stdout, { event: 'stopped', reason });
        process.exit(exitCodes.ok);
      },
      (error: unknown) => fail(error),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
  process.on('disconnect', () => stop('the parent process is gone'));
};

const isMistake = (error: unknown): boolean =>
  error instanceof EnvironmentError || error instanceof KafkaError || (error instanceof Error && 'syscall' in error);

/** A mistake of the user is one sentence; a mistake of ours comes with its stack. */
const fail = (error: unknown): void => {
  const isExpected = isMistake(error);
  const message = error instanceof Error ? (isExpected ? error.message : error.stack) : String(error);
  writeLine(process.stderr, { event: 'failed', message });
  process.exitCode = isExpected ? exitCodes.mistake : exitCodes.bug;
};

const main = async (): Promise<void> => {
  const { options, topics } = readEnvironment();
  const broker = await startBroker({
    ...options,
    onFault: (fault) => writeLine(process.stderr, { event: 'fault', ...fault }),
  });
  try {
    broker.createTopics(topics);
  } catch (error) {
    await broker.close();
    throw error;
  }
  stopOnSignals(broker);
  const { host, port } = broker;
  const startMillis = Math.round(performance.now());
  writeLine(process.stdout, { event: 'ready', ready: true, clusterId, host, port, pid: process.pid, startMillis });
};

main().catch(fail);
