import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

const table = 'event_store.events';
const sampleRows = 50_000;

async function rowsAsBytes(client: pg.Client): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const statement = `COPY (SELECT * FROM ${table} LIMIT ${sampleRows}) TO STDOUT WITH (FORMAT binary)`;
  const collect = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  await pipeline(client.query(copyTo(statement)), collect);
  return Buffer.concat(chunks);
}

/**
 * The floor of the end-to-end benchmark: rows a second that binary COPY alone puts into the same table, with the
 * indexes it has, on one connection with nothing else running. The rows are the table's own, read back.
 */
export async function copyFloor(eventsUrl: string, seconds: number): Promise<number> {
  const client = new pg.Client({ connectionString: eventsUrl });
  await client.connect();
  try {
    const bytes = await rowsAsBytes(client);
    let copied = 0;
    const startedAt = performance.now();
    while (performance.now() - startedAt < seconds * 1000) {
      const stream = client.query(copyFrom(`COPY ${table} FROM STDIN WITH (FORMAT binary)`));
      await pipeline(Readable.from([bytes]), stream);
      copied += stream.rowCount;
    }
    return copied / ((performance.now() - startedAt) / 1000);
  } finally {
    await client.end();
  }
}
