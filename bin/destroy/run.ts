import { setTimeout as sleep } from 'node:timers/promises';
import type { Check, Step } from '#verify/destroy/index.ts';
import { onPath } from '../programs.ts';
import { perform } from './actions.ts';
import { answerOf, DestroyError, invoke } from './invoke.ts';

export interface StepResult {
  readonly name: string;
  readonly outcome: 'done' | 'gone already';
  readonly seconds: number;
}

export interface RunOptions {
  /** Between two questions of a check. */
  readonly pauseMillis: number;
  readonly onStep: (step: Step, index: number) => void;
}

const PROGRAMS = ['aws', 'kubectl'] as const;

/** @throws DestroyError that names every program that is missing, before anything is done. */
export function assertPrograms(): void {
  const missing = PROGRAMS.filter((program) => onPath(program) === undefined);
  if (missing.length > 0)
    throw new DestroyError(
      'PROGRAM_MISSING',
      `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not on PATH. Install it, or see the plan with --dry-run.`,
    );
}

/** AWS prints «None» for an empty list as text. */
const normalized = (answer: string): string => (answer === 'None' ? '' : answer);

async function assertHolds({ says, invocation, expects, withinSeconds }: Check, pauseMillis: number): Promise<void> {
  const deadline = performance.now() + withinSeconds * 1_000;
  for (;;) {
    const answer = normalized(await answerOf(invocation));
    if (answer === expects) return;
    if (performance.now() >= deadline)
      throw new DestroyError(
        'CHECK_FAILED',
        `Not so after ${withinSeconds} s: «${says}» Found: ${answer || 'nothing'}. Mend it and run the command again.`,
      );
    await sleep(pauseMillis);
  }
}

async function runStep(step: Step, pauseMillis: number): Promise<StepResult> {
  const started = performance.now();
  const result = (outcome: StepResult['outcome']): StepResult => ({
    name: step.name,
    outcome,
    seconds: (performance.now() - started) / 1_000,
  });
  if (step.onlyIf && (await invoke(step.onlyIf)).code !== 0) return result('gone already');
  for (const action of step.actions) await perform(action);
  if (step.check) await assertHolds(step.check, pauseMillis);
  return result('done');
}

/**
 * Runs the steps one after the other and stops at the first that fails; running them again goes on where it stopped.
 * @throws DestroyError
 */
export async function runPlan(
  steps: readonly Step[],
  { pauseMillis, onStep }: RunOptions,
): Promise<readonly StepResult[]> {
  assertPrograms();
  const results: StepResult[] = [];
  for (const [index, step] of steps.entries()) {
    onStep(step, index);
    results.push(await runStep(step, pauseMillis));
  }
  return results;
}
