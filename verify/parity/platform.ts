import { priorities, type VolumeKind, volumeKinds } from '#catalog/classes.ts';
import { ENGINE_COMPONENTS, storeStatus } from '#catalog/databases.ts';
import { DELIVERY_NAMESPACE, GITOPS, UNNAMED_PROJECT } from '#catalog/delivery.ts';
import { operatorsIn } from '#catalog/footprints.ts';
import type { Catalog, Environment, Namespace } from '#catalog/index.ts';
import { SERVICE_LABEL } from '#catalog/infrastructure.ts';
import { names, PLATFORM } from '#catalog/names.ts';
import { plannedParts } from '#catalog/planned.ts';
import { foldersOf } from '../references/delivery.ts';
import type { Manifest } from '../tree/manifest.ts';
import type { Node } from '../tree/node.ts';
import { type Declared, type Facts, type Found, foundIn, type ParityRow, type Surroundings } from './row.ts';

const ENFORCED = 'pod-security.kubernetes.io/enforce';
const INJECTION = 'istio-injection';
/** Without the label Istio asks each pod. */
const WHO_ASKS = 'who asks';

const labelFacts = (labels: Readonly<Record<string, string>>): Facts => ({
  [`metadata.labels["${ENFORCED}"]`]: labels[ENFORCED],
  [`metadata.labels["${INJECTION}"]`]: labels[INJECTION] ?? WHO_ASKS,
});

const declaredLabels = ({ podSecurity, istioInjection }: Namespace): Facts =>
  labelFacts({
    [ENFORCED]: podSecurity,
    [INJECTION]: istioInjection === WHO_ASKS ? WHO_ASKS : istioInjection ? 'enabled' : 'disabled',
  });

const declaredQuota = ({ quota }: Namespace): Facts => ({
  'spec.hard["requests.cpu"]': `${quota.cpuMillis}m`,
  'spec.hard["requests.memory"]': `${quota.memoryMiB}Mi`,
  'spec.hard.pods': String(quota.pods),
});

const quotaFacts = ({ root }: Manifest): Facts => {
  const hard = root.at('spec.hard').fields;
  const text = (key: string): string => String(hard[key]);
  return {
    'spec.hard["requests.cpu"]': text('requests.cpu'),
    'spec.hard["requests.memory"]': text('requests.memory'),
    'spec.hard.pods': text('pods'),
  };
};

const applications = ({ tree }: Surroundings): readonly Manifest[] => tree.ofKind('Application', 'argoproj.io');

const sources = ({ root }: Manifest): readonly Node[] =>
  root.at('spec.source').exists ? [root.at('spec.source')] : root.list('spec.sources');

const COMPONENT = `${PLATFORM}/component`;

/** A folder of services or parts that are all planned is in the tree, and nothing applies it. */
function isPlanned(objects: readonly Manifest[], catalog: Catalog): boolean {
  const services = new Map(catalog.services.map(({ name, status }) => [name, status]));
  const parts = plannedParts(catalog);
  if (objects.every(({ root }) => parts.includes(root.at('metadata.labels').texts[COMPONENT] ?? ''))) return true;
  const statuses = objects.flatMap(
    ({ name, root }) => services.get(name) ?? services.get(root.at('metadata.labels').texts[SERVICE_LABEL] ?? '') ?? [],
  );
  return statuses.length > 0 && statuses.every((status) => status === 'planned');
}

/** A folder that is there for a database's sake is planned as long as whoever uses the database is. */
function isUnused(folder: string, catalog: Catalog): boolean {
  const engine = ENGINE_COMPONENTS[folder.split('/').at(-1) ?? ''];
  return engine !== undefined && storeStatus(catalog, engine) === 'planned';
}

const declaredFolders = ({ tree, catalog }: Surroundings): readonly Declared[] =>
  [...foldersOf(tree)]
    .filter(([folder, objects]) => !isPlanned(objects, catalog) && !isUnused(folder, catalog))
    .map(([folder]) => ({ key: folder, by: `folder ${folder}` }));

const appliedFolders = (surroundings: Surroundings): readonly Found[] =>
  applications(surroundings).flatMap((application) =>
    sources(application)
      .filter((source) => source.key('repoURL').text === GITOPS.repository)
      .map((source) => foundIn(application, source.key('path').text ?? 'missing')),
  );

