import { defineKind } from './kind.ts';

/** Kinds of Istio (`networking`, `security` and `telemetry` at v1), the fields in use. */
const NETWORKING = 'networking.istio.io/v1';
const SECURITY = 'security.istio.io/v1';

interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>;
}

export interface PeerAuthenticationSpec {
  readonly mtls: { readonly mode: 'STRICT' };
}
export const PeerAuthentication = defineKind<PeerAuthenticationSpec>(SECURITY, 'PeerAuthentication');

export interface AccessRule {
  readonly from: readonly {
    readonly source: {
      readonly principals?: readonly string[];
      readonly ipBlocks?: readonly string[];
      /** `issuer/subject` of a verified token. */
      readonly requestPrincipals?: readonly string[];
    };
  }[];
  readonly to: readonly {
    readonly operation: {
      readonly ports: readonly string[];
      readonly hosts?: readonly string[];
      readonly methods?: readonly string[];
      readonly paths?: readonly string[];
    };
  }[];
  readonly when?: readonly { readonly key: 'connection.sni'; readonly values: readonly string[] }[];
}

export interface AuthorizationPolicySpec {
  readonly selector?: Selector;
  readonly action?: 'ALLOW';
  /** None: nobody is let in. */
  readonly rules?: readonly AccessRule[];
}
export const AuthorizationPolicy = defineKind<AuthorizationPolicySpec>(SECURITY, 'AuthorizationPolicy');

export interface RequestAuthenticationSpec {
  readonly selector: Selector;
  readonly jwtRules: readonly {
    readonly issuer: string;
    readonly audiences: readonly string[];
    readonly jwksUri: string;
    readonly forwardOriginalToken: true;
  }[];
}
export const RequestAuthentication = defineKind<RequestAuthenticationSpec>(SECURITY, 'RequestAuthentication');

export interface SidecarSpec {
  readonly workloadSelector?: { readonly labels: Readonly<Record<string, string>> };
  readonly egress: readonly { readonly hosts: readonly string[] }[];
  readonly outboundTrafficPolicy: { readonly mode: 'REGISTRY_ONLY' };
}
export const Sidecar = defineKind<SidecarSpec>(NETWORKING, 'Sidecar');

export interface ServiceEntrySpec {
  readonly hosts: readonly string[];
  readonly addresses?: readonly string[];
  readonly ports: readonly { readonly number: number; readonly name: string; readonly protocol: 'TCP' | 'TLS' }[];
  readonly location: 'MESH_EXTERNAL';
  readonly resolution: 'NONE' | 'DNS';
  /** Namespaces that see it; `.` is its own. */
  readonly exportTo: readonly string[];
}
export const ServiceEntry = defineKind<ServiceEntrySpec>(NETWORKING, 'ServiceEntry');

export interface Server {
  readonly port: { readonly number: number; readonly name: string; readonly protocol: 'HTTPS' | 'TLS' };
  readonly hosts: readonly string[];
  readonly tls: {
    readonly mode: 'SIMPLE' | 'ISTIO_MUTUAL';
    readonly credentialName?: string;
    readonly minProtocolVersion: 'TLSV1_3';
  };
}

export interface GatewaySpec {
  readonly selector: Readonly<Record<string, string>>;
  readonly servers: readonly Server[];
}
export const Gateway = defineKind<GatewaySpec>(NETWORKING, 'Gateway');

export interface Destination {
  readonly destination: {
    readonly host: string;
    readonly port: { readonly number: number };
    readonly subset?: string;
  };
  readonly weight?: number;
}

export interface HttpMatch {
  readonly gateways: readonly string[];
  readonly authority?: { readonly exact: string };
  readonly uri?: { readonly exact: string } | { readonly prefix: string };
  readonly headers?: Readonly<Record<string, { readonly exact: string }>>;
}

export interface HttpRoute {
  readonly name: string;
  readonly match: readonly HttpMatch[];
  readonly route: readonly Destination[];
  /** None when left out. */
  readonly timeout?: string;
  readonly retries: { readonly attempts: number; readonly retryOn: string };
}

interface TcpRoute {
  readonly match: readonly { readonly gateways: readonly string[]; readonly port: number }[];
  readonly route: readonly Destination[];
}

interface TlsRoute {
  readonly match: readonly {
    readonly gateways: readonly string[];
    readonly port: number;
    readonly sniHosts: readonly string[];
  }[];
  readonly route: readonly Destination[];
}

export interface VirtualServiceSpec {
  readonly hosts: readonly string[];
  readonly gateways: readonly string[];
  readonly exportTo?: readonly string[];
  readonly http?: readonly HttpRoute[];
  readonly tls?: readonly TlsRoute[];
  readonly tcp?: readonly TcpRoute[];
}
export const VirtualService = defineKind<VirtualServiceSpec>(NETWORKING, 'VirtualService');

export interface Subset {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly trafficPolicy?: TrafficPolicy;
}

export interface TrafficPolicy {
  readonly tls?: { readonly mode: 'ISTIO_MUTUAL'; readonly sni?: string };
  readonly connectionPool?: {
    readonly tcp: { readonly maxConnections: number };
    readonly http: { readonly http1MaxPendingRequests: number };
  };
  readonly outlierDetection?: {
    readonly consecutive5xxErrors: number;
    readonly interval: string;
    readonly baseEjectionTime: string;
    readonly maxEjectionPercent: number;
  };
}

export interface DestinationRuleSpec {
  readonly host: string;
  readonly exportTo?: readonly string[];
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets?: readonly Subset[];
}
export const DestinationRule = defineKind<DestinationRuleSpec>(NETWORKING, 'DestinationRule');

export interface TelemetrySpec {
  readonly metrics: readonly {
    readonly providers: readonly { readonly name: string }[];
    readonly overrides: readonly { readonly match: { readonly metric: string }; readonly disabled: true }[];
  }[];
  readonly tracing: readonly { readonly disableSpanReporting: true }[];
  readonly accessLogging: readonly { readonly disabled: true }[];
}
export const Telemetry = defineKind<TelemetrySpec>('telemetry.istio.io/v1', 'Telemetry');
