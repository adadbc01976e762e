import react from '@vitejs/plugin-react';
import { build } from 'vite';

/** `node web/build.ts FOLDER`: bundles the pages. Beside the final folder first, so that a killed build leaves no half page. */
const [, , folder] = process.argv;
if (!folder) throw new Error('usage: node build.ts FOLDER');

await build({
  root: import.meta.dirname,
  configFile: false,
  logLevel: 'warn',
  plugins: [react()],
  build: { outDir: folder, emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022', reportCompressedSize: false },
});
