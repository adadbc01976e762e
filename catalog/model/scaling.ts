export type Scaling =
  | { readonly kind: 'cpu'; readonly min: number; readonly max: number; readonly targetPercent: number }
  | {
      readonly kind: 'lag';
      readonly min: number;
      readonly max: number;
      readonly topic: string;
      readonly maxLagRecords: number;
    }
  | { readonly kind: 'fixed'; readonly replicas: number };

export const Scaling = {
  cpu: (min: number, max: number, targetPercent: number): Scaling => ({ kind: 'cpu', min, max, targetPercent }),
  lag: (min: number, max: number, of: { readonly topic: string; readonly maxLagRecords: number }): Scaling => ({
    kind: 'lag',
    min,
    max,
    ...of,
  }),
  fixed: (replicas: number): Scaling => ({ kind: 'fixed', replicas }),
} as const;

export function replicaRange(scaling: Scaling): { readonly min: number; readonly max: number } {
  return scaling.kind === 'fixed'
    ? { min: scaling.replicas, max: scaling.replicas }
    : { min: scaling.min, max: scaling.max };
}
