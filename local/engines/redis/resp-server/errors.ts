/** An answer that begins with "-": the client's command was wrong, the connection goes on. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The bytes on the wire make no sense; nothing after them can be read, so the connection ends. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** Sentences of Redis itself, because clients compare them. */
export const messages = {
  wrongType: 'WRONGTYPE Operation against a key holding the wrong kind of value',
  notInteger: 'ERR value is not an integer or out of range',
  notFloat: 'ERR value is not a valid float',
  notPositive: 'ERR value is out of range, must be positive',
  minMaxNotFloat: 'ERR min or max is not a float',
  overflow: 'ERR increment or decrement would overflow',
  nanScore: 'ERR resulting score is not a number (NaN)',
  nanOrInfinity: 'ERR increment would produce NaN or Infinity',
  syntax: 'ERR syntax error',
  outOfMemory: "OOM command not allowed when used memory > 'maxmemory'.",
  noAuth: 'NOAUTH Authentication required.',
  execAbort: 'EXECABORT Transaction discarded because of previous errors.',
} as const;

export function syntaxError(): CommandError {
  return new CommandError(messages.syntax);
}

export function wrongArity(command: string): CommandError {
  return new CommandError(`ERR wrong number of arguments for '${command.toLowerCase()}' command`);
}
