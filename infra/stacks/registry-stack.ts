import { type App, Duration } from 'aws-cdk-lib';
import { Repository, RepositoryEncryption, TagMutability, TagStatus } from 'aws-cdk-lib/aws-ecr';
import { ArnPrincipal, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IMAGE_RETENTION, IMAGES_OF_PARTS } from '#catalog/delivery.ts';
import { names } from '#catalog/names.ts';
import { EncryptionKey } from '../constructs/encryption-key.ts';
import { GithubIdentity } from '../constructs/github-identity.ts';
import { tagOwner } from '../policies/tags.ts';
import { type Place, SiteStack } from './platform-stack.ts';

/** What a node does with an image of another account. */
const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** What CI does to publish an image with its signature and its bill of materials. */
const PUSH = [
  ...PULL,
  'ecr:CompleteLayerUpload',
  'ecr:DescribeImages',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
];

/** The shared account: a repository per image that we build, and the one role that may push into them. */
export class RegistryStack extends SiteStack {
  readonly #key: EncryptionKey;

  constructor(app: App, place: Place) {
    super(app, place, {
      kind: 'registry',
      description: 'Images of the services, and the role by which GitHub Actions publishes them',
    });
    this.#key = new EncryptionKey(this, 'Key', { environment: this.site, use: 'images' });
    const repositories = [
      ...this.catalog.services.map(({ name }) => this.#addRepository(name, name)),
      ...IMAGES_OF_PARTS.map((name) => this.#addRepository(name, 'platform')),
    ];
    const publisher = new GithubIdentity(this, 'Github', { site: this.site }).addRole({
      job: 'publish',
      on: 'branch',
      description: 'Publishes images that were built from the released branch',
    });
    this.#allowPush(publisher, repositories);
  }

  #addRepository(image: string, owner: string): Repository {
    const repository = new Repository(this, image, {
      repositoryName: names.repository(image),
      imageTagMutability: TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      encryption: RepositoryEncryption.KMS,
      encryptionKey: this.#key,
      lifecycleRules: [
        {
          description: 'what no tag names was replaced before it was released',
          tagStatus: TagStatus.UNTAGGED,
          maxImageAge: Duration.days(IMAGE_RETENTION.untaggedDays),
        },
        { description: 'a rollback reaches for recent releases only', maxImageCount: IMAGE_RETENTION.releases },
      ],
    });
    repository.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NodesOfTheEnvironmentsPull',
        principals: this.catalog.environments.map(({ account }) => new ArnPrincipal(`arn:aws:iam::${account}:root`)),
        actions: PULL,
      }),
    );
    tagOwner(repository, this, owner);
    return repository;
  }

  #allowPush(publisher: IRole, repositories: readonly Repository[]): void {
    publisher.addToPrincipalPolicy(
      // A token for all of ECR; the next statement says what it is good for.
      new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    );
    publisher.addToPrincipalPolicy(
      new PolicyStatement({ actions: PUSH, resources: repositories.map(({ repositoryArn }) => repositoryArn) }),
    );
  }
}
