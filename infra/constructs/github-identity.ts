import { Duration } from 'aws-cdk-lib';
import { FederatedPrincipal, OidcProviderNative, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { GITHUB } from '#catalog/delivery.ts';
import type { Site } from '#catalog/index.ts';
import { type CiJob, names } from '#catalog/names.ts';

const ISSUER = 'token.actions.githubusercontent.com';
const AUDIENCE = 'sts.amazonaws.com';
const REPOSITORY = `${GITHUB.organization}/${GITHUB.repository}`;
const BRANCH = `refs/heads/${GITHUB.branch}`;

/**
 * What must have started the workflow (GitHub, «OpenID Connect reference», subject claims): a push to the released
 * branch; a job of that branch that GitHub's environment, with its reviewers, has let through; or a pull request.
 */
export type Trigger = 'branch' | 'environment' | 'pull-request';

const subjects = {
  branch: () => `repo:${REPOSITORY}:ref:${BRANCH}`,
  environment: ({ name }) => `repo:${REPOSITORY}:environment:${name}`,
  'pull-request': () => `repo:${REPOSITORY}:pull_request`,
} as const satisfies Record<Trigger, (site: Site) => string>;

export interface CiRole {
  readonly job: CiJob;
  readonly on: Trigger;
  readonly description: string;
}

/** GitHub Actions as an identity of the account: a workflow proves who it is by a token of minutes; there is no key. */
export class GithubIdentity extends Construct {
  readonly #site: Site;
  readonly #provider: OidcProviderNative;

  constructor(scope: Construct, id: string, { site }: { readonly site: Site }) {
    super(scope, id);
    this.#site = site;
    this.#provider = new OidcProviderNative(this, 'Provider', { url: `https://${ISSUER}`, clientIds: [AUDIENCE] });
  }

  /** A role for one job of our repository, started by one kind of event. */
  addRole({ job, on, description }: CiRole): Role {
    return new Role(this, job, {
      roleName: names.ciRole(this.#site, job),
      description,
      maxSessionDuration: Duration.hours(1),
      assumedBy: new FederatedPrincipal(
        this.#provider.oidcProviderArn,
        {
          StringEquals: {
            [`${ISSUER}:aud`]: AUDIENCE,
            [`${ISSUER}:sub`]: subjects[on](this.#site),
            [`${ISSUER}:repository`]: REPOSITORY,
            ...(on === 'pull-request' ? {} : { [`${ISSUER}:ref`]: BRANCH }),
          },
        },
        'sts:AssumeRoleWithWebIdentity',
      ),
    });
  }
}
