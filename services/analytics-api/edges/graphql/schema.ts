import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type GraphQLObjectType, type GraphQLSchema, isObjectType, isScalarType } from 'graphql';
import type { ScalarBehaviour } from './scalars.ts';

type Field = ReturnType<GraphQLObjectType['getFields']>[string];

/** How fields behave that are more than a property, by type and field. */
export type Resolvers = Readonly<
  Record<string, Readonly<Record<string, Partial<Pick<Field, 'resolve' | 'subscribe'>>>>>
>;

export interface Behaviour {
  readonly scalars: Readonly<Record<string, ScalarBehaviour>>;
  readonly resolvers: Resolvers;
}

/** The contract; the dashboard's documents are checked against the same file. */
export const readContract = (): string => readFileSync(join(import.meta.dirname, 'schema.graphql'), 'utf8');

/** The contract with its behaviour. Throws when a name is not in the contract: then the two have parted. */
export function createSchema({ scalars, resolvers }: Behaviour): GraphQLSchema {
  const schema = buildSchema(readContract());
  for (const [name, behaviour] of Object.entries(scalars)) {
    const type = schema.getType(name);
    if (!isScalarType(type)) throw new Error(`schema.graphql has no scalar ${name}`);
    Object.assign(type, behaviour);
  }
  for (const [name, fields] of Object.entries(resolvers)) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`schema.graphql has no type ${name}`);
    for (const [field, behaviour] of Object.entries(fields)) {
      const target = type.getFields()[field];
      if (!target) throw new Error(`schema.graphql has no field ${name}.${field}`);
      Object.assign(target, behaviour);
    }
  }
  return schema;
}
