import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnRotationSchedule, HostedRotation, type ISecret, RotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IDependable } from 'constructs';

/** How old a database password may become (spec, operations.md, «Security»). */
const ROTATION_DAYS = 90;
/** The same letters and digits that passwords are made of in the beginning. */
const EXCLUDED = ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

export interface PasswordRotationProps {
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  /** The administrator's secret, which brings the function along. */
  readonly administrator: ISecret;
}

/**
 * Changes passwords of PostgreSQL every 90 days by the function that Secrets Manager hosts: one function for all secrets
 * of an instance. RDS could rotate the administrator itself, but not of an instance that has read replicas.
 */
export class PasswordRotation extends Construct {
  readonly #functionArn: string;
  readonly #function: IDependable;

  constructor(scope: Construct, id: string, { vpc, securityGroup, administrator }: PasswordRotationProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const functionName = `${stack.stackName}-rotation`;
    this.#functionArn = stack.formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: functionName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.#function = new RotationSchedule(this, 'Administrator', {
      secret: administrator,
      automaticallyAfter: Duration.days(ROTATION_DAYS),
      rotateImmediatelyOnUpdate: false,
      hostedRotation: HostedRotation.postgreSqlSingleUser({
        functionName,
        vpc,
        vpcSubnets: { subnets: vpc.privateSubnets },
        securityGroups: [securityGroup],
        excludeCharacters: EXCLUDED,
      }),
    });
  }

  /** The first change comes after 90 days: until the services are installed, their roles do not exist. */
  rotate(id: string, secret: ISecret): void {
    const schedule = new CfnRotationSchedule(this, id, {
      secretId: secret.secretArn,
      rotationLambdaArn: this.#functionArn,
      rotateImmediatelyOnUpdate: false,
      rotationRules: { automaticallyAfterDays: ROTATION_DAYS },
    });
    schedule.node.addDependency(this.#function);
  }
}
