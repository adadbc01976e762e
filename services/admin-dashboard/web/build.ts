import { glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
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

// Compressed once here instead of for every visitor.
for await (const file of glob('**/*.{js,css,svg,html}', { cwd: unfinished })) {
  const path = join(unfinished, file);
  const content = await readFile(path);
  await Promise.all([writeFile(`${path}.gz`, gzipSync(content)), writeFile(`${path}.br`, brotliCompressSync(content))]);
}

await rm(folder, { recursive: true, force: true });
await rename(unfinished, folder);
