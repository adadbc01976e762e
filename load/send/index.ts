export { type Answer, type ClientOptions, IngestionClient, refusalOf } from './client.ts';
export { sendErrors } from './errors.ts';
export type { FormatName, LineProblem } from './formats.ts';
export { type SendFileOptions, type SendOptions, sendEvents, sendFile } from './send.ts';
export { MAX_LISTED_PROBLEMS, type SendSummary } from './summary.ts';
