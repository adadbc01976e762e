/** Where CI commits what `synth` writes, and Argo CD reads it. An example that the studio replaces with its own. */
export const GITOPS = {
  repository: 'https://git.gamemetrics.example/platform/gitops.git',
  revision: 'main',
} as const;

/** The project that Argo CD takes where none is named. */
export const UNNAMED_PROJECT = 'default';

/** Where Argo CD runs. */
export const DELIVERY_NAMESPACE = 'argocd';

/** Where the platform's source lives and CI runs. An example that the studio replaces with its own. */
export const GITHUB = {
  organization: 'gamemetrics-example',
  repository: 'gamemetrics',
  /** Images are published and environments deployed from this branch alone. */
  branch: 'main',
} as const;

/** Who signs images: the workflow that builds them, known by the identity that GitHub gives its runs (Sigstore, keyless). */
export const IMAGE_SIGNER = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: `https://github.com/${GITHUB.organization}/${GITHUB.repository}/.github/workflows/images.yml@refs/heads/${GITHUB.branch}`,
  transparencyLog: 'https://rekor.sigstore.dev',
} as const;

/** How long the registry keeps what no environment runs any more; releases are what a rollback reaches for. */
export const IMAGE_RETENTION = { releases: 30, untaggedDays: 7 } as const;

/** Where AWS reports to the platform team; an example that the studio replaces. AWS asks the address to confirm once. */
export const ALERT_ADDRESS = 'platform-alerts@gamemetrics.example';

/** The program in the image of event-ingestion-service that publishes schemas. */
export const SCHEMA_PROGRAM = '/app/publish-schemas.js';

/** Images that we build for parts of the platform, beside those of the services; each has a file of its name in charts/images. */
export const IMAGES_OF_PARTS = ['kafka-connect'] as const;
export type ImageOfPart = (typeof IMAGES_OF_PARTS)[number];

/** Programs in the image of a service beside the service itself, by their path. */
export const IMAGE_PROGRAMS = { migration: '/app/migrate.js' } as const;
