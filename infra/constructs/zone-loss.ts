import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnExperimentTemplate } from 'aws-cdk-lib/aws-fis';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Environment } from '#catalog/index.ts';
import { names, PLATFORM } from '#catalog/names.ts';
import type { Experiment } from '#chaos/model.ts';
import { zoneLossPermissions } from './zone-loss-permissions.ts';

type Target = CfnExperimentTemplate.ExperimentTemplateTargetProperty;
type Action = CfnExperimentTemplate.ExperimentTemplateActionProperty;

export interface ZoneLossProps {
  readonly environment: Environment;
  readonly experiment: Experiment;
  readonly vpcId: string;
  /** Identifier of the primary database. */
  readonly primary: string;
  readonly tags: Readonly<Record<string, string>>;
}

const minutes = (count: number): string => Duration.minutes(count).toIsoString();

/** The loss of a zone as a template of AWS FIS (FIS user guide, «Actions reference»); people start it, alarms end it. */
export class ZoneLoss extends Construct {
  readonly #props: ZoneLossProps;

  constructor(scope: Construct, id: string, props: ZoneLossProps) {
    super(scope, id);
    this.#props = props;
    const { experiment, environment, tags } = props;
    const logs = new LogGroup(this, 'Logs', {
      logGroupName: `/${PLATFORM}/${environment.name}/chaos/${experiment.name}`,
      retention: environment.logRetentionDays,
    });
    new CfnExperimentTemplate(this, 'Template', {
      description: `${experiment.name}: ${experiment.summary} Must fire: ${experiment.alert}.`,
      roleArn: this.#addRole().roleArn,
      stopConditions: this.#addAborts().map(({ alarmArn }) => ({ source: 'aws:cloudwatch:alarm', value: alarmArn })),
      targets: this.#targets(),
      actions: this.#actions(),
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
      logConfiguration: { logSchemaVersion: 2, cloudWatchLogsConfiguration: { LogGroupArn: logs.logGroupArn } },
      tags: { ...tags, Name: `${names.cluster(environment)}-${experiment.name}` },
    });
  }

  /** Where the zone is: its subnets by the VPC, its nodes by the cluster, databases and caches by their names. */
  #targets(): Record<string, Target> {
    const { environment, experiment, vpcId, primary } = this.#props;
    const zone = environment.zones[experiment.fault.zone];
    const cluster = names.cluster(environment);
    return {
      subnets: {
        resourceType: 'aws:ec2:subnet',
        parameters: { availabilityZoneIdentifier: zone.id, vpc: vpcId },
        selectionMode: 'ALL',
      },
      nodes: {
        resourceType: 'aws:ec2:instance',
        resourceTags: { 'eks:cluster-name': cluster },
        filters: [
          { path: 'Placement.AvailabilityZone', values: [zone.name] },
          { path: 'State.Name', values: ['running'] },
        ],
        selectionMode: 'ALL',
      },
      database: {
        resourceType: 'aws:rds:db',
        resourceArns: [
          Stack.of(this).formatArn({
            service: 'rds',
            resource: 'db',
            resourceName: primary,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
        selectionMode: 'ALL',
      },
      cache: {
        resourceType: 'aws:elasticache:replicationgroup',
        resourceArns: [
          Stack.of(this).formatArn({
            service: 'elasticache',
            resource: 'replicationgroup',
            resourceName: cluster,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
        parameters: { availabilityZoneIdentifier: zone.id },
        selectionMode: 'ALL',
      },
    };
  }

  #actions(): Record<string, Action> {
    const duration = minutes(this.#props.experiment.durationMinutes);
    return {
      'disconnect-zone': {
        actionId: 'aws:network:disrupt-connectivity',
        parameters: { scope: 'all', duration },
        targets: { Subnets: 'subnets' },
      },
      'stop-nodes': {
        actionId: 'aws:ec2:stop-instances',
        // Auto Scaling replaces a stopped node elsewhere and terminates it; that ends its part of the experiment.
        parameters: { startInstancesAfterDuration: duration, completeIfInstancesTerminated: 'true' },
        targets: { Instances: 'nodes' },
      },
      'fail-over-database': {
        actionId: 'aws:rds:reboot-db-instances',
        parameters: { forceFailover: 'true' },
        targets: { DBInstances: 'database' },
      },
      'interrupt-cache': {
        actionId: 'aws:elasticache:replicationgroup-interrupt-az-power',
        parameters: { duration },
        targets: { ReplicationGroups: 'cache' },
      },
    };
  }

  /** Over all balancers of the account, because the controller makes up their names. */
  #addAborts(): readonly Alarm[] {
    const { environment, experiment } = this.#props;
    const { serverErrorsPerMinute, minutes: lasting } = experiment.abort;
    return ['HTTPCode_ELB_5XX_Count', 'HTTPCode_Target_5XX_Count'].map(
      (metric) =>
        new Alarm(this, metric, {
          alarmName: names.alarm(
            environment,
            `${experiment.name}-abort-${metric.includes('ELB') ? 'gateway' : 'service'}`,
          ),
          alarmDescription: `Calls off ${experiment.name}: the public load balancers answer with server errors.`,
          metric: new MathExpression({
            expression: `SELECT SUM(${metric}) FROM SCHEMA("AWS/ApplicationELB", LoadBalancer)`,
            label: metric,
            usingMetrics: {},
            period: Duration.minutes(1),
          }),
          threshold: serverErrorsPerMinute,
          comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
          evaluationPeriods: lasting,
          treatMissingData: TreatMissingData.NOT_BREACHING,
        }),
    );
  }

  #addRole(): Role {
    const { account } = Stack.of(this);
    return new Role(this, 'Role', {
      description: `Breaks what ${this.#props.experiment.name} breaks`,
      assumedBy: new ServicePrincipal('fis.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      inlinePolicies: {
        Break: new PolicyDocument({ statements: zoneLossPermissions(this, this.#props) }),
      },
    });
  }
}
