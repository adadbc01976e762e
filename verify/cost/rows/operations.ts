import { LOG_WRITERS, type LogWriter } from '#catalog/cost.ts';
import type { StackResource } from '../../assembly/load.ts';
import { type Costing, type Decisions, daysPerMonth, resourcesOfType } from '../costing.ts';
import { constant, type LineItem } from '../line.ts';

const LOG_GROUP = 'AWS::Logs::LogGroup';

const isWriter = (name: string): name is LogWriter => Object.hasOwn(LOG_WRITERS, name);

export function writerOf({ properties, logicalId }: StackResource): LogWriter {
  const name = properties.key('LogGroupName').text ?? logicalId;
  const found = Object.entries(LOG_WRITERS).find(([, pattern]) => pattern.test(name))?.[0] ?? 'other';
  return isWriter(found) ? found : 'other';
}

/** Log groups of one writer share what it writes; what is kept is paid by the month. */
function logGroup(resource: StackResource, costing: Costing): readonly LineItem[] {
  const writer = writerOf(resource);
  const groups = resourcesOfType(costing, LOG_GROUP).filter((other) => writerOf(other) === writer).length;
  const ingested = costing.load.logGigabytes[writer] / groups;
  const months = Number(resource.properties.key('RetentionInDays').value ?? 0) / daysPerMonth(costing);
  const { prices } = costing;
  return [
    {
      awsService: 'Amazon CloudWatch',
      what: `logs of the ${writer}`,
      price: prices.of('log ingestion'),
      quantity: constant(ingested),
    },
    {
      awsService: 'Amazon CloudWatch',
      what: `kept logs of the ${writer}`,
      price: prices.of('log archive'),
      quantity: constant(ingested * months),
    },
  ];
}

const once =
  (item: (costing: Costing) => Omit<LineItem, 'quantity'>) =>
  (_: StackResource, costing: Costing): readonly LineItem[] => [{ ...item(costing), quantity: constant(1) }];

export const operationRows: Decisions<StackResource> = {
  [LOG_GROUP]: { lines: logGroup },
  'AWS::CloudWatch::Alarm': {
    lines: once(({ prices }) => ({
      awsService: 'Amazon CloudWatch',
      what: 'alarms',
      price: prices.assumed('cloudwatch alarm'),
    })),
  },
  'AWS::CloudTrail::Trail': {
    lines: once(({ prices }) => ({
      awsService: 'AWS CloudTrail',
      what: 'management events, first copy',
      price: prices.assumed('trail GB'),
    })),
  },
  'AWS::SNS::Topic': {
    lines: once(({ prices }) => ({
      awsService: 'Amazon SNS',
      what: 'notifications',
      price: prices.assumed('sns notification'),
    })),
  },
};
