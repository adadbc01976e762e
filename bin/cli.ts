#!/usr/bin/env node
import { commands } from './commands/index.ts';
import { run } from './run.ts';
import { createTerminal } from './terminal/terminal.ts';

process.exitCode = await run(commands, process.argv.slice(2), createTerminal(process.stdout, process.stderr));
