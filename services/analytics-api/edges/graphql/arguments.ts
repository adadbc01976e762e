import { errors } from '../../errors.ts';

/** PostgreSQL's texts hold every character but this one. */
const NUL = '\0';

/** Where a text with a NUL character is within an argument. */
function nulPath(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return value.includes(NUL) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const found = nulPath(part, path === '' ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Errors: ARGUMENT_INVALID. */
export function refuseNul(of: unknown): void {
  const path = nulPath(of, '');
  if (path !== undefined)
    throw errors.ARGUMENT_INVALID({
      detail: `${path} holds a NUL character, which no stored text has.`,
      fix: 'Leave it out.',
    });
}

const MAX_PAGE = 100;
const MAX_STEPS = 10;

/** Errors: ARGUMENT_INVALID. */
export function checkFirst(first: number): number {
  if (first >= 1 && first <= MAX_PAGE) return first;
  throw errors.ARGUMENT_INVALID({ detail: `first is ${first}; it must be from 1 to ${MAX_PAGE}.` });
}

/** Errors: ARGUMENT_INVALID. */
export function checkSteps(steps: readonly string[]): readonly string[] {
  if (steps.length >= 1 && steps.length <= MAX_STEPS) return steps;
  throw errors.ARGUMENT_INVALID({
    detail: `steps has ${steps.length} event types; it must have from 1 to ${MAX_STEPS}.`,
  });
}
