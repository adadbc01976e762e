import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The floor of the ingestion benchmark: the least that any Node server does with a JSON body. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    const length = Array.isArray(value) ? value.length : 1;
    response.setHeader('content-type', 'application/json').end(`{"length":${length}}`);
  });
});

server.listen(0, '127.0.0.1', () => {
  // A listening TCP server has an AddressInfo.
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', () =>
  process.send?.({ cpuSeconds: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6 }),
);
process.on('disconnect', () => process.exit(0));
