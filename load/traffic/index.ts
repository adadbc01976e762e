export { type AwsGameAnalyticsEvent, exportAwsGameAnalytics, toAwsGameAnalytics, writeLines } from './aws.ts';
export {
  type ExpectedCohort,
  type ExpectedDay,
  type ExpectedKpis,
  type ExpectedOptions,
  expectedKpis,
} from './expected.ts';
export { type LiveOptions, LiveTraffic } from './live.ts';
export { LiveSender, type TrafficFigures } from './sender.ts';
export { type SimulationOptions, simulate } from './simulate.ts';
