import { footprintsIn } from './footprints.ts';
import type { Catalog, Environment, Footprint, FootprintPod } from './model/index.ts';

/** One kind of pods that Prometheus scrapes, and where. */
export interface Monitor {
  readonly party: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly port: number;
  readonly path: string;
}

/** Days on its own disk (spec, operations.md); seconds between scrapes of what is not a service: half as often as those. */
export const PROMETHEUS = {
  party: 'prometheus',
  name: 'prometheus',
  retentionDays: 30,
  scrapeSeconds: 30,
  /** Series of one pod beyond it are dropped with the scrape, so that one label cannot fill the disk. */
  sampleLimit: 50_000,
  /** Two bytes a sample: 30,000 series every 30 s for 30 days are 5 GiB; as much again for the write-ahead log. */
  storageGiB: { full: 50, single: 10 },
} as const;

const monitorsOf = ({ namespace }: Footprint, { party, labels, ports }: FootprintPod): readonly Monitor[] =>
  ports.flatMap(({ number, metrics }) => (metrics ? [{ party, namespace, labels, port: number, path: metrics }] : []));

/** What Prometheus scrapes beside the services: every port of a footprint that serves metrics. */
export const monitorsIn = (catalog: Catalog, environment: Environment): readonly Monitor[] =>
  footprintsIn(catalog, environment).flatMap((footprint) =>
    footprint.pods.flatMap((pod) => monitorsOf(footprint, pod)),
  );
