import { defineKind } from './kind.ts';

/** Kinds of the Prometheus operator 0.93 (`monitoring.coreos.com/v1`), the fields in use. */
const API = 'monitoring.coreos.com/v1';

export interface ServiceMonitorSpec {
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly namespaceSelector: { readonly matchNames: readonly string[] };
  readonly jobLabel: string;
  readonly endpoints: readonly {
    /** Of the service. */
    readonly port?: string;
    /** Of the pods, where the service does not have it. */
    readonly targetPort?: string;
    readonly scheme?: 'https';
    readonly tlsConfig?: {
      readonly caFile: string;
      readonly certFile: string;
      readonly keyFile: string;
      readonly insecureSkipVerify: true;
    };
    readonly path: string;
    readonly interval: string;
    readonly scrapeTimeout: string;
  }[];
  /** Series beyond it are dropped with the scrape, so that one label cannot fill the store. */
  readonly sampleLimit: number;
}
export const ServiceMonitor = defineKind<ServiceMonitorSpec>(API, 'ServiceMonitor');

export interface PodMonitorSpec {
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly namespaceSelector: { readonly matchNames: readonly string[] };
  readonly podMetricsEndpoints: readonly {
    readonly portNumber: number;
    readonly path: string;
    readonly interval: string;
  }[];
  readonly sampleLimit: number;
}
export const PodMonitor = defineKind<PodMonitorSpec>(API, 'PodMonitor');

/** `{}` selects everything. */
type Everything = Readonly<Record<string, never>>;

export interface PrometheusSpec {
  readonly podMetadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly volumes: readonly object[];
  readonly volumeMounts: readonly object[];
  readonly image: string;
  readonly replicas: number;
  readonly serviceAccountName: string;
  readonly priorityClassName: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly resources: object;
  readonly securityContext: object;
  readonly retention: string;
  readonly retentionSize: string;
  readonly scrapeInterval: string;
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly serviceMonitorSelector: Everything;
  readonly serviceMonitorNamespaceSelector: Everything;
  readonly podMonitorSelector: Everything;
  readonly podMonitorNamespaceSelector: Everything;
  readonly ruleSelector: Everything;
  readonly ruleNamespaceSelector: Everything;
  readonly persistentVolumeClaimRetentionPolicy: { readonly whenDeleted: 'Delete' | 'Retain' };
  readonly storage: { readonly volumeClaimTemplate: object };
}
export const Prometheus = defineKind<PrometheusSpec>(API, 'Prometheus');
