import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

/** `node web/build.ts FOLDER`: bundles the pages. Beside the final folder first, so that a killed build leaves no half page. */
const [, , folder] = process.argv;
if (!folder) throw new Error('usage: node build.ts FOLDER');

const unfinished = `${folder}.${process.pid}`;
await mkdir(dirname(folder), { recursive: true });
await build({
  root: import.meta.dirname,
  configFile: false,
  logLevel: 'warn',
  plugins: [react()],
  build: { outDir: unfinished, emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022', reportCompressedSize: false },
});

await rm(folder, { recursive: true, force: true });
await rename(unfinished, folder);
