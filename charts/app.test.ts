import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { catalog } from '#catalog/index.ts';
import { filesBelow, withFolder } from '#tests/support/charts.ts';
import { synthesizeCharts } from './app.ts';

const REPOSITORY = join(import.meta.dirname, '..');

describe('synthesis of the charts', () => {
  test('writes one folder an environment and one a component', () =>
    withFolder((outdir) => {
      const { environments } = synthesizeCharts({ outdir, images: {} });
      const paths = Object.keys(filesBelow(outdir));
      for (const { name, components, manifests } of environments) {
        const own = paths.filter((path) => path.startsWith(`${name}/`));
        expect(own).toHaveLength(manifests);
        expect(new Set(own.map((path) => path.split('/')[1]))).toEqual(new Set(components.map((one) => one.name)));
      }
      expect(paths.every((path) => /^[a-z]+\/[a-z-]+\/[A-Za-z]+(\.[a-z0-9-]+)+\.yaml$/.test(path))).toBe(true);
    }));

  test('is byte-identical from run to run, and leaves files alone that are right already', () =>
    withFolder((outdir) => {
      synthesizeCharts({ outdir, images: {} });
      const first = filesBelow(outdir);
      const path = join(outdir, 'dev/kafka/Kafka.kafka.gamemetrics.yaml');
      const written = statSync(path).mtimeMs;
      synthesizeCharts({ outdir, images: {} });
      expect(filesBelow(outdir)).toEqual(first);
      expect(statSync(path).mtimeMs).toBe(written);
    }));

  test('removes manifests of earlier runs and keeps what is not a manifest', () =>
    withFolder((outdir) => {
      mkdirSync(join(outdir, 'dev/retired-service'), { recursive: true });
      writeFileSync(
        join(outdir, 'dev/retired-service/Deployment.gamemetrics.retired-service.yaml'),
        'kind: Deployment',
      );
      writeFileSync(join(outdir, 'dev/README.md'), 'about this environment');
      mkdirSync(join(outdir, 'prod'));
      writeFileSync(join(outdir, 'prod/of-another-run.yaml'), 'kind: ConfigMap');
      synthesizeCharts({ outdir, images: {}, environments: ['dev'] });
      const paths = Object.keys(filesBelow(outdir));
      expect(paths.filter((path) => path.includes('retired-service'))).toEqual([]);
      expect(paths).toContain('dev/README.md');
      expect(paths).toContain('prod/of-another-run.yaml');
    }));

  test('refuses an environment that the catalog does not have, and names those it has', () => {
    expect(() => synthesizeCharts({ environments: ['production'], images: {} })).toThrow(
      'Environment «production» does not exist. Use one of: dev, staging, prod.',
    );
  });

  test('the cdk8s command writes the same tree', () =>
    withFolder((outdir) => {
      const [ours, theirs] = [join(outdir, 'ours'), join(outdir, 'theirs')];
      synthesizeCharts({ outdir: ours });
      // What the command does with cdk8s.yaml: it runs the app with the folder in this variable.
      execFileSync(process.execPath, ['bin/charts.ts'], {
        cwd: REPOSITORY,
        env: { ...process.env, CDK8S_OUTDIR: theirs },
      });
      expect(filesBelow(theirs)).toEqual(filesBelow(ours));
    }));

  test('warns of the built services whose images CI has not built', () =>
    withFolder((outdir) => {
      const built = catalog.services.filter(({ status }) => status === 'built').map(({ name }) => name);
      const digests = Object.fromEntries(built.map((name) => [name, `sha256:${'a'.repeat(64)}`]));
      const { warnings } = synthesizeCharts({ outdir, environments: ['dev', 'prod'], images: { prod: digests } });
      expect(warnings).toEqual([
        `dev: images.dev.json has no digest of ${built.join(', ')}; a placeholder stands for each until CI has built it.`,
      ]);
    }));
});
