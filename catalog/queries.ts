import type { Objective, Service } from './model/index.ts';

/** The histogram that every HTTP server of the platform exports (kit/http/metrics.ts), by method, route and status. */
export const HTTP_DURATION = 'http_server_request_duration_seconds';

export interface QueryScope {
  readonly service: Service;
  /** Of the pods that are meant; all of the service when left out. */
  readonly pods?: string;
  /** Over how long, as PromQL writes it: `5m`. */
  readonly window: string;
}

const matchers = ({ service, pods }: QueryScope, more: readonly string[] = []): string =>
  [`job="${service.name}"`, ...(pods ? [`pod=~"${pods}"`] : []), ...more].join(',');

const total = (metric: string, scope: QueryScope, more?: readonly string[]): string =>
  `sum(rate(${metric}{${matchers(scope, more)}}[${scope.window}]))`;

/** Prometheus 3 writes bounds as floats: `5.0`, `0.5`. */
const bound = (seconds: number): string => (Number.isInteger(seconds) ? seconds.toFixed(1) : String(seconds));

/** Observations at or below a bound of the histogram, and all of them. */
const below = (metric: string, scope: QueryScope, seconds: number): readonly [string, string] => [
  total(`${metric}_bucket`, scope, [`le="${bound(seconds)}"`]),
  total(`${metric}_count`, scope),
];

/** Good events and all events, each as a rate, by what an objective measures. */
export function ratesOf({ indicator }: Objective, scope: QueryScope): readonly [good: string, all: string] {
  switch (indicator.kind) {
    case 'availability':
      return [total(`${HTTP_DURATION}_count`, scope, ['status!~"5.."']), total(`${HTTP_DURATION}_count`, scope)];
    case 'latency':
      return below(HTTP_DURATION, scope, indicator.thresholdSeconds);
    case 'freshness':
      return below(indicator.metric, scope, indicator.thresholdSeconds);
    case 'ratio':
      return [total(indicator.good, scope), total(indicator.total, scope)];
  }
}

/** The share of good events; nothing, or not a number, where there were no events. */
export function goodShare(objective: Objective, scope: QueryScope): string {
  const [good, all] = ratesOf(objective, scope);
  return `${good} / ${all}`;
}
