import { defineKind } from './kind.ts';

/** Kinds of Argo Rollouts 1.9 (`argoproj.io/v1alpha1`), the fields in use. */
const API = 'argoproj.io/v1alpha1';

interface AnalysisUse {
  readonly templates: readonly { readonly templateName: string }[];
  readonly args: readonly {
    readonly name: string;
    readonly valueFrom: { readonly podTemplateHashValue: 'Latest' };
  }[];
}

export type Step = { readonly setWeight: number } | { readonly pause: { readonly duration: string } };

export interface CanaryStrategy {
  readonly canary: {
    readonly maxSurge: string;
    readonly maxUnavailable: number;
    readonly steps: readonly Step[];
    readonly analysis: AnalysisUse & { readonly startingStep: number };
    readonly trafficRouting?: {
      readonly istio: {
        readonly virtualService: { readonly name: string; readonly routes: readonly string[] };
        readonly destinationRule: {
          readonly name: string;
          readonly stableSubsetName: string;
          readonly canarySubsetName: string;
        };
      };
    };
  };
}

export interface BlueGreenStrategy {
  readonly blueGreen: {
    readonly activeService: string;
    readonly previewService: string;
    readonly autoPromotionEnabled: true;
    readonly postPromotionAnalysis: AnalysisUse;
    readonly scaleDownDelaySeconds: number;
  };
}

export interface RolloutSpec {
  readonly replicas?: number;
  readonly revisionHistoryLimit: number;
  readonly progressDeadlineSeconds: number;
  readonly progressDeadlineAbort: true;
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly strategy: CanaryStrategy | BlueGreenStrategy;
  /** As JSON: whatever else runs pods takes the same template. */
  readonly template: object;
}
export const Rollout = defineKind<RolloutSpec>(API, 'Rollout');

export interface AnalysisTemplateSpec {
  readonly args: readonly { readonly name: string }[];
  readonly metrics: readonly {
    readonly name: string;
    readonly interval: string;
    readonly count?: number;
    readonly failureLimit: number;
    readonly consecutiveErrorLimit: number;
    readonly successCondition: string;
    readonly provider: { readonly prometheus: { readonly address: string; readonly query: string } };
  }[];
}
export const AnalysisTemplate = defineKind<AnalysisTemplateSpec>(API, 'AnalysisTemplate');
