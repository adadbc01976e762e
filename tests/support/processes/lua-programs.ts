import { text } from 'node:stream/consumers';
import { LuaFactory } from 'wasmoon';

const factory = new LuaFactory();

/** In a machine of its own: one that runs some forty programs fails from then on. */
async function statusOf(program: string): Promise<unknown> {
  const lua = await factory.createEngine();
  try {
    return (await lua.doString(program))?.status ?? null;
  } finally {
    lua.global.close();
  }
}

/** Reads programs as a JSON list of texts, runs each, and writes the fields `status` of what they return. */
const programs: readonly string[] = JSON.parse(await text(process.stdin));
const results: unknown[] = [];
for (const program of programs) results.push(await statusOf(program));
process.stdout.write(JSON.stringify(results));
