import { MANAGEMENT_PORT, type Port } from '../model/index.ts';

/**
 * Port numbers are the same in the cluster and on one machine, so each is given once: HTTP 30xx, management 91xx.
 * The dashboard has 3000, because that is where a person looks first.
 */
export function httpPorts(
  index: number,
  exposure: 'mesh' | 'public',
): { readonly http: Port; readonly [MANAGEMENT_PORT]: Port } {
  return {
    http: { number: 3000 + index, protocol: 'http', exposure },
    [MANAGEMENT_PORT]: { number: 9100 + index, protocol: 'http', exposure: 'management' },
  };
}
