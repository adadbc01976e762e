import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ExplainedError } from '#catalog/model/explained-error.ts';
import { publishSchemas } from '#kit/registry/index.ts';

/** Publishes the schemas of a folder, one a file: what this image accepts is what readers find. */
const { registry, schemas } = parseArgs({
  options: { registry: { type: 'string' }, schemas: { type: 'string' } },
}).values;

try {
  if (registry === undefined || schemas === undefined)
    throw new ExplainedError(
      'CONFIGURATION_INVALID',
      'Both --registry URL and --schemas FOLDER are needed: where schemas go, and where they come from.',
    );
  const files = readdirSync(schemas).filter((file) => file.endsWith('.json'));
  const texts = files.sort().map((file) => ({
    artifact: basename(file, '.json'),
    text: readFileSync(join(schemas, file), 'utf8'),
  }));
  process.stdout.write(`${JSON.stringify({ published: await publishSchemas(registry, texts) })}\n`);
} catch (error) {
  if (!(error instanceof ExplainedError)) throw error;
  process.stderr.write(`${JSON.stringify({ code: error.code, message: error.message })}\n`);
  process.exitCode = 1;
}
