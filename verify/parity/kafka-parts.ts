import { parse } from 'yaml';
import { SCHEMA_PROGRAM } from '#catalog/delivery.ts';
import { publishedSchemas, textOfSchema } from '#catalog/events/published.ts';
import type { Environment } from '#catalog/index.ts';
import { isRebalanced, KAFKA_RESOURCES } from '#catalog/kafka.ts';
import { JMX_SERIES, type JmxProgram } from '#catalog/kafka-metrics.ts';
import { names } from '#catalog/names.ts';
import { outboxes } from '#catalog/outbox.ts';
import type { Manifest } from '../tree/manifest.ts';
import { isFields } from '../tree/node.ts';
import { podSpecOf } from '../world/pods.ts';
import { type Declared, type Facts, type Found, foundIn, type ParityRow, type Surroundings } from './row.ts';

/** Sections of the Kafka object that become pods beside the brokers, and what sizes them. */
const HELPERS = [
  { path: 'spec.entityOperator.topicOperator', size: 'topicOperator' },
  { path: 'spec.entityOperator.userOperator', size: 'userOperator' },
  { path: 'spec.kafkaExporter', size: 'exporter' },
  { path: 'spec.cruiseControl', size: 'cruiseControl' },
] as const;

const CPU = 'resources.requests.cpu';
const MEMORY = 'resources.requests.memory';

const declaredHelpers = (environment: Environment): readonly Declared[] =>
  HELPERS.filter(({ size }) => size !== 'cruiseControl' || isRebalanced(environment)).map(({ path, size }) => {
    const { cpuMillis, memoryMiB } = KAFKA_RESOURCES[size];
    return {
      key: path,
      by: `kafka.KAFKA_RESOURCES.${size}`,
      facts: { [CPU]: `${cpuMillis}m`, [MEMORY]: `${memoryMiB}Mi` },
    };
  });

function foundHelpers({ tree }: Surroundings): readonly Found[] {
  return tree.ofKind('Kafka', 'kafka.strimzi.io').flatMap((kafka) =>
    HELPERS.map(({ path }) => ({ path, section: kafka.root.at(path) }))
      .filter(({ section }) => section.exists)
      .map(({ path, section }) =>
        foundIn(kafka, path, { [CPU]: section.at(CPU).text, [MEMORY]: section.at(MEMORY).text }),
      ),
  );
}

/** Programs by the object that has them export their series. */
const PROGRAMS: readonly { readonly program: JmxProgram; readonly kind: string; readonly path: string }[] = [
  { program: 'brokers', kind: 'Kafka', path: 'spec.kafka.metricsConfig' },
  { program: 'cruise-control', kind: 'Kafka', path: 'spec.cruiseControl.metricsConfig' },
  { program: 'connect', kind: 'KafkaConnect', path: 'spec.metricsConfig' },
  { program: 'mirror', kind: 'KafkaMirrorMaker2', path: 'spec.metricsConfig' },
];

const parentOf = (path: string): string => path.split('.').slice(0, -1).join('.');

/** A program that is there exports every series that the catalog gives it. */
const declaredSeries = ({ tree }: Surroundings): readonly Declared[] =>
  PROGRAMS.filter(({ kind, path }) => tree.ofKind(kind).some(({ root }) => root.at(parentOf(path)).exists)).flatMap(
    ({ program }) =>
      JMX_SERIES[program].map(({ metric, type }) => ({
        key: `${program} ${metric}`,
        by: `kafka-metrics.JMX_SERIES.${program}`,
        facts: { type },
      })),
  );

function rulesIn(text: string): readonly { readonly name: string; readonly facts: Facts }[] {
  const configuration: unknown = parse(text);
  const rules = isFields(configuration) && Array.isArray(configuration.rules) ? configuration.rules : [];
  return rules.filter(isFields).map(({ name, type }) => ({ name: String(name), facts: { type: String(type) } }));
}

