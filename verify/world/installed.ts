import type { Party } from '#catalog/dataflow.ts';
import { footprintsIn } from '#catalog/footprints.ts';
import type { Catalog, Environment } from '#catalog/index.ts';
import { type FixedPlace, placeOf } from '#catalog/infrastructure.ts';
import { EGRESS_HOST, INGRESS_HOST } from '#catalog/mesh.ts';
import type { Labels } from './pods.ts';

/** Pods that the charts of operators bring; the catalog says where they are, and no manifest of ours shows them. */
export interface InstalledPods {
  readonly party: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** The service account that they run as, where the catalog says it. */
  readonly account?: string;
}

/** Of AWS's own add-ons. */
const FIXED_PODS = ['dns'] as const satisfies readonly FixedPlace[];

export const WHY_INSTALLED = 'footprints of the catalog name them; the charts that bring them are not rendered here';

/** Parties whose places are pods, though no footprint has them. */
function placed(catalog: Catalog, environment: Environment): readonly InstalledPods[] {
  const parties: readonly Extract<Party, { readonly name: string }>[] = [
    ...FIXED_PODS.map((name) => ({ kind: 'infrastructure', name }) as const),
    ...catalog.stores.map(({ name }) => ({ kind: 'store', name }) as const),
  ];
  return parties.flatMap((party): readonly InstalledPods[] => {
    const place = placeOf(catalog, environment, party);
    return place.kind === 'pods' ? [{ party: party.name, namespace: place.namespace, labels: place.labels }] : [];
  });
}

export const installedPods = (catalog: Catalog, environment: Environment): readonly InstalledPods[] => [
  ...placed(catalog, environment),
  ...footprintsIn(catalog, environment).flatMap(({ namespace, pods }) =>
    pods.map(({ party, labels }) => ({ party, namespace, labels })),
  ),
];

const serviceOf = (host: string): string => host.split('.').slice(0, 2).join('.');

/** Services of such parts, as `name.namespace`. */
export const INSTALLED_SERVICES: ReadonlyMap<string, string> = new Map([
  [serviceOf(EGRESS_HOST), 'the chart of the egress gateway'],
  [serviceOf(INGRESS_HOST), 'the chart of the ingress gateway'],
]);
