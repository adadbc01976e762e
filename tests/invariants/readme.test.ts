import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { commandsSection } from '../../bin/views/commands-section.ts';

const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');

describe('the README', () => {
  test('lists every command with its summary (npm run readme writes it)', () => {
    expect(commandsSection(readme)).toBe(readme);
  });
});
