/** Software of others that runs from its own image, which CI does not build. */
export interface ForeignImage {
  readonly repository: string;
  /** What the digest is, for people. */
  readonly version: string;
  /** Of the index of all architectures: what was tested is what runs, on either processor. */
  readonly digest: string;
  readonly licence: string;
  /** Whom its process runs as in the image. */
  readonly user: number;
}

export const foreignImages = {
  timescaledb: {
    repository: 'docker.io/timescale/timescaledb-ha',
    version: 'PostgreSQL 18.6, TimescaleDB 2.30.1',
    digest: 'sha256:131bfdf82ec0dfe42eaa3f4a189f8e04b7b1dc2b27705cfd921e55ebef339840',
    licence: 'PostgreSQL and Timescale licence (community edition); run as it is',
    user: 1_000,
  },
  /** psql for the jobs that prepare databases. */
  postgresql: {
    repository: 'ghcr.io/cloudnative-pg/postgresql',
    version: '18.4-system-trixie',
    digest: 'sha256:b2c03bf5c6f8bc16495aacc0bb0765c77fe3e8ce6bc94ade26958f62ab9b4a14',
    licence: 'PostgreSQL',
    user: 26,
  },
  pgbouncer: {
    repository: 'ghcr.io/cloudnative-pg/pgbouncer',
    version: '1.25.1',
    digest: 'sha256:e6ddfe22d845e603825e235dd8334b21ecd125abea2a2172478f556b8dee2bb8',
    licence: 'ISC',
    user: 998,
  },
  qdrant: {
    repository: 'docker.io/qdrant/qdrant',
    version: 'v1.17.1',
    digest: 'sha256:94728574965d17c6485dd361aa3c0818b325b9016dac5ea6afec7b4b2700865f',
    licence: 'Apache-2.0',
    user: 1_000,
  },
  nats: {
    repository: 'docker.io/library/nats',
    version: '2.12.12-alpine',
    digest: 'sha256:2ca98656a279b2d88cfdf2b8c3f0d5d7f3941ae9dc2ab12ebaa92d83e0f4ccdb',
    licence: 'Apache-2.0',
    user: 1_000,
  },
  /** Copies snapshots to object storage. */
  curl: {
    repository: 'docker.io/curlimages/curl',
    version: '8.17.0',
    digest: 'sha256:935d9100e9ba842cdb060de42472c7ca90cfe9a7c96e4dacb55e79e560b3ff40',
    licence: 'curl',
    user: 100,
  },
  seaweedfs: {
    repository: 'docker.io/chrislusf/seaweedfs',
    version: '4.48',
    digest: 'sha256:4e61d15fd35994cb1e43e1e553dff106794841fd9a99ade2fc8c8bfce4d7872d',
    licence: 'Apache-2.0',
    user: 1_000,
  },
  'schema-registry': {
    repository: 'quay.io/apicurio/apicurio-registry',
    version: '3.3.3',
    digest: 'sha256:c9cae4c90ce46538abf673c68eb591345f23bcc6c2aa6bfd47189adcf609d8f1',
    licence: 'Apache-2.0',
    user: 1_001,
  },
  'kafka-ui': {
    repository: 'ghcr.io/kafbat/kafka-ui',
    version: 'v1.5.0',
    digest: 'sha256:7cda86a33344160309fdb65146332e4da65db81a945614f2fe32e210803f6fd1',
    licence: 'Apache-2.0',
    user: 100,
  },
  prometheus: {
    repository: 'docker.io/prom/prometheus',
    version: 'v3.5.0',
    digest: 'sha256:63805ebb8d2b3920190daf1cb14a60871b16fd38bed42b857a3182bc621f4996',
    licence: 'Apache-2.0',
    user: 65_534,
  },
  /** With the processors that scrub, which the plain distribution lacks. */
  'otel-collector': {
    repository: 'docker.io/otel/opentelemetry-collector-contrib',
    version: '0.158.0',
    digest: 'sha256:c5918f78992ee73b0d6f0e599423ac5ec52dd5d9726733114d6eca53d5a32ed5',
    licence: 'Apache-2.0',
    user: 10_001,
  },
  tempo: {
    repository: 'docker.io/grafana/tempo',
    version: '2.9.0',
    digest: 'sha256:65a5789759435f1ef696f1953258b9bbdb18eb571d5ce711ff812d2e128288a4',
    licence: 'AGPL-3.0; run as it is',
    user: 10_001,
  },
} as const satisfies Readonly<Record<string, ForeignImage>>;

export type ForeignImageName = keyof typeof foreignImages;

/** The image by its digest. A tag before it chooses nothing; it is for a reader that looks for a version there. */
export const foreignImage = (name: ForeignImageName, tag?: string): string => {
  const { repository, digest } = foreignImages[name];
  return `${repository}${tag ? `:${tag}` : ''}@${digest}`;
};
