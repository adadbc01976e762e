import type { App } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { WakingHours } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { scheduleRows } from '../constructs/alarm-rows.ts';
import { AlarmTable } from '../constructs/alarm-table.ts';
import type { NodeGroup } from '../constructs/node-group.ts';
import { sleepPermissions } from '../constructs/sleep-permissions.ts';
import { requiredTags } from '../policies/tags.ts';
import type { AlarmsStack } from './alarms-stack.ts';
import type { ClusterStack } from './cluster-stack.ts';
import type { DatabaseStack } from './database-stack.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';

interface Sleeping {
  readonly hours: WakingHours;
  readonly cluster: ClusterStack;
  readonly database: DatabaseStack;
  readonly alarms: AlarmsStack;
}

/** One call of an API of AWS, every waking day. Scheduler spells parameters as the SDK for Java does. */
interface Call {
  readonly hour: number;
  readonly minute: number;
  /** `eks:updateNodegroupConfig` */
  readonly api: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** After so many minutes a call that failed is not made any more: the next one of its kind comes in hours. */
const RETRY_SECONDS = 3_600;
const RETRIES = 10;

/**
 * Puts the nodes and the database of an environment to sleep and wakes them, by EventBridge Scheduler alone. The
 * autoscaler stands on the system nodes, so these go first: awake, it would bring back what the others lose. Whatever it
 * still did while they went is undone by the last call of the evening.
 */
export class SleepStack extends PlatformStack {
  readonly #role: Role;
  readonly #group: CfnScheduleGroup;
  readonly #hours: WakingHours;

  constructor(app: App, platform: Platform, { hours, cluster, database, alarms }: Sleeping) {
    super(app, platform, { kind: 'sleep', description: 'Nodes and database sleep outside of the waking hours' });
    const { catalog, environment } = platform;
    this.#hours = hours;
    this.#group = new CfnScheduleGroup(this, 'Schedules', {
      name: names.scheduleGroup(environment),
      tags: Object.entries(requiredTags({ catalog, site: environment }, 'platform')).map(([key, value]) => ({
        key,
        value,
      })),
    });
    this.#role = this.#addRole(cluster, database);
    this.#scheduleDatabase(database.primary);
    for (const group of cluster.nodes) this.#scheduleNodes(cluster.clusterName, group);
    new AlarmTable(this, 'Alarms', {
      environment,
      rows: scheduleRows,
      watched: {
        namespace: 'AWS/Scheduler',
        suffix: '',
        dimensions: [{ ScheduleGroup: names.scheduleGroup(environment) }],
      },
      actions: [new SnsAction(alarms.topic)],
    });
  }

  #addRole({ nodes }: ClusterStack, { primary }: DatabaseStack): Role {
    const group = this.formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: names.scheduleGroup(this.platform.environment),
    });
    const groups = nodes.map(({ nodegroupArn }) => nodegroupArn);
    return new Role(this, 'Role', {
      description: 'Puts the environment to sleep and wakes it',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account }, ArnEquals: { 'aws:SourceArn': group } },
      }),
      inlinePolicies: {
        Needs: new PolicyDocument({ statements: sleepPermissions(this, { groups, database: primary }) }),
      },
    });
  }

  /** Up before the nodes, down after them. */
  #scheduleDatabase(DbInstanceIdentifier: string): void {
    const { from, to } = this.#hours;
    const input = { DbInstanceIdentifier };
    this.#call('WakeDatabase', { hour: from, minute: 0, api: 'rds:startDBInstance', input });
    this.#call('StopDatabase', { hour: to, minute: 45, api: 'rds:stopDBInstance', input });
  }

  #scheduleNodes(ClusterName: string, { name, nodegroupName: NodegroupName }: NodeGroup): void {
    const { from, to } = this.#hours;
    const { min, desired, max } = this.platform.environment.nodeGroups[name];
    const api = 'eks:updateNodegroupConfig';
    const sized = (MinSize: number, DesiredSize: number) => ({
      ClusterName,
      NodegroupName,
      ScalingConfig: { MinSize, DesiredSize, MaxSize: max },
    });
    this.#call(`Wake-${name}`, { hour: from, minute: 15, api, input: sized(min, desired) });
    this.#call(`Sleep-${name}`, { hour: to, minute: name === 'system' ? 0 : 15, api, input: sized(0, 0) });
    this.#call(`SleepAgain-${name}`, { hour: to, minute: 45, api, input: sized(0, 0) });
  }

  #call(id: string, { hour, minute, api, input }: Call): void {
    const { days, timeZone } = this.#hours;
    new CfnSchedule(this, id, {
      groupName: this.#group.ref,
      scheduleExpression: `cron(${minute} ${hour} ? * ${days} *)`,
      scheduleExpressionTimezone: timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: `arn:${this.partition}:scheduler:::aws-sdk:${api}`,
        roleArn: this.#role.roleArn,
        input: this.toJsonString(input),
        retryPolicy: { maximumRetryAttempts: RETRIES, maximumEventAgeInSeconds: RETRY_SECONDS },
      },
    });
  }
}
