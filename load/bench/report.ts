import { cpus, totalmem } from 'node:os';

/** One measured figure; `atLeast` or `atMost` is what the specification asks for on two cores. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface BenchReport {
  readonly name: string;
  readonly at: string;
  readonly hardware: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly node: string;
  };
  readonly figures: readonly Figure[];
  /** What a reader must know to compare. */
  readonly notes: readonly string[];
}

export const rounded = (value: number): number => Math.round(value);
export const twoDigits = (value: number): number => Math.round(value * 100) / 100;

/** Undefined where the specification asks for nothing. */
export function isMet({ value, atLeast, atMost }: Figure): boolean | undefined {
  if (atLeast === undefined && atMost === undefined) return undefined;
  return value >= (atLeast ?? Number.NEGATIVE_INFINITY) && value <= (atMost ?? Number.POSITIVE_INFINITY);
}

export function benchReport(name: string, figures: readonly Figure[], notes: readonly string[]): BenchReport {
  const [first, ...others] = cpus();
  const hardware = {
    cpu: first?.model ?? 'unknown',
    cores: others.length + 1,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  return { name, at: new Date().toISOString(), hardware, figures, notes };
}
