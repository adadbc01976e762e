import { Core } from './core.ts';
import { lockDirectory } from './data-directory.ts';
import { KafkaError } from './errors.ts';
import { Housekeeping } from './housekeeping.ts';
import { apiVersionsRoute, clusterRoutes } from './server/handlers/cluster.ts';
import { configRoutes } from './server/handlers/configs.ts';
import { fetchRoutes } from './server/handlers/fetch.ts';
import { groupRoutes } from './server/handlers/groups.ts';
import { offsetRoutes } from './server/handlers/offsets.ts';
import { offsetsByTimeRoutes } from './server/handlers/offsets-by-time.ts';
import { produceRoutes } from './server/handlers/produce.ts';
import { topicRoutes } from './server/handlers/topics.ts';
import { transactionRoutes } from './server/handlers/transactions.ts';
import { Listener } from './server/listener.ts';
import { dispatcher } from './server/routes.ts';
import { checkHost, defaultSettings, type Fault, type Settings } from './settings.ts';
import { parseTopicConfig } from './topics/topic-config.ts';

export { KafkaError } from './errors.ts';
export { clusterId, type Fault } from './settings.ts';

/** `dataDir` and `port` (0 for any free one) must be given; the rest has the defaults of `settings.ts`. */
export interface BrokerOptions extends Partial<Omit<Settings, 'dataDir' | 'port'>> {
  readonly dataDir: string;
  readonly port: number;
  /** Topics exist because somebody created them; there is no other way. */
  readonly autoCreateTopics?: false;
}

export interface TopicDeclaration {
  readonly name: string;
  readonly partitions: number;
  /** Topic settings by their Kafka names, for example `retention.ms`. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface Broker {
  readonly host: string;
  readonly port: number;
  /**
   * Makes the topics exist as declared: creates what is missing, adds partitions, replaces the settings.
   * @throws KafkaError for an impossible name, setting or number of partitions (fewer than there are)
   */
  createTopics(topics: readonly TopicDeclaration[]): void;
  /** Answers what is being served, then closes connections and files. */
  close(): Promise<void>;
}

/**
 * Starts the development broker: the Kafka protocol on loopback, one node, one copy of the data.
 * @throws KafkaError for a host that is not loopback or a data directory in use; Error (EADDRINUSE) for a taken port
 */
export const startBroker = async (options: BrokerOptions): Promise<Broker> => {
  const settings = resolve(options);
  checkHost(settings.host);
  const unlock = lockDirectory(settings.dataDir);
  const core = new Core(settings);
  try {
    core.open();
    const listener = new Listener(settings, dispatcher(routesOf(core)));
    core.address.port = await listener.open();
    return run(core, listener, unlock);
  } catch (error) {
    core.close();
    unlock();
    throw error;
  }
};

const routesOf = (core: Core) => {
  const routes = [
    ...produceRoutes(core),
    ...fetchRoutes(core),
    ...offsetsByTimeRoutes(core),
    ...clusterRoutes(core),
    ...groupRoutes(core),
    ...offsetRoutes(core),
    ...transactionRoutes(core),
    ...topicRoutes(core),
    ...configRoutes(core),
  ];
  return [apiVersionsRoute(routes), ...routes];
};

const run = (core: Core, listener: Listener, unlock: () => void): Broker => {
  const housekeeping = new Housekeeping(core);
  housekeeping.start();
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await housekeeping.stop();
    core.wakeAll();
    core.groups.groups.dismissAll();
    await listener.close();
    core.close();
    unlock();
  };
  return {
    ...core.address,
    createTopics: (topics) => {
      for (const topic of topics) ensureTopic(core, topic);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
};

const ensureTopic = (core: Core, { name, partitions, config = {} }: TopicDeclaration): void => {
  const parsed = parseTopicConfig(Object.entries(config));
  const topic = core.topics.byName(name);
  if (topic === undefined) {
    core.topics.create({ name, partitions, config: parsed });
    return;
  }
  if (partitions !== topic.partitions.length) core.topics.checkGrowth(topic, partitions);
  core.topics.change(topic, { partitions, config: parsed });
};

const resolve = (options: BrokerOptions): Settings => {
  const { autoCreateTopics = false, ...given } = options;
  if (autoCreateTopics) throw new KafkaError('INVALID_REQUEST', 'Topics are not created by being named.');
  const settings = { ...defaultSettings, now: Date.now, onFault: () => {}, ...given };
  return { ...settings, onFault: sparing(settings.onFault, settings.now) };
};

/** The same fault over and over (a full disk, a port scanner) is told once in a while. */
const sparing = (tell: (fault: Fault) => void, now: () => number): ((fault: Fault) => void) => {
  const pauseMillis = 5000;
  const remembered = 100;
  const toldAtMillis = new Map<string, number>();
  return (fault) => {
    const key = `${fault.code} ${fault.message}`;
    if (now() - (toldAtMillis.get(key) ?? Number.NEGATIVE_INFINITY) < pauseMillis) return;
    if (toldAtMillis.size >= remembered) toldAtMillis.clear();
    toldAtMillis.set(key, now());
    tell(fault);
  };
};
