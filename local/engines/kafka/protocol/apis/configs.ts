import { api } from '../api.ts';
import { array, bool, int8, int16, int32, nullableArray, nullableString, optional, since, string } from '../schema.ts';
import { struct } from '../struct.ts';

const described = struct({
  name: string,
  value: nullableString,
  isReadOnly: bool,
  configSource: int8,
  isSensitive: bool,
  synonyms: array(struct({ name: string, value: nullableString, source: int8 })),
  configType: since(3, int8),
  documentation: since(3, nullableString),
});

export const describeConfigs = api({
  key: 32,
  name: 'DescribeConfigs',
  versions: [1, 4],
  flexibleSince: 4,
  request: struct({
    resources: array(struct({ resourceType: int8, resourceName: string, configurationKeys: nullableArray(string) })),
    includeSynonyms: bool,
    includeDocumentation: since(3, bool),
  }),
  response: struct({
    throttleTimeMillis: optional(int32, 0),
    results: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
        resourceType: int8,
        resourceName: string,
        configs: array(described),
      }),
    ),
  }),
});

export const incrementalAlterConfigs = api({
  key: 44,
  name: 'IncrementalAlterConfigs',
  versions: [0, 1],
  flexibleSince: 1,
  request: struct({
    resources: array(
      struct({
        resourceType: int8,
        resourceName: string,
        configs: array(struct({ name: string, configOperation: int8, value: nullableString })),
      }),
    ),
    isValidateOnly: bool,
  }),
  response: struct({
    throttleTimeMillis: optional(int32, 0),
    responses: array(
      struct({ errorCode: int16, errorMessage: nullableString, resourceType: int8, resourceName: string }),
    ),
  }),
});
