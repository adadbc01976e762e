import { describe, expect, test } from '@jest/globals';
import { describeCommand, listeningInodes } from './holder.ts';

const table = [
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
  '   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0',
  '   1: 0100007F:1538 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1',
  '   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0',
].join('\n');

describe('the listeners of /proc/net/tcp', () => {
  test('are found by port, leaving out established connections', () => {
    expect(listeningInodes(table, 5432)).toEqual(['4711']);
    expect(listeningInodes(table, 80)).toEqual(['4713']);
    expect(listeningInodes(table, 8080)).toEqual([]);
  });
});

describe('a command', () => {
  test.each([
    [['/usr/bin/node', '--import', 'x.ts', '/srv/app/server.ts', '--token', 's3cret'], 'node app/server.ts'],
    [['/usr/sbin/nginx', '-g', 'daemon off;'], 'nginx'],
    [['/usr/bin/redis-server 127.0.0.1:6379'], 'redis-server'],
    [['java', '-Dpassword=x', '-jar', '/opt/kafka.jar'], 'java opt/kafka.jar'],
    [[''], 'an unnamed process'],
  ])('%j is shown as "%s", without arguments that may be secret', (words, shown) => {
    expect(describeCommand(words)).toBe(shown);
  });
});
