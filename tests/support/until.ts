const LIMIT_MILLIS = 120_000;

/** Waits until a condition holds. The test's own timeout is the bound; the limit here ends what a failed test left. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const limit = performance.now() + LIMIT_MILLIS;
  while (!(await condition())) {
    if (performance.now() > limit) throw new Error(`Waited ${LIMIT_MILLIS} ms for ${condition}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
