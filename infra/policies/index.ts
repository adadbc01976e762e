import { type App, Aspects, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { SiteStack } from '../stacks/platform-stack.ts';
import { HouseChecks } from './house-checks.ts';
import { DecideRetention } from './retention.ts';
import { suppress } from './suppressions.ts';

/**
 * Holds every stack to what must be true of all of them. Checks run when the app is synthesized: ours, cdk-nag's rules
 * for AWS solutions, and CDK's own validation of the templates, which needs no mention here.
 */
export function enforcePolicies(app: App): void {
  for (const stack of app.node.children.filter((child) => child instanceof SiteStack)) {
    Aspects.of(stack).add(new DecideRetention(stack.site));
    suppress(stack);
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new HouseChecks());
}