const exporterOf = (owner: Manifest, path: string, { tree }: Surroundings) => {
  const from = owner.root.at(`${path}.valueFrom.configMapKeyRef`);
  const map = tree.find('ConfigMap', owner.namespace, from.key('name').text ?? '');
  const text = map?.root.key('data').key(from.key('key').text ?? '').text;
  return map && text !== undefined ? { map, text } : undefined;
};

const foundSeries = (surroundings: Surroundings): readonly Found[] =>
  PROGRAMS.flatMap(({ program, kind, path }) =>
    surroundings.tree.ofKind(kind).flatMap((owner) => {
      const exporter = exporterOf(owner, path, surroundings);
      return exporter
        ? rulesIn(exporter.text).map(({ name, facts }) => foundIn(exporter.map, `${program} ${name}`, facts))
        : [];
    }),
  );

/** Config maps that a job which publishes schemas mounts, by the program that it runs. */
function schemaFolders({ tree }: Surroundings): readonly Manifest[] {
  const jobs = tree.ofKind('Job').filter((job) => {
    const containers = podSpecOf(job)?.list('containers') ?? [];
    return containers.some((container) => container.list('args').some(({ text }) => text === SCHEMA_PROGRAM));
  });
  return jobs.flatMap((job) =>
    (podSpecOf(job)?.list('volumes') ?? []).flatMap(
      (volume) => tree.find('ConfigMap', job.namespace, volume.at('configMap.name').text ?? '') ?? [],
    ),
  );
}

const SCHEMA = 'data[]';

const RELAY_FIELDS = [
  'database.dbname',
  'database.sslmode',
  'plugin.name',
  'publication.autocreate.mode',
  'publication.name',
  'slot.name',
  'table.include.list',
  'transforms.outbox.type',
] as const;

const relayFacts = (values: Readonly<Record<string, string | undefined>>): Facts =>
  Object.fromEntries(RELAY_FIELDS.map((field) => [`spec.config["${field}"]`, values[field]]));

const declaredRelays = (): readonly Declared[] =>
  outboxes.map(({ service, store, table, publication, slot }) => ({
    key: service,
    by: `outbox.${service}`,
    facts: relayFacts({
      'database.dbname': names.database(store),
      'database.sslmode': 'verify-full',
      'plugin.name': 'pgoutput',
      'publication.autocreate.mode': 'disabled',
      'publication.name': publication,
      'slot.name': slot,
      'table.include.list': table,
      'transforms.outbox.type': 'io.debezium.transforms.outbox.EventRouter',
    }),
  }));

const foundRelays = ({ tree }: Surroundings): readonly Found[] =>
  tree.ofKind('KafkaConnector').map((connector) => {
    const config = connector.root.at('spec.config').texts;
    const outbox = outboxes.find(({ relay }) => relay === connector.name);
    return foundIn(connector, outbox?.service ?? connector.name, relayFacts(config));
  });

export const kafkaPartRows: readonly ParityRow[] = [
  {
    kind: 'outbox',
    says: 'Each outbox of the catalog is relayed, from its own table, over a connection that is verified.',
    declared: declaredRelays,
    found: foundRelays,
  },
  {
    kind: 'published schema',
    says: 'Each event schema of the catalog is published, as it is.',
    declared: () =>
      publishedSchemas.map((one) => ({
        key: one.artifact,
        by: `events.${one.artifact}`,
        facts: { [SCHEMA]: textOfSchema(one) },
      })),
    found: (surroundings) =>
      schemaFolders(surroundings).flatMap((map) =>
        map.root
          .key('data')
          .entries()
          .map(([file, content]) => foundIn(map, file.replace(/\.json$/, ''), { [SCHEMA]: content.text })),
      ),
  },
  {
    kind: 'Kafka helper',
    says: 'What runs beside the brokers is there at its size: the operators of topics and users, the exporter, the balancer.',
    declared: ({ tree }) => declaredHelpers(tree.environment),
    found: foundHelpers,
  },
  {
    kind: 'exported series',
    says: "Kafka's programs export the series of the catalog, which alerts and dashboards may name.",
    declared: declaredSeries,
    found: foundSeries,
  },
];
