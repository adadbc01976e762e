import type pg from 'pg';
import {
  type AdditiveTable,
  type AdditiveTableName,
  additiveTables,
  type KeyKind,
  type SumRow,
  type Sums,
} from '../../../domain/sums.ts';
import { numberArray, textArray } from './arrays.ts';

/** How a key goes over the wire, and how it becomes the column's value. */
const keyForms = {
  integer: { array: 'integer[]', value: (name: string) => `x.${name}` },
  smallint: { array: 'smallint[]', value: (name: string) => `x.${name}` },
  text: { array: 'text[]', value: (name: string) => `x.${name}` },
  minute: { array: 'integer[]', value: (name: string) => `to_timestamp(x.${name} * 60.0)` },
  day: { array: 'integer[]', value: (name: string) => `DATE '1970-01-01' + x.${name}` },
} as const satisfies Record<KeyKind, { array: string; value: (name: string) => string }>;

function statementOf(name: AdditiveTableName): string {
  const table: AdditiveTable = additiveTables[name];
  const keys = Object.entries(table.keys);
  const sums = Object.entries(table.sums);
  const arrays = [...keys.map(([, kind]) => keyForms[kind].array), ...sums.map(([, kind]) => `${kind}[]`)];
  const names = [...keys, ...sums].map(([column]) => column);
  const shard = table.sharded ? ['shard'] : [];
  const unnest = arrays.map((type, index) => `$${index + 1}::${type}`).join(', ');
  return `
    INSERT INTO event_store.${name} AS t (${[...names, ...shard].join(', ')})
    SELECT ${[
      ...keys.map(([column, kind]) => keyForms[kind].value(column)),
      ...sums.map(([column]) => `x.${column}`),
      ...shard.map(() => `$${arrays.length + 1}::smallint`),
    ].join(', ')}
    FROM unnest(${unnest}) AS x (${names.join(', ')})
    ON CONFLICT (${[...keys.map(([column]) => column), ...shard].join(', ')})
    DO UPDATE SET ${sums.map(([column]) => `${column} = t.${column} + excluded.${column}`).join(', ')}`;
}

// The names of a table of truth are its keys.
const tableNames = Object.keys(additiveTables) as AdditiveTableName[];
const statements = new Map(tableNames.map((name) => [name, statementOf(name)]));

function valuesOf(name: AdditiveTableName, rows: readonly SumRow[], shard: number): unknown[] {
  const table: AdditiveTable = additiveTables[name];
  const keys = Object.values(table.keys).map((kind, place) => {
    const column = rows.map((row) => row.keys[place] ?? '');
    return kind === 'text' ? textArray(column.map(String)) : numberArray(column);
  });
  const sums = Object.keys(table.sums).map((_, place) => numberArray(rows.map((row) => row.sums[place] ?? 0)));
  return [...keys, ...sums, ...(table.sharded ? [shard] : [])];
}

/** Adds everything to its rows, making those that are not there. */
export async function addSums(client: pg.ClientBase, sums: Sums, shard: number): Promise<void> {
  for (const [name, rows] of sums.tables()) {
    const text = statements.get(name) ?? '';
    await client.query({ name: `add-${name}`, text, values: valuesOf(name, rows, shard) });
  }
}
