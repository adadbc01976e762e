import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { VerifyError } from '../../errors.ts';

const Group = Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()]));

const Table = Type.Object({
  region: Type.String(),
  hoursPerMonth: Type.Number({ exclusiveMinimum: 0 }),
  sources: Type.Record(Type.String(), Type.String()),
});

const Ec2 = Type.Object({ source: Type.String(), prices: Type.Record(Type.String(), Type.Number()) });

const ajv = new Ajv();
const isTable = ajv.compile<Static<typeof Table>>(Table);
const isGroup = ajv.compile<Static<typeof Group>>(Group);
const isEc2 = ajv.compile<Static<typeof Ec2>>(Ec2);

/** The price files as they stand: groups of figures, each group with the letters of its sources. */
export interface PriceFiles {
  readonly region: string;
  readonly hoursPerMonth: number;
  /** What each letter stands for. */
  readonly sources: Readonly<Record<string, string>>;
  readonly groups: Readonly<Record<string, Static<typeof Group>>>;
  /** EC2 on demand, USD an hour, by instance type. */
  readonly ec2: Readonly<Record<string, number>>;
}

export const PRICE_FILES = { table: 'price-table-us-east-1.json', ec2: 'ec2-us-east-1.json' } as const;

/** Where prices are looked for when nobody says where: beside the repository. */
export function defaultPrices(repository: string): string | undefined {
  const directory = join(repository, '..', 'shared', 'prices');
  return existsSync(directory) ? directory : undefined;
}

async function json(directory: string, name: string): Promise<unknown> {
  const file = join(directory, name);
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new VerifyError('PRICES_UNREADABLE', `${file} is not readable JSON. Give the folder with --prices DIR.`, {
      cause,
    });
  }
}

/** @throws VerifyError when a file is missing or is not a table of prices. */
export async function readPriceFiles(directory: string): Promise<PriceFiles> {
  const table = await json(directory, PRICE_FILES.table);
  const ec2 = await json(directory, PRICE_FILES.ec2);
  if (!isTable(table) || !isEc2(ec2))
    throw new VerifyError(
      'PRICES_UNREADABLE',
      `${directory} has no table of prices. Give the folder with --prices DIR.`,
    );
  const values: readonly (readonly [string, unknown])[] = Object.entries(table);
  const groups = Object.fromEntries(values.flatMap(([name, value]) => (isGroup(value) ? [[name, value]] : [])));
  const { region, hoursPerMonth, sources } = table;
  return { region, hoursPerMonth, sources, groups, ec2: ec2.prices };
}
