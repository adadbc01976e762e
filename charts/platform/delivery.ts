import type { App } from 'cdk8s';
import { DELIVERY_NAMESPACE, GITOPS, UNNAMED_PROJECT } from '#catalog/delivery.ts';
import { depthOf, operatorsIn } from '#catalog/footprints.ts';
import type { Operator, Team } from '#catalog/index.ts';
import { PLATFORM } from '#catalog/names.ts';
import { SERVICES_NAMESPACE } from '#catalog/namespaces.ts';
import type { OperatorName } from '#catalog/operators/index.ts';
import {
  Application,
  type ApplicationSource,
  AppProject,
  type AppProjectSpec,
  type IgnoredDifference,
  type SyncPolicy,
  THIS_CLUSTER,
} from '../lib/argo.ts';
import { Component, componentsOf, type Platform, STAGES } from '../lib/component.ts';
import { inWave } from '../lib/waves.ts';
import { Given } from './operators/given.ts';
import { OPERATOR_VALUES } from './operators/index.ts';
import {
  OPERATOR_CLUSTER_KINDS,
  OPERATOR_KINDS,
  PLATFORM_CLUSTER_KINDS,
  PLATFORM_KINDS,
  SERVICE_KINDS,
} from './projects.ts';
import { ignoredAmong, ignoredOf } from './write-backs.ts';

const OPERATORS_PROJECT = 'operators';
const PLATFORM_TEAM = 'platform';
/** What an Application without a project is in; Argo CD makes it with every right unless it is there already. */
const NOTHING: AppProjectSpec = {
  description: 'Nothing: every Application names its project.',
  sourceRepos: [],
  destinations: [],
  clusterResourceWhitelist: [],
  namespaceResourceWhitelist: [],
};

/** With it, deleting the Application deletes what it made. */
const CASCADE = 'resources-finalizer.argocd.argoproj.io';

const SYNC_OPTIONS = [
  'ServerSideApply=true',
  'ApplyOutOfSyncOnly=true',
  'PruneLast=true',
  'CreateNamespace=false',
  'RespectIgnoreDifferences=true',
];
const RETRY = { limit: 10, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } } as const;

interface Delivered {
  readonly name: string;
  readonly project: string;
  readonly wave: number;
  readonly namespace: string;
  readonly source: ApplicationSource;
  readonly ignored: readonly IgnoredDifference[];
}

const destination = (namespace: string) => ({ server: THIS_CLUSTER, namespace });

