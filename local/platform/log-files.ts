import { join } from 'node:path';

export const logFileOf = (dataFolder: string, name: string): string => join(dataFolder, 'logs', `${name}.log`);
