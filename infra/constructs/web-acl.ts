import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { REQUESTS_PER_ADDRESS } from '#catalog/edge.ts';
import { type Catalog, type Environment, serviceNamed } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';

type Statement = CfnWebACL.StatementProperty;
type Rule = Omit<CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

const WINDOW_SECONDS = 300;

/** Managed groups of AWS (WAF developer guide, «AWS Managed Rules»), each with the rules of it that only count. */
const managedGroups = [
  { name: 'AWSManagedRulesAmazonIpReputationList', counted: [] },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet', counted: [] },
  // A batch of events is larger than the 8 KB that this rule allows a body; ingestion has limits of its own.
  { name: 'AWSManagedRulesCommonRuleSet', counted: ['SizeRestrictions_BODY'] },
  { name: 'AWSManagedRulesSQLiRuleSet', counted: [] },
] as const;

const visible = (name: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  metricName: name,
  sampledRequestsEnabled: true,
});

const managed = ({ name, counted }: (typeof managedGroups)[number]): Rule => ({
  name,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
});

const startsWith = (path: string): Statement => ({
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: 'STARTS_WITH',
    searchString: path,
    // So that `//v1/events` and `/v1/./events` count as what they lead to.
    textTransformations: [{ priority: 0, type: 'NORMALIZE_PATH' }],
  },
});

const anyOf = (statements: readonly Statement[]): Statement => {
  const [first, ...others] = statements;
  if (!first) throw new Error('A web ACL needs at least one path of the ingestion service.');
  return others.length > 0 ? { orStatement: { statements: [...statements] } } : first;
};

const rateOf = (name: string, limit: number, scopeDownStatement: Statement): Rule => ({
  name,
  action: { block: { customResponse: { responseCode: 429 } } },
  statement: {
    rateBasedStatement: { aggregateKeyType: 'IP', evaluationWindowSec: WINDOW_SECONDS, limit, scopeDownStatement },
  },
});

/** Limits per address: one for those who send events, a lower one for everybody else. */
function rates(catalog: Catalog): readonly Rule[] {
  const ingestion = anyOf(serviceNamed(catalog, 'event-ingestion-service').publicPaths.map(startsWith));
  return [
    rateOf('ingestion-rate', REQUESTS_PER_ADDRESS.ingestion, ingestion),
    rateOf('other-rate', REQUESTS_PER_ADDRESS.other, { notStatement: { statement: ingestion } }),
  ];
}

export interface WebAclProps {
  readonly catalog: Catalog;
  readonly environment: Environment;
}

/** The firewall of the public load balancer: rates first, because they are cheap and stop a flood before it is read. */
export class WebAcl extends Construct {
  constructor(scope: Construct, id: string, { catalog, environment }: WebAclProps) {
    super(scope, id);
    const name = names.webAcl(environment);
    const acl = new CfnWebACL(this, 'Acl', {
      name,
      description: `Public gateway of ${environment.name}`,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible(name),
      rules: [...rates(catalog), ...managedGroups.map(managed)].map((rule, priority) => ({
        ...rule,
        priority,
        visibilityConfig: visible(rule.name),
      })),
    });
    this.#log(acl, environment);
  }

  /** What was blocked or would have been; never the token of a request that was. */
  #log(acl: CfnWebACL, { name, logRetentionDays }: Environment): void {
    // WAF writes to groups of this prefix only.
    const group = new LogGroup(this, 'Logs', {
      logGroupName: `aws-waf-logs-${name}`,
      retention: logRetentionDays,
    });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [group.logGroupArn.replace(/:\*$/, '')],
      redactedFields: [{ singleHeader: { Name: 'authorization' } }, { singleHeader: { Name: 'x-api-key' } }],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
    });
  }
}
