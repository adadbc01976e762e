import {
  CfnResource,
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  type PolicyValidationPluginReport,
  type PolicyViolation,
  Stack,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { type HouseRule, houseRules } from './house-rules.ts';
import { fields } from './reading.ts';

function propertiesOf(resource: CfnResource) {
  const template: unknown = Stack.of(resource).resolve(resource._toCloudFormation());
  const [body] = Object.values(fields(template, 'Resources'));
  return fields(body, 'Properties');
}

/** The rules of the house as a check of CDK: a breach forbids the deployment and has no suppression. */
export class HouseChecks implements IPolicyValidationPlugin {
  readonly name = 'GameMetrics';

  validate({ appConstruct }: IPolicyValidationContext): PolicyValidationPluginReport {
    return this.validateScope(appConstruct);
  }

  /** The same for any part of an app. */
  validateScope(scope: IConstruct): PolicyValidationPluginReport {
    const resources = scope.node.findAll().filter((node) => node instanceof CfnResource);
    const violations = houseRules.flatMap((rule) => resources.flatMap((resource) => breaches(rule, resource)));
    return { success: violations.length === 0, violations };
  }
}

function breaches({ id, says, fix, types, breach }: HouseRule, resource: CfnResource): readonly PolicyViolation[] {
  if (!types.includes(resource.cfnResourceType)) return [];
  const problem = breach(propertiesOf(resource), resource);
  if (problem === undefined) return [];
  return [
    {
      ruleName: `House-${id}`,
      description: `${says} Here ${problem}. ${fix}`,
      fix,
      severity: 'error',
      violatingResources: [{ constructPath: resource.node.path, locations: [] }],
    },
  ];
}
