import { survivesZoneLoss } from '#catalog/environments/index.ts';
import type { Catalog } from '#catalog/index.ts';
import { demandsOf } from '../capacity/demand.ts';
import { unsizedPods } from '../capacity/footprints.ts';
import { groupsOf, type PlacedGroup } from '../capacity/groups.ts';
import type { Demand, Range } from '../capacity/model.ts';
import { needsOf, roomOn, zoneLossesOf } from '../capacity/plan.ts';
import { type Findings, mergeFindings, type Note, nothingFound, type Problem } from '../report/model.ts';
import type { Tree } from '../tree/tree.ts';
import type { Check, CheckContext } from './check.ts';

const CHECK = 'capacity';

/** A node group of one environment, and all that asks for room in the cluster. */
interface Subject {
  readonly tree: Tree;
  readonly group: PlacedGroup;
  readonly demands: readonly Demand[];
}

type Complaint = Pick<Problem, 'path' | 'value' | 'rule' | 'fix'>;

const problem = ({ tree, group }: Subject, complaint: Complaint): Problem => ({
  check: CHECK,
  environment: tree.environment.name,
  file: group.file,
  object: `node group ${group.shape.name}`,
  ...complaint,
});

const roomText = (subject: Subject): string => {
  const room = roomOn(subject.group.shape, subject.demands);
  return room ? `${Math.floor(room.cpuMillis)}m, ${Math.floor(room.memoryMiB)} MiB, ${room.pods} pods` : 'unknown';
};

const LARGER = 'Take a larger instance type for the group, raise its max in catalog/environments, or ask for less';

function unfit(subject: Subject, origins: readonly string[]): readonly Problem[] {
  return [...new Set(origins)].map((origin) => {
    const demand = subject.demands.find((one) => one.origin === origin);
    return problem(subject, {
      path: 'Properties.InstanceTypes',
      value: `${origin} asks for ${demand?.cpuMillis}m, ${Math.ceil(demand?.memoryMiB ?? 0)} MiB`,
      rule: `a pod fits an empty node of its group, which has ${roomText(subject)} beside what runs on every node`,
      fix: LARGER,
    });
  });
}

const tooSmall = (subject: Subject, needed: number, occasion: string): readonly Problem[] =>
  needed <= subject.group.shape.max
    ? []
    : [
        problem(subject, {
          path: 'Properties.ScalingConfig.MaxSize',
          value: `${subject.group.shape.max} nodes; ${needed} are needed`,
          rule: `a group holds its pods ${occasion}`,
          fix: LARGER,
        }),
      ];

const OCCASIONS = {
  base: 'at the least replicas',
  peak: 'at the most replicas',
} as const satisfies Record<keyof Range, string>;

function atScale(subject: Subject): readonly Problem[] {
  const { shape } = subject.group;
  const base = needsOf(shape, subject.demands, 'base');
  const peak = needsOf(shape, subject.demands, 'peak');
  if (!base || !peak)
    return [
      problem(subject, {
        path: 'Properties.InstanceTypes',
        value: shape.types.join(', '),
        rule: 'the size of an instance type is known',
        fix: 'Add its family and size to verify/capacity/instances.ts',
      }),
    ];
  return [
    ...unfit(
      subject,
      [...base.unfit, ...peak.unfit].map(({ origin }) => origin),
    ),
    ...tooSmall(subject, base.nodes, OCCASIONS.base),
    ...tooSmall(subject, peak.nodes, OCCASIONS.peak),
  ];
}

function withoutZone(subject: Subject): Findings {
  const { environment } = subject.tree;
  if (!survivesZoneLoss(environment)) return nothingFound;
  const losses = zoneLossesOf(subject.group.shape, subject.demands);
  const occasion = (zone: number): string => `without the zone ${environment.zones[zone]?.name ?? zone}`;
  const problems = losses.flatMap(({ zone, packed, withoutMajority }) => [
    ...tooSmall(subject, packed.nodes, occasion(zone)),
    ...withoutMajority.map((origin) =>
      problem(subject, {
        path: 'Properties.Subnets',
        value: origin,
        rule: `of pods that volumes hold in their zones a majority is left ${occasion(zone)}`,
        fix: 'Give it an odd number of replicas, spread over three zones',
      }),
    ),
  ]);
  const away = [...new Set(losses.flatMap((loss) => loss.away))];
  const notes = away.map(
    (origin): Note => ({
      check: CHECK,
      environment: environment.name,
      subject: origin,
      sentence: 'its one volume is in one zone: lost with it, and back with it',
    }),
  );
  return { ...nothingFound, problems, notes };
}

/** Pods that choose a pool which no group of nodes is. */
function homeless(tree: Tree, demands: readonly Demand[], groups: readonly PlacedGroup[]): readonly Problem[] {
  const pools = groups.map(({ shape }) => shape.name);
  return demands
    .filter(({ pool, onEveryNode }) => !onEveryNode && !pools.includes(pool))
    .map(({ pool, origin }) => ({
      check: CHECK,
      environment: tree.environment.name,
      file: groups[0]?.file ?? '',
      object: origin,
      path: 'nodeSelector',
      value: pool,
      rule: `a pod chooses one of the node groups ${pools.join(', ')}`,
      fix: 'Choose one of them',
    }));
}

function grows({ group, demands, tree }: Subject): readonly Note[] {
  const needed = needsOf(group.shape, demands, 'base')?.nodes ?? 0;
  const { name, desired } = group.shape;
  if (needed <= desired) return [];
  const sentence = `the autoscaler adds ${needed - desired} to its ${desired} nodes at the least replicas`;
  return [{ check: CHECK, environment: tree.environment.name, subject: `node group ${name}`, sentence }];
}

function run(tree: Tree, { catalog }: CheckContext): Findings {
  if (!tree.hasTemplates) {
    const why = 'the templates of AWS were not synthesized';
    return { ...nothingFound, trusted: [{ check: CHECK, subject: 'room on the nodes', why, count: 1 }] };
  }
  const demands = demandsOf(tree, catalog);
  const groups = groupsOf(tree);
  const subjects = groups.map((group): Subject => ({ tree, group, demands }));
  return mergeFindings([
    ...subjects.map(withoutZone),
    {
      problems: [...homeless(tree, demands, groups), ...subjects.flatMap(atScale)],
      notes: subjects.flatMap(grows),
      trusted: trustedSizes(tree, catalog),
      counts: [{ what: 'kinds of pods', count: demands.length }],
    },
  ]);
}

const trustedSizes = (tree: Tree, catalog: Catalog) =>
  unsizedPods(tree, catalog).map((subject) => ({
    check: CHECK,
    subject: `room for ${subject}`,
    why: 'neither its footprint nor an object says how large it is',
    count: 1,
  }));

export const capacity: Check = {
  name: CHECK,
  summary: 'All pods fit the nodes: at the least and the most replicas, and without a zone where that is promised.',
  run,
};
