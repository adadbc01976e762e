import { DELIVERY_NAMESPACE } from '#catalog/delivery.ts';
import type { Environment } from '#catalog/index.ts';
import { type Effect, effectOf } from '../effects/kinds.ts';
import { storageClassOf, volumeClaimsOf } from '../effects/volumes.ts';
import { type Manifest, nameOf } from '../tree/manifest.ts';
import type { Tree } from '../tree/tree.ts';
import { isApplied } from '../world/components.ts';
import { aws } from './invocation.ts';
import type { Invocation, Leftover, Step } from './model.ts';

/** One EKS cluster: its name is also the name of the kubectl context that the plan makes and uses. */
export interface Cluster {
  readonly name: string;
  readonly region: string;
  /** The tree that Argo CD applies to it; a standby cluster has none of its own. */
  readonly tree?: Tree;
}

/** Controllers need some minutes to delete what they made. */
const CONTROLLER_SECONDS = 900;
const WAVE = 'argocd.argoproj.io/sync-wave';
/** Argo CD deletes what an Application applied only if it has this. */
const CASCADE = JSON.stringify({ metadata: { finalizers: ['resources-finalizer.argocd.argoproj.io'] } });
const KEEPER_CHART = 'argo-cd';
const NO_CASCADE = JSON.stringify({ metadata: { finalizers: null } });

const kubectl = ({ name }: Cluster, ...words: readonly string[]): Invocation => ({
  program: 'kubectl',
  words: ['--context', name, ...words],
});

const waveOf = ({ root }: Manifest): number => Number(root.at('metadata.annotations').key(WAVE).text ?? 0);

/** The Application that makes all others: it would make them again. */
const isRoot = ({ root }: Manifest, { environment }: Tree): boolean =>
  root.at('spec.source.path').text === `${environment.name}/delivery`;

/** The Application of Argo CD itself: whoever deletes by it goes last, and with the cluster. */
const isKeeper = ({ root }: Manifest): boolean => root.at('spec.source.chart').text === KEEPER_CHART;

const applications = (tree: Tree): readonly Manifest[] =>
  tree.ofKind('Application').toSorted((a, b) => waveOf(b) - waveOf(a) || a.name.localeCompare(b.name));

function pruneOne(cluster: Cluster, name: string, finalizers: string): Step['actions'] {
  const where = ['--namespace', DELIVERY_NAMESPACE] as const;
  return [
    {
      kind: 'run',
      invocation: kubectl(cluster, 'patch', 'application', name, ...where, '--type', 'merge', '--patch', finalizers),
    },
    {
      kind: 'run',
      invocation: kubectl(
        cluster,
        'delete',
        'application',
        name,
        ...where,
        '--ignore-not-found',
        '--wait',
        `--timeout=${CONTROLLER_SECONDS}s`,
      ),
    },
  ];
}

const applicationExists = (cluster: Cluster, name: string): Invocation =>
  kubectl(cluster, 'get', 'application', name, '--namespace', DELIVERY_NAMESPACE);

/** Later waves first, as they were made last; operators are among the first waves and see their objects go. */
function pruneSteps(cluster: Cluster): readonly Step[] {
  const { tree } = cluster;
  const all = tree ? applications(tree) : [];
  const root = tree ? all.filter((one) => isRoot(one, tree)) : [];
  const keepers = all.filter(isKeeper);
  const others = all.filter((one) => !root.includes(one) && !keepers.includes(one));
  const step = (name: string, finalizers: string, says: string): Step => ({
    name: `prune ${cluster.name} ${name}`,
    says,
    onlyIf: applicationExists(cluster, name),
    actions: pruneOne(cluster, name, finalizers),
  });
  return [
    ...root.map(({ name }) => step(name, NO_CASCADE, 'Delete the Application that would make the others again.')),
    ...others.map(({ name }) => step(name, CASCADE, `Delete what the Application ${name} applied.`)),
    ...keepers.map(({ name }) => step(name, NO_CASCADE, 'Let go of Argo CD, which cannot delete itself.')),
    {
      name: `prune ${cluster.name} rest`,
      says: 'Delete the Applications that the tree does not know.',
      onlyIf: kubectl(cluster, 'get', 'crd', 'applications.argoproj.io'),
      actions: [
        {
          kind: 'each',
          list: kubectl(cluster, 'get', 'applications', '--namespace', DELIVERY_NAMESPACE, '--output', 'name'),
          remove: kubectl(
            cluster,
            'delete',
            '{}',
            '--namespace',
            DELIVERY_NAMESPACE,
            '--wait',
            `--timeout=${CONTROLLER_SECONDS}s`,
          ),
        },
      ],
      check: {
        says: 'No Application is left.',
        invocation: kubectl(cluster, 'get', 'applications', '--namespace', DELIVERY_NAMESPACE, '--output', 'name'),
        expects: '',
        withinSeconds: CONTROLLER_SECONDS,
      },
    },
  ];
}

const loadBalancers = ({ name, region }: Cluster): Invocation =>
  aws(
    region,
    ...['resourcegroupstaggingapi', 'get-resources', '--resource-type-filters', 'elasticloadbalancing:loadbalancer'],
    ...['--tag-filters', `Key=elbv2.k8s.aws/cluster,Values=${name}`, '--query', 'ResourceTagMappingList[].ResourceARN'],
  );

