import type { Problem } from '../check.ts';
import { footprintsOf } from '../footprints.ts';
import { isFixedPlace, partyNamed } from '../infrastructure.ts';
import type { Catalog, FootprintPod } from '../model/index.ts';
import type { Rule } from './index.ts';
import { namesOf, unresolved } from './references.ts';

const partiesOf = (catalog: Catalog): readonly (FootprintPod & { readonly path: string })[] =>
  footprintsOf(catalog).flatMap(({ name, pods }) =>
    pods.map((pod) => ({ ...pod, path: `footprints.${name}.pods.${pod.party}` })),
  );

const namespacesExist: Rule = (catalog) =>
  unresolved(
    'namespace',
    namesOf(catalog.namespaces),
    footprintsOf(catalog).map(({ name, namespace }) => ({ path: `footprints.${name}.namespace`, value: namespace })),
  );

const predecessorsExist: Rule = (catalog) =>
  unresolved(
    'operator',
    namesOf(catalog.operators),
    catalog.operators.flatMap(({ name, after }) => after.map((value) => ({ path: `operators.${name}.after`, value }))),
  );

/** The list is the order of installation as well, so that nothing can wait for itself. */
const predecessorsComeFirst: Rule = ({ operators }) =>
  operators.flatMap(({ name, after }, index) =>
    after
      .filter((before) => operators.findIndex((operator) => operator.name === before) >= index)
      .map(
        (before): Problem => ({
          path: `operators.${name}.after`,
          value: `«${before}»`,
          rule: 'an operator comes later in the list than those that have to run before it',
          fix: `Move ${before} before ${name} in catalog/operators/index.ts`,
        }),
      ),
  );

const partiesAreUnique: Rule = (catalog) => {
  const taken = partiesOf(catalog);
  return taken
    .filter(({ party }, index) => isFixedPlace(party) || taken.findIndex((other) => other.party === party) !== index)
    .map(({ path, party }) => ({
      path,
      value: `«${party}»`,
      rule: 'edges find pods by this name, so it is given once',
      fix: 'Rename one of them',
    }));
};

/** Two groups of pods of a namespace that one selector selects could not be told apart by any policy. */
const labelsTellApart: Rule = (catalog) => {
  const all = footprintsOf(catalog).flatMap(({ namespace, pods }) => pods.map((pod) => ({ namespace, pod })));
  const covers = (a: FootprintPod, b: FootprintPod): boolean =>
    Object.entries(a.labels).every(([key, value]) => b.labels[key] === value);
  return all.flatMap(({ namespace, pod }) =>
    all
      .filter((other) => other.namespace === namespace && other.pod !== pod && covers(pod, other.pod))
      .map((other) => ({
        path: `footprints.${pod.party}.labels`,
        value: JSON.stringify(pod.labels),
        rule: `they select the pods of ${other.pod.party} too`,
        fix: 'Add a label that only these pods have',
      })),
  );
};

const edgesLeadToParties: Rule = (catalog) => {
  const known = partiesOf(catalog).map(({ party }) => party);
  const isKnown = (name: string): boolean =>
    partyNamed(catalog, name).kind !== 'infrastructure' || isFixedPlace(name) || known.includes(name);
  return footprintsOf(catalog).flatMap(({ name, edges }) =>
    edges.flatMap(({ from, to, port }) =>
      [from, to]
        .filter((end) => !isKnown(end))
        .map((end) => ({
          path: `footprints.${name}.edges.${from} → ${to}:${port}`,
          value: `«${end}»`,
          rule: 'there are no such pods and no such place',
          fix: `Use one of ${known.join(', ')}, a store's engine, a service or a place of infrastructure.ts`,
        })),
    ),
  );
};

const edgesLeadToOpenPorts: Rule = (catalog) => {
  const pods = new Map(partiesOf(catalog).map((pod) => [pod.party, pod]));
  return footprintsOf(catalog).flatMap(({ name, edges }) =>
    edges
      .filter(({ to, port, protocol = 'TCP' }) => {
        const target = pods.get(to);
        return target && !target.ports.some((open) => open.number === port && (open.protocol ?? 'TCP') === protocol);
      })
      .map(({ from, to, port }) => ({
        path: `footprints.${name}.edges.${from} → ${to}:${port}`,
        value: String(port),
        rule: `${to} does not open it`,
        fix: `Use one of ${pods
          .get(to)
          ?.ports.map(({ number }) => number)
          .join(', ')}, or add the port to its pods`,
      })),
  );
};

export const footprintRules: readonly Rule[] = [
  namespacesExist,
  predecessorsExist,
  predecessorsComeFirst,
  partiesAreUnique,
  labelsTellApart,
  edgesLeadToParties,
  edgesLeadToOpenPorts,
];
