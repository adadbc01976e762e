import { type Static, Type } from 'typebox';
import { Secret, Url } from '#kit/environment.ts';
import { httpEnvironment } from '#kit/http/index.ts';

export const environment = Type.Object({
  ...httpEnvironment,
  ENVIRONMENT: Type.String({ minLength: 1 }),
  ANALYTICS_API_URL: Url(['http', 'https']),
  EVENT_PROCESSOR_SERVICE_URL: Url(['http', 'https']),
  /** A folder with the built pages, as the image has it; without one they are built when the service starts. */
  PAGES_FOLDER: Type.Optional(Type.String({ minLength: 1 })),
  /** The token of the local platform's only visitor; refused everywhere else. */
  DEVELOPMENT_TOKEN: Type.Optional(Secret()),
});
export type Environment = Static<typeof environment>;
