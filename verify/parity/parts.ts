import { replicasOf, requestsOf, runsIn } from '#catalog/footprints.ts';
import type { Catalog, Environment, Footprint, FootprintPod } from '#catalog/index.ts';
import { PROMETHEUS } from '#catalog/monitors.ts';
import { POOL_LABEL } from '#catalog/names.ts';
import { DATABASES_NAMESPACE } from '#catalog/namespaces.ts';
import type { Manifest } from '../tree/manifest.ts';
import { podSpecOf, podTemplateOf } from '../world/pods.ts';
import { labelSelector } from '../world/selector.ts';
import { type Declared, type Facts, type Found, foundIn, type ParityRow, type Surroundings } from './row.ts';

/** Namespaces in which every workload of the tree is a part of the catalog. */
const NAMESPACES: ReadonlySet<string> = new Set(['databases', 'kafka', 'observability']);
const KINDS = ['Deployment', 'StatefulSet', 'Job', 'CronJob'] as const;

/** Made by operators of objects that other rows compare. */
const MADE: ReadonlySet<string> = new Set([PROMETHEUS.party, 'timescaledb-pooler']);

/** Rendered by us although the environment, and not a footprint, says how large they are. */
const SIZED_BY_ENVIRONMENT: ReadonlySet<string> = new Set(['qdrant']);

/** A party that is called as its engine is, and its objects as the product. */
const OBJECT_NAMES: Readonly<Record<string, string>> = { 'nats-jetstream': 'nats' };
const objectNameOf = (party: string): string => OBJECT_NAMES[party] ?? party;

/** What has manifests: what runs, and what waits outside the app-of-apps for the services that use it. */
const hasManifests = (part: Footprint, environment: Environment): boolean =>
  runsIn(part, environment) || (part.environments?.length === 0 && part.namespace === DATABASES_NAMESPACE);

/** Pods that charts of ours render: those whose footprint gives their size, and databases of the environment's size. */
const podsIn = (catalog: Catalog, environment: Environment): readonly FootprintPod[] =>
  catalog.parts
    .filter((part) => NAMESPACES.has(part.namespace) && hasManifests(part, environment))
    .flatMap(({ pods }) => pods)
    .filter(({ party, requests }) => requests !== undefined || SIZED_BY_ENVIRONMENT.has(party));

const renderedIn = (catalog: Catalog, environment: Environment): readonly FootprintPod[] =>
  podsIn(catalog, environment).filter(({ party }) => !MADE.has(party));

const CPU = 'resources.requests.cpu';
const MEMORY = 'resources.requests.memory';
const POOL = `spec.nodeSelector["${POOL_LABEL}"]`;

function declaredFacts(pod: FootprintPod, environment: Environment): Facts {
  const requests = requestsOf(pod, environment);
  const replicas = replicasOf(pod, environment);
  return {
    'metadata.name': objectNameOf(pod.party),
    'spec.serviceAccountName': pod.serviceAccount,
    'spec.replicas': replicas === 0 ? undefined : String(replicas),
    [POOL]: pod.pool,
    [CPU]: requests && `${requests.cpuMillis}m`,
    [MEMORY]: requests && `${requests.memoryMiB}Mi`,
  };
}

function foundFacts(manifest: Manifest): Facts {
  const podSpec = podSpecOf(manifest);
  const [container] = podSpec?.list('containers') ?? [];
  return {
    'metadata.name': manifest.name,
    'spec.serviceAccountName': podSpec?.key('serviceAccountName').text,
    'spec.replicas': String(manifest.root.at('spec.replicas').number),
    [POOL]: podSpec?.key('nodeSelector').key(POOL_LABEL).text,
    ...(SIZED_BY_ENVIRONMENT.has(manifest.name)
      ? {}
      : { [CPU]: container?.at(CPU).text, [MEMORY]: container?.at(MEMORY).text }),
  };
}

const keyOf = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');

/** The pods of the catalog that a template's labels are of, or the labels themselves. */
function partyOf(labels: Readonly<Record<string, string>>, pods: readonly FootprintPod[]): string {
  const pod = pods.find((one) => Object.entries(one.labels).every(([key, value]) => labels[key] === value));
  return pod?.party ?? keyOf(labels);
}

function workloads({ tree, catalog }: Surroundings): readonly Found[] {
  const pods = renderedIn(catalog, tree.environment);
  return KINDS.flatMap((kind) => tree.ofKind(kind))
    .filter(({ namespace = '' }) => NAMESPACES.has(namespace))
    .map((manifest) => {
      const labels = podTemplateOf(manifest)?.at('metadata.labels').texts ?? {};
      return foundIn(manifest, partyOf(labels, pods), foundFacts(manifest));
    });
}

const declaredBudgets = ({ tree, catalog }: Surroundings): readonly Declared[] =>
  podsIn(catalog, tree.environment)
    .filter((pod) => Number(replicasOf(pod, tree.environment)) > 1)
    .map(({ party }) => ({ key: party, by: `parts.${party}`, facts: { 'spec.maxUnavailable': '1' } }));

function budgets({ tree, catalog }: Surroundings): readonly Found[] {
  const pods = podsIn(catalog, tree.environment);
  return tree
    .ofKind('PodDisruptionBudget')
    .filter(({ namespace = '' }) => NAMESPACES.has(namespace))
    .map((budget) =>
      foundIn(budget, partyOf(labelSelector(budget.root.at('spec.selector')).labels, pods), {
        'spec.maxUnavailable': String(budget.root.at('spec.maxUnavailable').number),
      }),
    );
}

export const partRows: readonly ParityRow[] = [
  {
    kind: 'part',
    says: 'What runs beside Kafka and beside Prometheus is a part of the catalog, at its size, on its nodes.',
    declared: ({ tree, catalog }) =>
      renderedIn(catalog, tree.environment).map((pod) => ({
        key: pod.party,
        by: `parts.${pod.party}`,
        facts: declaredFacts(pod, tree.environment),
      })),
    found: workloads,
  },
  {
    kind: 'service of a part',
    says: 'A part that others call has a service with its ports.',
    declared: ({ tree, catalog }) =>
      renderedIn(catalog, tree.environment)
        .filter(({ ports }) => ports.length > 0)
        .map(({ party, ports }) => ({
          key: objectNameOf(party),
          by: `parts.${party}`,
          facts: { 'spec.ports': ports.map(({ name, number }) => `${name}=${number}`).join(', ') },
        })),
    found: ({ tree }) =>
      tree
        .ofKind('Service', '')
        // One without an address is its workload's own, which names it.
        .filter(({ namespace = '', root }) => NAMESPACES.has(namespace) && root.at('spec.clusterIP').text !== 'None')
        .map((service) =>
          foundIn(service, service.name, {
            'spec.ports': service.root
              .list('spec.ports')
              .map((port) => `${port.key('name').text}=${port.key('port').number}`)
              .join(', '),
          }),
        ),
  },
  {
    kind: 'disruption budget of a part',
    says: 'A part of several replicas loses one at a time.',
    declared: declaredBudgets,
    found: budgets,
  },
];
