import { join } from 'node:path';
import { App } from 'cdk8s';
import { type Catalog, environmentNamed, catalog as platformCatalog } from '#catalog/index.ts';
import { outputFolder } from './environment.ts';
import type { Platform } from './lib/component.ts';
import { type ImagesByEnvironment, readImages } from './lib/images.ts';
import { render, type SynthesizedEnvironment, unbuiltIn } from './lib/render.ts';
import { writeTree } from './lib/tree.ts';
import { annotateWaves } from './lib/waves.ts';
import { Autoscaling } from './platform/autoscaling.ts';
import { ClusterBackup } from './platform/backup/cluster-backup.ts';
import { Classes } from './platform/classes.ts';
import { DatabasesAuthority } from './platform/databases/authority.ts';
import { Nats } from './platform/databases/nats.ts';
import { PgBouncer } from './platform/databases/pgbouncer.ts';
import { Qdrant } from './platform/databases/qdrant.ts';
import { Timescale } from './platform/databases/timescaledb.ts';
import { Delivery } from './platform/delivery.ts';
import { KafkaCluster } from './platform/kafka/cluster.ts';
import { Connect } from './platform/kafka/connect.ts';
import { SchemaRegistry } from './platform/kafka/schema-registry.ts';
import { KafkaTopics } from './platform/kafka/topics.ts';
import { KafkaUi } from './platform/kafka/ui.ts';
import { KafkaUsers } from './platform/kafka/users.ts';
import { Gateways } from './platform/mesh/gateways.ts';
import { Mesh } from './platform/mesh/mesh.ts';
import { Monitoring } from './platform/monitoring.ts';
import { Namespaces } from './platform/namespaces.ts';
import { PlatformNetwork } from './platform/network.ts';
import { Policies } from './platform/policies/policies.ts';
import { SecretStores } from './platform/secret-stores.ts';
import { Telemetry } from './platform/telemetry/index.ts';
import { Trust } from './platform/trust.ts';
import { ServiceComponent } from './workloads/service-component.ts';

/** One environment's cluster: each line a folder of the tree and an Application of Argo CD. */
export function composeEnvironment(platform: Platform): App {
  const app = new App();
  new Namespaces(app, platform);
  new Classes(app, platform);
  new PlatformNetwork(app, platform);
  new SecretStores(app, platform);
  new ClusterBackup(app, platform);
  new Policies(app, platform);
  new Mesh(app, platform);
  new Gateways(app, platform);
  new KafkaCluster(app, platform);
  new KafkaTopics(app, platform);
  new KafkaUsers(app, platform, 'built');
  new KafkaUsers(app, platform, 'planned');
  new SchemaRegistry(app, platform);
  new Connect(app, platform);
  new KafkaUi(app, platform);
  new DatabasesAuthority(app, platform);
  new Timescale(app, platform);
  new PgBouncer(app, platform);
  new Qdrant(app, platform);
  new Nats(app, platform);
  new Trust(app, platform);
  new Monitoring(app, platform);
  new Telemetry(app, platform);
  new Autoscaling(app, platform);
  for (const service of platform.catalog.services) new ServiceComponent(app, platform, service);
  // Last, because it makes an Application of each component before it.
  new Delivery(app, platform);
  annotateWaves(app);
  return app;
}

export interface ChartsOptions {
  /** Names of environments; all of them when left out. */
  readonly environments?: readonly string[];
  /** The root of the tree; `CDK8S_OUTDIR` or `dist/gitops` when left out. */
  readonly outdir?: string;
  /** Digests by environment and service; read from `images.<environment>.json` of the working folder when left out. */
  readonly images?: ImagesByEnvironment;
  readonly catalog?: Catalog;
}

export interface SynthesizedCharts {
  readonly outdir: string;
  readonly environments: readonly SynthesizedEnvironment[];
  /** Sentences for people: what the tree has that a cluster could not run yet. */
  readonly warnings: readonly string[];
  readonly seconds: number;
}

/**
 * Writes `<outdir>/<environment>/<component>/<Kind>.<namespace>.<name>.yaml`, the same bytes from the same catalog and
 * images, and removes manifests of earlier runs.
 * @throws UnknownName for an environment that the catalog does not have, ExplainedError for an unreadable image file.
 */
export function synthesizeCharts(options: ChartsOptions = {}): SynthesizedCharts {
  const started = performance.now();
  const { catalog = platformCatalog, outdir = outputFolder() } = options;
  const images = options.images ?? readImages(catalog, process.cwd());
  const chosen = (options.environments ?? catalog.environments.map(({ name }) => name)).map((name) =>
    environmentNamed(catalog, name),
  );
  const platforms = chosen.map((environment): Platform => {
    return { catalog, environment, images: images[environment.name] ?? {} };
  });
  const environments = platforms.map((platform) => {
    const { files, summary } = render(platform.environment.name, composeEnvironment(platform));
    writeTree(join(outdir, platform.environment.name), files);
    return summary;
  });
  const seconds = (performance.now() - started) / 1000;
  return { outdir, environments, warnings: platforms.flatMap(unbuiltIn), seconds };
}