/** Argo CD takes charts of an OCI registry without the scheme. */
const repositoryOf = ({ source }: Operator): string => source.repository.replace(/^oci:\/\//, '');

/** cdk8s calls the group without a name `core`. */
const kindsOf = (component: Component): ReadonlySet<string> =>
  new Set(component.apiObjects.map(({ apiGroup, kind }) => `${apiGroup === 'core' ? '' : apiGroup}/${kind}`));

/** The projects, and the app-of-apps: one Application for each built component and each operator. */
export class Delivery extends Component {
  constructor(app: App, platform: Platform) {
    super(app, platform, {
      name: 'delivery',
      summary: 'Argo CD projects and the app-of-apps.',
      owner: PLATFORM_TEAM,
      namespace: DELIVERY_NAMESPACE,
      stage: 'foundation',
    });
    const { teams } = platform.catalog;
    for (const team of teams) this.#addProject(team.name, this.#projectOf(team));
    this.#addProject(OPERATORS_PROJECT, this.#operatorsProject());
    this.#addProject(UNNAMED_PROJECT, NOTHING);
    for (const operator of this.#operators()) this.#addOperator(operator);
    for (const component of componentsOf(app)) this.#addComponent(component);
  }

  #addProject(name: string, spec: AppProjectSpec): void {
    new AppProject(this, `AppProject-${name}`, { metadata: this.named(name), spec });
  }

  #projectOf({ name, summary }: Team): AppProjectSpec {
    const isPlatform = name === PLATFORM_TEAM;
    const namespaces = isPlatform ? this.#allNamespaces() : [SERVICES_NAMESPACE];
    return {
      description: summary,
      sourceRepos: [GITOPS.repository],
      destinations: namespaces.map(destination),
      clusterResourceWhitelist: isPlatform ? PLATFORM_CLUSTER_KINDS : [],
      namespaceResourceWhitelist: isPlatform ? PLATFORM_KINDS : SERVICE_KINDS,
    };
  }

  /** kube-system is where Applications of cluster-wide objects point to. */
  #allNamespaces(): readonly string[] {
    return [...this.platform.catalog.namespaces.map(({ name }) => name), 'kube-system'].sort();
  }

  /** KEDA binds a role in kube-system to read the API server's client authority. */
  #operatorsProject(): AppProjectSpec {
    const operators = this.#operators();
    const namespaces = [
      ...new Set([...operators.map(({ namespace }) => namespace), SERVICES_NAMESPACE, 'kube-system']),
    ];
    return {
      description: 'Operators of others, from their pinned charts.',
      sourceRepos: [...new Set(operators.map(repositoryOf))].sort(),
      destinations: namespaces.sort().map(destination),
      clusterResourceWhitelist: OPERATOR_CLUSTER_KINDS,
      namespaceResourceWhitelist: OPERATOR_KINDS,
    };
  }

  #operators(): readonly Operator[] {
    return operatorsIn(this.platform.catalog, this.platform.environment);
  }

  #addOperator(operator: Operator): void {
    this.#addApplication({
      name: `operator-${operator.name}`,
      project: OPERATORS_PROJECT,
      wave: STAGES.operators + depthOf(this.#operators(), operator.name),
      namespace: operator.namespace,
      source: this.#sourceOf(operator),
      ignored: ignoredOf(operator.name),
    });
  }

  #sourceOf(operator: Operator): ApplicationSource {
    const { source, name } = operator;
    const repoURL = repositoryOf(operator);
    // The catalog's model says string; its entries are the keys of the table, which the table's type proves.
    const values = OPERATOR_VALUES[name as OperatorName];
    const helm = { releaseName: name, valuesObject: values(new Given(this.platform, operator)) };
    return source.kind === 'git'
      ? { repoURL, targetRevision: source.tag, path: source.path, helm }
      : { repoURL, targetRevision: source.version, chart: source.name, helm };
  }

  /** The delivery component is the app-of-apps itself: its Application is the one that a person applies, once. */
  #addComponent(component: Component): void {
    const { props } = component;
    if (props.status === 'planned') return;
    const name = props.name === this.props.name ? PLATFORM : props.name;
    this.#addApplication({
      name,
      project: props.owner,
      wave: STAGES[props.stage],
      namespace: props.namespace,
      source: {
        repoURL: GITOPS.repository,
        targetRevision: GITOPS.revision,
        path: `${this.platform.environment.name}/${props.name}`,
      },
      ignored: ignoredAmong(kindsOf(component)),
    });
  }

  #addApplication({ name, project, wave, namespace, source, ignored }: Delivered): void {
    const { retainData } = this.platform.environment;
    new Application(this, `Application-${name}`, {
      metadata: {
        ...this.named(name),
        annotations: { ...inWave(wave), 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' },
        ...(retainData ? {} : { finalizers: [CASCADE] }),
      },
      spec: {
        project,
        source,
        destination: destination(namespace),
        revisionHistoryLimit: 5,
        ...(ignored.length > 0 ? { ignoreDifferences: ignored } : {}),
        syncPolicy: this.#sync(),
      },
    });
  }

  #sync(): SyncPolicy {
    const { automatedSync } = this.platform.environment.delivery;
    return {
      ...(automatedSync ? { automated: { prune: true, selfHeal: true } } : {}),
      syncOptions: SYNC_OPTIONS,
      retry: RETRY,
    };
  }
}
