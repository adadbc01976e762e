import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export interface MemberOptions {
  readonly port: number;
  readonly groupId: string;
  readonly topic: string;
  readonly instanceId?: string;
}

/** A group member in a process of its own, so that it can be killed. */
export interface Member {
  readonly assigned: readonly string[];
  kill(): Promise<void>;
}

export const startMember = async (clientName: string, options: MemberOptions): Promise<Member> => {
  const file = resolve(import.meta.dirname, 'member-process.ts');
  const child = fork(file, [clientName, JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let assigned: string[] = [];
  child.on('message', (message: string[]) => {
    assigned = message;
  });
  await once(child, 'message');
  return {
    get assigned() {
      return assigned;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};
