import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { FastifyHelmetOptions } from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import { messageOf } from '#kit/errors.ts';
import type { Routes } from '#kit/http/index.ts';
import type { Logger } from '#kit/telemetry/logger.ts';
import type { Environment } from '../environment.ts';
import { errors } from '../errors.ts';

const WEB = resolve(import.meta.dirname, '../web');
const CACHE = resolve(import.meta.dirname, '../../../node_modules/.cache/gamemetrics/admin-dashboard');
const BUILD_TIMEOUT_MILLIS = 60_000;
const KEPT_BUILDS = 3;

/** Everything from this origin alone; no inline script or style, no frame, no plugin. */
export const pageSecurity: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  // Browsers keep it for the host: on localhost it would lock out every other program of the developer.
  strictTransportSecurity: false,
};

/** Changes with every source, so that an unchanged page is built once. */
async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const files: string[] = [];
  for await (const file of glob('**/*.{ts,tsx,css,html,svg}', { cwd: WEB })) {
    if (!file.includes('.test.')) files.push(file);
  }
  for (const file of files.sort()) hash.update(file).update(await readFile(join(WEB, file)));
  return hash.digest('hex').slice(0, 16);
}

/** The bundler runs in a process of its own: it needs more memory than this one may have. */
async function build(folder: string, logger: Logger): Promise<void> {
  const startedAt = performance.now();
  try {
    await promisify(execFile)(process.execPath, [join(WEB, 'build.ts'), folder], { timeout: BUILD_TIMEOUT_MILLIS });
  } catch (error) {
    throw errors.PAGES_UNAVAILABLE({ detail: `The bundler failed: ${messageOf(error)}.`, cause: error });
  }
  logger.info({ durationMillis: Math.round(performance.now() - startedAt) }, 'pages built');
}

/** A page of other sources may still be served by a process that started before; the newest few stay. */
async function forgetOld(folder: string): Promise<void> {
  const known = (await readdir(CACHE)).map((name) => join(CACHE, name)).filter((path) => path !== folder);
  const ages = await Promise.all(known.map(async (path) => ({ path, millis: (await stat(path)).mtimeMs })));
  const old = ages.sort((one, other) => other.millis - one.millis).slice(KEPT_BUILDS);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}

/** The folder of the built pages: the image's, or one that is built now unless it is there. Errors: PAGES_UNAVAILABLE. */
export async function openPages({ PAGES_FOLDER }: Environment, logger: Logger): Promise<string> {
  if (PAGES_FOLDER) return PAGES_FOLDER;
  const folder = join(CACHE, await digestOfSources());
  if (existsSync(join(folder, 'index.html'))) return folder;
  await build(folder, logger);
  await forgetOld(folder);
  return folder;
}

/** Files with a digest in their name never change; the page that names them is always asked for. */
const cacheControl = (path: string): string =>
  path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';

export function pageRoutes(folder: string): Routes {
  return async (server) => {
    await server.register(fastifyStatic, {
      root: folder,
      cacheControl: false,
      preCompressed: true,
      setHeaders: (response, path) => {
        response.header('cache-control', cacheControl(path));
      },
    });
  };
}
