import { replicaRange } from '../model/index.ts';
import type { Rule } from './index.ts';

/** Replicas beyond the partitions would idle. */
const lagScalingFitsPartitions: Rule = (catalog) =>
  catalog.services.flatMap(({ name, scaling }) => {
    if (scaling.kind !== 'lag') return [];
    const partitions = catalog.topics.find((topic) => topic.name === scaling.topic)?.partitions;
    if (partitions === undefined || scaling.max <= partitions) return [];
    return [
      {
        path: `services.${name}.scaling.max`,
        value: String(scaling.max),
        rule: `a group scaled on lag never has more replicas than ${scaling.topic} has partitions (${partitions})`,
        fix: `Lower max to ${partitions} or raise the partitions`,
      },
    ];
  });

const lagScalingConsumesItsTopic: Rule = (catalog) =>
  catalog.services.flatMap(({ name, scaling, consumes }) => {
    if (scaling.kind !== 'lag' || consumes.some(({ topic }) => topic === scaling.topic)) return [];
    return [
      {
        path: `services.${name}.scaling.topic`,
        value: `«${scaling.topic}»`,
        rule: 'a service scales on the lag of a topic that it consumes',
        fix: 'Name a consumed topic',
      },
    ];
  });

const rangesAreOrdered: Rule = (catalog) =>
  catalog.services.flatMap(({ name, scaling }) => {
    const { min, max } = replicaRange(scaling);
    if (min >= 1 && min <= max) return [];
    return [
      { path: `services.${name}.scaling`, value: `${min}–${max}`, rule: '1 ≤ min ≤ max', fix: 'Order the bounds' },
    ];
  });

/** A disruption budget that equals the least replicas would block every node drain. */
const disruptionStaysPossible: Rule = (catalog) =>
  catalog.services.flatMap(({ name, scaling, minAvailable }) => {
    const { min } = replicaRange(scaling);
    if (minAvailable < min || (min === 1 && minAvailable === 0)) return [];
    return [
      {
        path: `services.${name}.minAvailable`,
        value: String(minAvailable),
        rule: `fewer than the least replicas (${min}), or nodes could never be drained`,
        fix: `Use at most ${min - 1}`,
      },
    ];
  });

const objectivesAreShares: Rule = (catalog) =>
  catalog.services.flatMap(({ name, objectives, metrics }) =>
    objectives.flatMap((objective, index) => {
      const path = `services.${name}.objectives[${index}]`;
      const share =
        objective.target > 0 && objective.target < 1
          ? []
          : [
              {
                path: `${path}.target`,
                value: String(objective.target),
                rule: 'a target lies between 0 and 1',
                fix: 'Give the share of good events, such as 0.999',
              },
            ];
      const { indicator } = objective;
      const named =
        indicator.kind === 'freshness'
          ? [indicator.metric]
          : indicator.kind === 'ratio'
            ? [indicator.good, indicator.total]
            : [];
      const missing = named
        .filter((metric) => !metrics.some((declared) => declared.name === metric))
        .map((metric) => ({
          path: `${path}.indicator`,
          value: `«${metric}»`,
          rule: 'an objective is measured by a metric of its service',
          fix: `Add the metric to services.${name}.metrics`,
        }));
      return [...share, ...missing];
    }),
  );

export const scalingRules: readonly Rule[] = [
  lagScalingFitsPartitions,
  lagScalingConsumesItsTopic,
  rangesAreOrdered,
  disruptionStaysPossible,
  objectivesAreShares,
];
