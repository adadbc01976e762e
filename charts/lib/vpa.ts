import { defineKind } from './kind.ts';

export interface VerticalPodAutoscalerSpec {
  readonly targetRef: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  /** `Off`: it recommends, and changes nothing. */
  readonly updatePolicy: { readonly updateMode: 'Off' };
}
export const VerticalPodAutoscaler = defineKind<VerticalPodAutoscalerSpec>(
  'autoscaling.k8s.io/v1',
  'VerticalPodAutoscaler',
);
