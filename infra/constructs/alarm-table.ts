import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';

/** When a metric of AWS is worth waking somebody. */
export interface AlarmRow {
  readonly name: string;
  readonly metric: string;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  readonly above?: number;
  readonly below?: number;
  /** How long it must last. */
  readonly minutes: number;
  /** What it means when it lasts. */
  readonly meaning: string;
}

/** The metric of an AWS service, and the parts that it is watched on: an alarm looks at the worst of them. */
export interface Watched {
  readonly namespace: string;
  /** Distinguishes the alarms of one row on several targets. */
  readonly suffix: string;
  readonly dimensions: readonly Readonly<Record<string, string>>[];
  /** `breaching` where silence means that the part is gone. */
  readonly silence?: TreatMissingData;
}

const PERIOD_MINUTES = 5;

function metricOf({ metric, statistic, below }: AlarmRow, { namespace, dimensions }: Watched): IMetric {
  const metrics = dimensions.map(
    (dimensionsMap) =>
      new Metric({
        namespace,
        metricName: metric,
        statistic,
        period: Duration.minutes(PERIOD_MINUTES),
        dimensionsMap: { ...dimensionsMap },
      }),
  );
  const [only, ...others] = metrics;
  if (only && others.length === 0) return only;
  const worst = below === undefined ? 'MAX' : 'MIN';
  return new MathExpression({
    expression: `${worst}([${metrics.map((_, index) => `m${index}`).join(', ')}])`,
    label: metric,
    period: Duration.minutes(PERIOD_MINUTES),
    usingMetrics: Object.fromEntries(metrics.map((each, index) => [`m${index}`, each])),
  });
}

export interface AlarmTableProps {
  readonly environment: Environment;
  readonly rows: readonly AlarmRow[];
  readonly watched: Watched;
  readonly actions: readonly IAlarmAction[];
}

/** One alarm a row. */
export class AlarmTable extends Construct {
  constructor(scope: Construct, id: string, { environment, rows, watched, actions }: AlarmTableProps) {
    super(scope, id);
    for (const row of rows) {
      const alarm = new Alarm(this, row.name, {
        alarmName: names.alarm(environment, `${row.name}${watched.suffix}`),
        alarmDescription: row.meaning,
        metric: metricOf(row, watched),
        threshold: row.above ?? row.below ?? 0,
        comparisonOperator:
          row.below === undefined ? ComparisonOperator.GREATER_THAN_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: Math.ceil(row.minutes / PERIOD_MINUTES),
        treatMissingData: watched.silence ?? TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(...actions);
      alarm.addOkAction(...actions);
    }
  }
}
