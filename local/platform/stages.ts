/** Order of stopping: the highest first, so that nothing loses what it still needs. */
export const STAGES = { engines: 1, services: 2, traffic: 3 } as const;
