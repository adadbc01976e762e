import { execFile } from 'node:child_process';
import { cp, glob, mkdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build, type Metafile } from 'esbuild';
import { ExplainedError, type Service } from '#catalog/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SERVICES = join(ROOT, 'services');

/** What runs in an image, if the service has it: the service itself, and the jobs that migrate its stores and publish schemas. */
const PROGRAMS = ['index.ts', 'migrate.ts', 'publish-schemas.ts'] as const;

/** Read at run time, beside the program that reads them. */
const ASSETS = ['migrations', 'edges/graphql/schema.graphql'] as const;

/** Packages that read files of their own, with what they depend on: they stay beside the programs, whole. */
const WHOLE = ['@platformatic/wasm-utils', '@platformatic/dynamic-buffer'] as const;

/** Some packages are CommonJS; a module has none of what they take for granted. */
const COMMON_JS = [
  "import { createRequire as createBundleRequire } from 'node:module';",
  'const require = createBundleRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

export interface Bundle {
  readonly folder: string;
  /** Files by their path in the folder, sorted. */
  readonly files: readonly string[];
}

/** The parts that a service has, of those that it may have. */
async function present(folder: string, parts: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const part of glob([...parts], { cwd: folder })) found.push(part);
  return found.sort();
}

/** Those packages of `WHOLE` that the programs import. */
async function copyWhole({ outputs }: Metafile, folder: string): Promise<void> {
  const imported = new Set(Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path)));
  for (const name of WHOLE.filter((one) => imported.has(one)))
    await cp(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
}

/** The pages are built ahead of time: an image has no bundler. */
async function buildPages(source: string, folder: string): Promise<void> {
  for (const script of await present(source, ['web/build.ts']))
    await promisify(execFile)(process.execPath, [join(source, script), join(folder, 'pages')]);
}

/**
 * Writes what the image of a service holds: one file a program, with every package that it uses, and what it reads at
 * run time. The folder is emptied before.
 * @throws ExplainedError for a service without sources.
 */
export async function bundleService(service: Pick<Service, 'name'>, folder: string): Promise<Bundle> {
  const source = join(SERVICES, service.name);
  const programs = await present(source, PROGRAMS);
  if (programs.length === 0)
    throw new ExplainedError(
      'NO_SOURCES',
      `«${service.name}» has no program in services/${service.name}: it is planned. Bundle a service that is built.`,
    );
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    entryPoints: programs.map((program) => join(source, program)),
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
    banner: { js: COMMON_JS },
    external: [...WHOLE],
    metafile: true,
    logLevel: 'silent',
  });
  await copyWhole(metafile, folder);
  for (const asset of await present(source, ASSETS))
    await cp(join(source, asset), join(folder, basename(asset)), { recursive: true });
  await buildPages(source, folder);
  return { folder, files: await present(folder, ['**/*.*']) };
}
