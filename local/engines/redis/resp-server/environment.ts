import { Type } from 'typebox';
import { Check, Convert, Default } from 'typebox/value';

const schema = Type.Object({
  RESP_PORT: Type.Integer({ minimum: 0, maximum: 65_535 }),
  /** Where the snapshot of an orderly stop is kept; left out: nowhere. */
  RESP_DATA_DIR: Type.Optional(Type.String({ minLength: 1 })),
  RESP_MAXIMUM_BYTES: Type.Integer({ minimum: 1, default: 64 * 1024 * 1024 }),
  RESP_MEMORY_POLICY: Type.Union([Type.Literal('allkeys-lru'), Type.Literal('noeviction')], { default: 'allkeys-lru' }),
});

/** The variables of the server, or one sentence for each that is wrong. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env) {
  const names = Object.keys(schema.properties) as (keyof typeof schema.properties)[];
  const given = Object.fromEntries(names.flatMap((name) => (variables[name] ? [[name, variables[name]]] : [])));
  const value = Convert(schema, Default(schema, given));
  if (Check(schema, value)) return value;
  const wrong = names.filter((name) => !Check(Type.Pick(schema, [name]), value));
  throw new Error(`${wrong.join(', ')}: missing or not valid; see resp-server/environment.ts.`);
}
