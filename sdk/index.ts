export { attachToPage } from './browser.ts';
export { GameMetrics } from './client.ts';
export { InvalidOption, type OnProblem, type Problem, type ProblemCode } from './errors.ts';
export { EVENT_VERSIONS, type EventType, type OutgoingEvent, type PropertiesOf } from './event.ts';
export type { Consent, GameMetricsOptions } from './options.ts';
export { type EventStorage, memoryStorage, type WebStorage, webStorage } from './storage.ts';
