import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog, type EnvironmentName } from '#catalog/index.ts';
import { synthesizeCharts } from '#charts/app.ts';
import { siteNames } from '#infra/app.ts';
import { synthesizeInfra } from '#infra/synthesize.ts';
import { resourcesOf, type Stack } from '#verify/assembly/load.ts';
import { Node } from '#verify/tree/node.ts';

/** Everything that `synth` writes, in a folder of its own, for the time of one piece of work. */
export async function withOutput<Result>(work: (root: string) => Promise<Result>): Promise<Result> {
  const root = mkdtempSync(join(tmpdir(), 'gm-assembly-'));
  try {
    synthesizeInfra({ environments: siteNames(catalog), outdir: join(root, 'aws') });
    synthesizeCharts({ outdir: join(root, 'gitops'), images: {} });
    return await work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export type Resources = Readonly<Record<string, { readonly Type: string; readonly [key: string]: unknown }>>;

/** A stack of the resources that a test is about. */
export function stackWith(resources: Resources, rest: Partial<Stack> = {}): Stack {
  const name = rest.name ?? 'gamemetrics-dev-test';
  const template = { Resources: resources };
  return {
    name,
    site: 'dev' satisfies EnvironmentName,
    account: '111111111111',
    region: 'us-east-1',
    dependencies: [],
    terminationProtection: false,
    ...rest,
    template,
    resources: resourcesOf(name, template),
  };
}

export const node = (value: unknown): Node => new Node(value);