/** The EBS driver tags each volume with the claim that it was made for; an account holds one environment. */
const volumes = ({ region }: Cluster): Invocation =>
  aws(
    region,
    ...['ec2', 'describe-volumes', '--filters', 'Name=tag-key,Values=kubernetes.io/created-for/pvc/name'],
    ...['--query', 'Volumes[].VolumeId'],
  );

const snapshots = ({ region }: Cluster): Invocation =>
  aws(
    region,
    ...['ec2', 'describe-snapshots', '--owner-ids', 'self'],
    ...['--filters', 'Name=tag-key,Values=velero.io/backup,CSIVolumeSnapshotName', '--query', 'Snapshots[].SnapshotId'],
  );

const volumeSteps = (cluster: Cluster, keepsVolumes: boolean): readonly Step[] => [
  {
    name: `delete-claims ${cluster.name}`,
    says: 'Delete the claims that stateful sets leave, so that their disks go.',
    actions: [
      {
        kind: 'run',
        invocation: kubectl(
          cluster,
          'delete',
          'persistentvolumeclaims',
          '--all',
          '--all-namespaces',
          '--wait',
          `--timeout=${CONTROLLER_SECONDS}s`,
        ),
      },
    ],
    ...(keepsVolumes
      ? {}
      : {
          check: {
            says: 'No disk of a claim is left.',
            invocation: volumes(cluster),
            expects: '',
            withinSeconds: CONTROLLER_SECONDS,
          },
        }),
  },
];

const snapshotSteps = (cluster: Cluster): readonly Step[] => [
  {
    name: `delete-snapshots ${cluster.name}`,
    says: 'Delete snapshots of disks that backups of the cluster made.',
    actions: [
      {
        kind: 'each',
        list: snapshots(cluster),
        remove: aws(cluster.region, 'ec2', 'delete-snapshot', '--snapshot-id', '{}'),
      },
    ],
    check: {
      says: 'No snapshot is left.',
      invocation: snapshots(cluster),
      expects: '',
      withinSeconds: CONTROLLER_SECONDS,
    },
  },
];

/** Steps inside a cluster, while its controllers still run. All of them are skipped once the cluster is gone. */
export function clusterSteps(cluster: Cluster, environment: Environment): readonly Step[] {
  const exists = aws(cluster.region, 'eks', 'describe-cluster', '--name', cluster.name, '--query', 'cluster.status');
  const keep = environment.retainData;
  const steps: readonly Step[] = [
    {
      name: `connect ${cluster.name}`,
      says: `Let kubectl speak to ${cluster.name}, and to no other cluster.`,
      actions: [
        {
          kind: 'run',
          invocation: aws(cluster.region, 'eks', 'update-kubeconfig', '--name', cluster.name, '--alias', cluster.name),
        },
      ],
    },
    ...pruneSteps(cluster),
    {
      name: `await-load-balancers ${cluster.name}`,
      says: 'Wait until controllers have deleted the load balancers that they made.',
      actions: [],
      check: {
        says: 'No load balancer of the cluster is left.',
        invocation: loadBalancers(cluster),
        expects: '',
        withinSeconds: CONTROLLER_SECONDS,
      },
    },
    ...volumeSteps(cluster, keep),
    ...(keep ? [] : snapshotSteps(cluster)),
  ];
  return steps.map((step) => (step.onlyIf ? step : { ...step, onlyIf: exists }));
}

const REMOVED_BY = {
  'load balancers': 'await-load-balancers',
  snapshots: 'delete-snapshots',
  'dns records': 'empty-zone',
  'bucket objects': 'empty-bucket',
  machines: 'prune',
} as const;

/** Effects that are data: where data is retained no step removes them. */
const KEPT_WITH_DATA: ReadonlySet<Effect> = new Set<Effect>(['bucket objects', 'dns records', 'snapshots']);

/** What controllers made in AWS, and which step sees to it that it goes. */
export function clusterLeftovers(tree: Tree): readonly Leftover[] {
  const applied = tree.manifests.filter(isApplied(tree));
  const disks = volumeClaimsOf(applied).map(({ origin, count, gib, storageClass, goesWithObject }): Leftover => {
    const goes = storageClassOf(tree, storageClass)?.reclaims === true;
    const how = goesWithObject ? 'prune' : 'delete-claims';
    return {
      what: `${count} volumes of ${gib} GiB of ${origin}`,
      why: goes ? 'the storage class gives its disks back' : 'the storage class retains its disks',
      billable: true,
      ...(goes ? { removedBy: how } : {}),
    };
  });
  const others = applied.flatMap((manifest): readonly Leftover[] => {
    const effect = effectOf(manifest);
    if (effect === undefined || effect === 'none' || effect === 'volumes') return [];
    const what = `${effect} of ${nameOf(manifest)}`;
    return tree.environment.retainData && KEPT_WITH_DATA.has(effect)
      ? [{ what, why: 'the environment retains its data', billable: true }]
      : [{ what, why: 'a controller makes them', billable: true, removedBy: REMOVED_BY[effect] }];
  });
  return [...disks, ...others];
}
