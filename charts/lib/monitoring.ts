import { defineKind } from './kind.ts';

/** Kinds of the Prometheus operator 0.93 (`monitoring.coreos.com/v1`), the fields in use. */
const API = 'monitoring.coreos.com/v1';

export interface ServiceMonitorSpec {
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly namespaceSelector: { readonly matchNames: readonly string[] };
  readonly jobLabel: string;
  readonly endpoints: readonly {
    readonly port: string;
    readonly path: string;
    readonly interval: string;
    readonly scrapeTimeout: string;
  }[];
  /** Series beyond it are dropped with the scrape, so that one label cannot fill the store. */
  readonly sampleLimit: number;
}
export const ServiceMonitor = defineKind<ServiceMonitorSpec>(API, 'ServiceMonitor');
