import type { Problem } from '../check.ts';
import type { Catalog } from '../model/index.ts';
import type { Rule } from './index.ts';

const listsOf = (catalog: Catalog): Readonly<Record<string, readonly { readonly name: string }[]>> => ({
  teams: catalog.teams,
  topics: catalog.topics,
  stores: catalog.stores,
  services: catalog.services,
  namespaces: catalog.namespaces,
  operators: catalog.operators,
  parts: catalog.parts,
  environments: catalog.environments,
});

const namesAreUnique: Rule = (catalog) =>
  Object.entries(listsOf(catalog)).flatMap(([kind, list]) =>
    list
      .filter(({ name }, index) => list.findIndex((other) => other.name === name) !== index)
      .map(
        ({ name }): Problem => ({
          path: `${kind}.${name}`,
          value: `«${name}»`,
          rule: 'a name is given once',
          fix: 'Rename or remove one',
        }),
      ),
  );

/** RFC 1123 labels name Kubernetes objects; topics may have dots. */
const namesAreLabels: Rule = (catalog) =>
  Object.entries(listsOf(catalog)).flatMap(([kind, list]) => {
    const pattern = kind === 'topics' ? /^[a-z0-9]+([.-][a-z0-9]+)*$/ : /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;
    return list
      .filter(({ name }) => !pattern.test(name))
      .map(
        ({ name }): Problem => ({
          path: `${kind}.${name}`,
          value: `«${name}»`,
          rule: `names match ${pattern.source}`,
          fix: 'Use lower-case letters, digits and hyphens, at most 40 of them',
        }),
      );
  });

const metricNamesAreTheServicesOwn: Rule = (catalog) => {
  const owner = new Map<string, string>();
  return catalog.services.flatMap((service) =>
    service.metrics.flatMap(({ name, type, buckets }): readonly Problem[] => {
      const path = `services.${service.name}.metrics.${name}`;
      const other = owner.get(name);
      owner.set(name, service.name);
      return [
        ...(other
          ? [
              {
                path,
                value: `«${name}»`,
                rule: `${other} exports it already`,
                fix: 'Prefix the metric with its service',
              },
            ]
          : []),
        ...(type === 'counter' && !name.endsWith('_total')
          ? [{ path, value: `«${name}»`, rule: 'counters end in _total', fix: `Call it ${name}_total` }]
          : []),
        ...(type === 'histogram' && !buckets?.length
          ? [{ path, value: 'no buckets', rule: 'histograms have buckets', fix: 'Add upper bounds' }]
          : []),
      ];
    }),
  );
};

export const nameRules: readonly Rule[] = [namesAreUnique, namesAreLabels, metricNamesAreTheServicesOwn];
