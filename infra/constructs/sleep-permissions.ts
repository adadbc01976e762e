import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface Sleepers {
  /** ARNs of the node groups. */
  readonly groups: readonly string[];
  /** Identifier of the database. */
  readonly database: string;
}

/** Changes the size of these node groups and stops and starts this database, and nothing else. */
export function sleepPermissions(scope: Construct, { groups, database }: Sleepers): PolicyStatement[] {
  const stack = Stack.of(scope);
  return [
    new PolicyStatement({ actions: ['eks:UpdateNodegroupConfig'], resources: [...groups] }),
    new PolicyStatement({
      actions: ['rds:StartDBInstance', 'rds:StopDBInstance'],
      resources: [
        stack.formatArn({
          service: 'rds',
          resource: 'db',
          resourceName: database,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
    }),
  ];
}
