import { connect } from 'node:net';
import { resolve } from 'node:path';
import { ServiceProcess } from './service-process.ts';
import { until } from './until.ts';

/** The development broker as a process, so that it can be killed. */
export class BrokerProcess {
  readonly port: number;
  readonly #dataDir: string;
  #process: ServiceProcess;

  constructor(port: number, dataDir: string) {
    this.port = port;
    this.#dataDir = dataDir;
    this.#process = this.#spawn();
  }

  async accepting(): Promise<void> {
    await until(() => {
      const { promise, resolve: answer } = Promise.withResolvers<boolean>();
      const socket = connect(this.port, '127.0.0.1', () => answer(true));
      socket.on('error', () => answer(false));
      return promise.finally(() => socket.destroy());
    });
  }

  async kill(): Promise<void> {
    await this.#process.end('SIGKILL');
  }

  async startAgain(): Promise<void> {
    this.#process = this.#spawn();
    await this.accepting();
  }

  #spawn(): ServiceProcess {
    const entry = resolve(import.meta.dirname, '../../local/engines/kafka/main.ts');
    return new ServiceProcess(entry, { KAFKA_DATA_DIR: this.#dataDir, KAFKA_PORT: String(this.port) });
  }
}
