const lua = ['EVAL', 'EVALSHA', 'EVAL_RO', 'EVALSHA_RO', 'SCRIPT', 'FCALL', 'FCALL_RO', 'FUNCTION'];
const topology = ['CLUSTER', 'REPLICAOF', 'SLAVEOF', 'PSYNC', 'SENTINEL', 'FAILOVER', 'WAIT'];

const reasons = new Map([
  ...lua.map((name): [string, string] => [name, 'has no Lua']),
  ...topology.map((name): [string, string] => [name, 'is a single node']),
]);

/** Why a command that Redis has is missing here, and what to do; undefined for names that nobody knows. */
export function unavailable(command: string): string | undefined {
  const reason = reasons.get(command);
  return (
    reason &&
    `ERR ${command} is not available: this development server ${reason}. With redis-server or valkey-server on PATH, that is started instead`
  );
}
