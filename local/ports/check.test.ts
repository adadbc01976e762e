import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from '@jest/globals';
import { checkPorts, describeConflict, freePort, isPortFree, portHolder, refuseConflicts } from './index.ts';

// Containers often come without IPv6.
const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
const hosts = ['127.0.0.1', '0.0.0.0', ...(hasIpv6 ? ['::1', '::'] : [])];

const servers: Server[] = [];
const children: ChildProcess[] = [];

async function listen(host: string): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen({ host, port: 0 }, resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the server has no address');
  return address.port;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

describe('checkPorts', () => {
  test('finds nothing to say about free ports', async () => {
    expect(await checkPorts([{ name: 'broker', port: await freePort() }])).toEqual([]);
  });

  test.each(hosts)('sees a holder that listens on %s', async (host) => {
    const port = await listen(host);
    const [conflict] = await checkPorts([{ name: 'dashboard', port }]);
    expect(conflict).toMatchObject({ name: 'dashboard', port, reason: 'held', holder: { pid: process.pid } });
  });

  test('offers an alternative that is free and that no other part wants', async () => {
    const port = await listen('127.0.0.1');
    const conflicts = await checkPorts([
      { name: 'a', port },
      { name: 'b', port: port + 1 },
      { name: 'c', port },
    ]);
    const alternatives = conflicts.map(({ alternative }) => alternative);
    expect(new Set([port, port + 1, ...alternatives]).size).toBe(2 + conflicts.length);
    expect(await Promise.all(alternatives.map(isPortFree))).not.toContain(false);
  });

  test('says who has a port first when two parts want the same one', async () => {
    const port = await freePort();
    const [conflict] = await checkPorts([
      { name: 'first', port },
      { name: 'second', port },
    ]);
    expect(conflict).toMatchObject({ name: 'second', reason: 'wanted_twice', otherName: 'first' });
  });
});

describe('the error about a taken port', () => {
  test('names the port, the holder, the alternative and the flag', async () => {
    const script =
      "require('node:net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
    const child = spawn(process.execPath, ['-e', script]);
    children.push(child);
    const [line] = await once(child.stdout, 'data');
    const port = Number(String(line));
    const conflicts = await checkPorts([{ name: 'analytics-api', port }]);
    const [conflict] = conflicts;
    expect(() => refuseConflicts(conflicts)).toThrow(
      `Port ${port}, wanted by analytics-api, is held by node (pid ${child.pid}); ${conflict?.alternative} is free. ` +
        `Use --port analytics-api=${conflict?.alternative}, or end what holds the port.`,
    );
  });

  test('says so when the holder cannot be seen', () => {
    const unseen = { name: 'postgres', port: 5432, reason: 'held', alternative: 5433 } as const;
    expect(describeConflict(unseen)).toBe(
      'Port 5432, wanted by postgres, is held by a process that this user is not allowed to see; 5433 is free.',
    );
  });

  test('is not thrown when there is no conflict', () => {
    expect(() => refuseConflicts([])).not.toThrow();
  });
});

test('a port that nobody listens on has no holder', async () => {
  expect(await portHolder(await freePort())).toBeUndefined();
});

test('a free port is below the ports of outgoing connections, and no second caller is given it', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(new Set(ports).size).toBe(50);
  expect(ports.every((port) => port >= 20_000 && port < 32_000)).toBe(true);
});
