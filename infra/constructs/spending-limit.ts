import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import type { Catalog, Environment } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { requiredTags } from '../policies/tags.ts';

/** Percent of the budget at which somebody hears of it: spent, or foreseen for the end of the month. */
const THRESHOLDS = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'ACTUAL', threshold: 100 },
  { notificationType: 'FORECASTED', threshold: 100 },
] as const;

export interface SpendingLimitProps {
  readonly catalog: Catalog;
  readonly environment: Environment;
  readonly topicArn: string;
}

/** The budget of the catalog as AWS watches it. The recovery region is a line of its own, so its region is left out. */
export class SpendingLimit extends Construct {
  constructor(scope: Construct, id: string, { catalog, environment, topicArn }: SpendingLimitProps) {
    super(scope, id);
    const { maxUsd } = environment.budget;
    const tags = requiredTags({ catalog, site: environment }, 'platform');
    new CfnBudget(this, 'Month', {
      budget: {
        budgetName: names.alarm(environment, 'month'),
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: maxUsd, unit: 'USD' },
        costFilters: { Region: [environment.region, 'global'] },
      },
      notificationsWithSubscribers: THRESHOLDS.map((threshold) => ({
        notification: { ...threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
        subscribers: [{ subscriptionType: 'SNS', address: topicArn }],
      })),
      resourceTags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    });
  }
}
