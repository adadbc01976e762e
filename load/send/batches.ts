import { INGESTION_API } from '#catalog/ingestion-api.ts';

export interface Entry {
  readonly line: number;
  /** JSON of one event. */
  readonly json: string;
}

/** Room for what stands around the events of a request. */
const surroundBytes = 1024;
const maxBytes = INGESTION_API.maxBodyBytes - surroundBytes;

/** Groups entries into requests that the service takes: by number and by bytes. */
export async function* batchesOf(entries: AsyncIterable<Entry>, maxEvents: number): AsyncGenerator<readonly Entry[]> {
  let batch: Entry[] = [];
  let bytes = 0;
  for await (const entry of entries) {
    const size = Buffer.byteLength(entry.json) + 1;
    if (batch.length > 0 && (batch.length >= maxEvents || bytes + size > maxBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