const withoutScheme = (repository: string): string => repository.replace(/^oci:\/\//, '');

const declaredSources = ({ catalog, tree }: Surroundings): readonly Declared[] =>
  operatorsIn(catalog, tree.environment).map(({ name, namespace, source }) => ({
    key: name,
    by: `operators.${name}`,
    facts: {
      'spec.source.chart': source.kind === 'chart' ? source.name : undefined,
      'spec.source.path': source.kind === 'git' ? source.path : undefined,
      'spec.source.repoURL': withoutScheme(source.repository),
      'spec.source.targetRevision': source.kind === 'chart' ? source.version : source.tag,
      'spec.destination.namespace': namespace,
    },
  }));

const isForeign = (source: Node): boolean => source.key('repoURL').text !== GITOPS.repository;

const installedSources = (surroundings: Surroundings): readonly Found[] =>
  applications(surroundings).flatMap((application) =>
    sources(application)
      .filter(isForeign)
      .map((source) =>
        foundIn(application, application.name.replace(/^operator-/, ''), {
          'spec.source.chart': source.key('chart').text,
          'spec.source.path': source.key('path').text,
          'spec.source.repoURL': withoutScheme(source.key('repoURL').text ?? ''),
          'spec.source.targetRevision': source.key('targetRevision').text,
          'spec.destination.namespace': application.root.at('spec.destination.namespace').text,
        }),
      ),
  );

const RIGHTS = ['sourceRepos', 'destinations', 'clusterResourceWhitelist', 'namespaceResourceWhitelist'] as const;

/** A missing list of namespaced kinds allows all of them, so that none means an empty list. */
function rightsOf({ root }: Manifest): string {
  const spec = root.key('spec');
  return RIGHTS.every((list) => spec.key(list).exists && spec.list(list).length === 0) ? 'none' : 'some';
}

/** A project beside those of the teams is there for what operators install. */
function projects({ tree }: Surroundings): readonly Found[] {
  const forOperators = new Set(
    tree
      .ofKind('Application', 'argoproj.io')
      .filter((application) => sources(application).some(isForeign))
      .map(({ root }) => root.at('spec.project').text),
  );
  return tree
    .ofKind('AppProject')
    .filter(({ name, namespace }) => namespace === DELIVERY_NAMESPACE && !forOperators.has(name))
    .map((project) => foundIn(project, project.name, { rights: rightsOf(project) }));
}

const parametersOf = ({ parameters }: VolumeKind, environment: Environment): Readonly<Record<string, string>> =>
  typeof parameters === 'function' ? parameters(environment) : parameters;

export const platformRows: readonly ParityRow[] = [
  {
    kind: 'storage class',
    says: 'Each kind of volume has its class.',
    declared: ({ tree }) =>
      Object.entries(volumeKinds).map(([name, kind]) => ({
        key: name,
        by: `classes.volumeKinds.${name}`,
        facts: { 'parameters.type': parametersOf(kind, tree.environment).type },
      })),
    found: ({ tree }) =>
      tree
        .ofKind('StorageClass')
        .map((found) => foundIn(found, found.name, { 'parameters.type': found.root.at('parameters.type').text })),
  },
  {
    kind: 'priority class',
    says: 'Each priority has its class and its value.',
    declared: () =>
      Object.entries(priorities).map(([level, { value }]) => ({
        key: names.priorityClass(level),
        by: `classes.priorities.${level}`,
        facts: { value: String(value) },
      })),
    found: ({ tree }) =>
      tree
        .ofKind('PriorityClass')
        .map((found) => foundIn(found, found.name, { value: String(found.root.key('value').number) })),
  },
  {
    kind: 'namespace',
    says: 'Each namespace has its Pod Security level and says whether the mesh is in it.',
    declared: ({ catalog }) =>
      catalog.namespaces.map((namespace) => ({
        key: namespace.name,
        by: `namespaces.${namespace.name}`,
        facts: declaredLabels(namespace),
      })),
    found: ({ tree }) =>
      tree
        .ofKind('Namespace')
        .map((namespace) => foundIn(namespace, namespace.name, labelFacts(namespace.root.at('metadata.labels').texts))),
  },
  {
    kind: 'quota',
    says: 'Each namespace has its ceiling.',
    declared: ({ catalog }) =>
      catalog.namespaces.map((namespace) => ({
        key: namespace.name,
        by: `namespaces.${namespace.name}.quota`,
        facts: declaredQuota(namespace),
      })),
    found: ({ tree }) =>
      tree.ofKind('ResourceQuota').map((quota) => foundIn(quota, quota.namespace ?? '', quotaFacts(quota))),
  },
  {
    kind: 'limits',
    says: 'In each namespace a container that states nothing gets a request and a limit.',
    declared: ({ catalog }) => catalog.namespaces.map(({ name }) => ({ key: name, by: `namespaces.${name}` })),
    found: ({ tree }) => tree.ofKind('LimitRange').map((limits) => foundIn(limits, limits.namespace ?? '')),
  },
  {
    kind: 'applied folder',
    says: 'Each folder of the tree is applied by one application, and those of planned services by none.',
    declared: declaredFolders,
    found: appliedFolders,
  },
  {
    kind: 'installed operator',
    says: 'Each operator is installed from its pinned chart or tag.',
    declared: declaredSources,
    found: installedSources,
  },
  {
    kind: 'project',
    says: 'Each team has its project, and what names none has no rights.',
    declared: ({ catalog }) => [
      ...catalog.teams.map(({ name }) => ({ key: name, by: `teams.${name}` })),
      { key: UNNAMED_PROJECT, by: 'UNNAMED_PROJECT', facts: { rights: 'none' } },
    ],
    found: projects,
  },
];
