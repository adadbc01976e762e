import type { Objective } from '../model/index.ts';

/** Objectives that the specification leaves open are chosen here; 99.9 % is what one region over three zones can promise. */
export const Objectives = {
  availability: (target: number): Objective => ({
    name: 'availability',
    description: `${target * 100} % of requests are answered without a server error.`,
    target,
    indicator: { kind: 'availability' },
  }),
  latency: (target: number, thresholdSeconds: number): Objective => ({
    name: 'latency',
    description: `${target * 100} % of requests are answered within ${thresholdSeconds} s.`,
    target,
    indicator: { kind: 'latency', thresholdSeconds },
  }),
} as const;
