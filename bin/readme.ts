import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { commandsSection } from './views/commands-section.ts';

/** `npm run readme`: writes the derived parts of the README. A test fails when they are out of date. */
const file = resolve(import.meta.dirname, '../README.md');
writeFileSync(file, commandsSection(readFileSync(file, 'utf8')));
