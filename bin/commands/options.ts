import { DEFAULT_DATA_FOLDER } from '#local/platform/index.ts';
import { type Input, type Option, UsageError } from '../command.ts';

/** The data folder of the local platform, for every command that deals with one. */
export const DATA_OPTION: Option = {
  name: 'data',
  value: 'DIR',
  description: 'where the local platform keeps its data',
  default: DEFAULT_DATA_FOLDER,
};

export const dataFolderOf = (input: Input): string => input.text('data') ?? DEFAULT_DATA_FOLDER;

/** `--port NAME=NUMBER`, repeatable. */
export const PORT_OPTION: Option = {
  name: 'port',
  value: 'NAME=NUMBER',
  description: 'use another port, for example admin-dashboard=3100 (repeatable)',
  repeatable: true,
};

/** @throws UsageError for anything but NAME=NUMBER. */
export function portChoices(input: Input): ReadonlyMap<string, number> {
  return new Map(
    input.list('port').map((choice) => {
      const [name, text] = choice.split('=');
      const port = Number(text);
      if (!name || !Number.isInteger(port) || port < 1 || port > 65_535)
        throw new UsageError(
          `--port «${choice}» is not NAME=NUMBER with a number from 1 to 65535, such as admin-dashboard=3100.`,
        );
      return [name, port] as const;
    }),
  );
}
