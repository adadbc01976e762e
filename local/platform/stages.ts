/** Order of stopping: the highest first, so that nothing loses what it still needs. */
export const STAGES = { engines: 0, services: 1, traffic: 2 } as const;
