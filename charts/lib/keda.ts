import type { ScalingBehaviour } from './autoscaling.ts';
import { defineKind } from './kind.ts';

/** Kinds of KEDA 2.20 (`keda.sh/v1alpha1`), the fields in use. */
const API = 'keda.sh/v1alpha1';

export interface TriggerAuthenticationSpec {
  readonly secretTargetRef: readonly { readonly parameter: string; readonly name: string; readonly key: string }[];
}
export const TriggerAuthentication = defineKind<TriggerAuthenticationSpec>(API, 'TriggerAuthentication');

export interface KafkaTrigger {
  readonly type: 'kafka';
  readonly metadata: {
    readonly bootstrapServers: string;
    readonly consumerGroup: string;
    readonly topic: string;
    readonly lagThreshold: string;
    readonly sasl: 'scram_sha512';
    readonly tls: 'enable';
    /** A group without offsets reads from the start, so all records are lag. */
    readonly offsetResetPolicy: 'earliest';
  };
  readonly authenticationRef: { readonly name: string };
}

export interface ScaledObjectSpec {
  readonly scaleTargetRef: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly pollingInterval: number;
  /** What to run with when the lag cannot be read. */
  readonly fallback: {
    readonly failureThreshold: number;
    readonly replicas: number;
    readonly behavior: 'currentReplicasIfHigher';
  };
  readonly advanced: {
    readonly horizontalPodAutoscalerConfig: { readonly name: string; readonly behavior: ScalingBehaviour };
  };
  readonly triggers: readonly KafkaTrigger[];
}
export const ScaledObject = defineKind<ScaledObjectSpec>(API, 'ScaledObject');
