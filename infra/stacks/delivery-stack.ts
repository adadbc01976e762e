import type { App } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Environment } from '#catalog/index.ts';
import { GithubIdentity } from '../constructs/github-identity.ts';
import { type Platform, PlatformStack } from './platform-stack.ts';

/** Roles that `cdk bootstrap` makes in every region, named after its default qualifier (CDK guide, «Bootstrapping»). */
const BOOTSTRAP_QUALIFIER = 'hnb659fds';
type BootstrapRole = 'deploy' | 'file-publishing' | 'lookup';

const regionsOf = ({ region, recovery }: Environment): readonly string[] =>
  recovery ? [region, recovery.region] : [region];

/** How GitHub Actions gets into the account: to deploy what was merged, and to compare what is proposed. */
export class DeliveryStack extends PlatformStack {
  constructor(app: App, platform: Platform) {
    super(app, platform, { kind: 'delivery', description: 'Roles by which GitHub Actions deploys and compares' });
    const github = new GithubIdentity(this, 'Github', { site: this.site });
    this.#letAssume(
      github.addRole({
        job: 'deploy',
        on: 'environment',
        description: 'Deploys the released branch, once the environment of GitHub lets it',
      }),
      ['deploy', 'file-publishing', 'lookup'],
    );
    this.#letAssume(
      github.addRole({ job: 'diff', on: 'pull-request', description: 'Compares a pull request with what runs' }),
      ['lookup'],
    );
  }

  /** The roles have no right of their own; what they may do is what the bootstrap stack's roles may. */
  #letAssume(role: Role, roles: readonly BootstrapRole[]): void {
    const { environment } = this.platform;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: regionsOf(environment).flatMap((region) =>
          roles.map(
            (name) =>
              `arn:${this.partition}:iam::${environment.account}:role/cdk-${BOOTSTRAP_QUALIFIER}-${name}-role-${environment.account}-${region}`,
          ),
        ),
      }),
    );
  }
}
