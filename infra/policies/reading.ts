/** Properties of a resource as CloudFormation will get them. */
export type Properties = Readonly<Record<string, unknown>>;

export const listOf = (value: unknown): readonly unknown[] => {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
};

const isFields = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of a value, or of the value under a key of it; none where there are none. */
export function fields(value: unknown, key?: string): Properties {
  const found = key === undefined || !isFields(value) ? value : value[key];
  return isFields(found) ? found : {};
}

/** Statements of a resource's own policy, whatever the property is called. */
export function statementsOf({ PolicyDocument, RepositoryPolicyText }: Properties): readonly Properties[] {
  return listOf(fields(PolicyDocument ?? RepositoryPolicyText).Statement).map((statement) => fields(statement));
}

/** Allows everybody, without a condition that says who of them. */
export function isOpenToTheWorld({ Effect, Principal, Condition }: Properties): boolean {
  const everybody = Principal === '*' || listOf(fields(Principal).AWS).includes('*');
  return Effect === 'Allow' && everybody && Object.keys(fields(Condition)).length === 0;
}

/** Whether no statement denies everybody what comes without TLS. */
export const allowsInsecureTransport = (properties: Properties): boolean =>
  !statementsOf(properties).some(
    ({ Effect, Condition }) =>
      Effect === 'Deny' && String(fields(fields(Condition), 'Bool')['aws:SecureTransport']) === 'false',
  );
