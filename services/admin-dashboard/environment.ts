import { type Static, Type } from 'typebox';
import { authEnvironment } from '#kit/auth/index.ts';
import { Secret, Url } from '#kit/environment.ts';
import { httpEnvironment } from '#kit/http/index.ts';

export const environment = Type.Object({
  ...httpEnvironment,
  ...authEnvironment,
  ENVIRONMENT: Type.String({ minLength: 1 }),
  ANALYTICS_API_URL: Url(['http', 'https']),
  EVENT_PROCESSOR_SERVICE_URL: Url(['http', 'https']),
  /** Where people sign in, as this service reaches it; its issuer is TOKEN_ISSUER. */
  USER_SERVICE_URL: Url(['http', 'https']),
  OIDC_CLIENT_ID: Type.String({ minLength: 1 }),
  /** The bucket, or on one machine the folder, of the reports. */
  ARTIFACTS_URL: Url(['file', 's3']),
  /** A folder with the built pages, as the image has it; without one they are built when the service starts. */
  PAGES_FOLDER: Type.Optional(Type.String({ minLength: 1 })),
  /** The token of the local platform's only visitor; refused everywhere else. */
  DEVELOPMENT_TOKEN: Type.Optional(Secret()),
});
export type Environment = Static<typeof environment>;
