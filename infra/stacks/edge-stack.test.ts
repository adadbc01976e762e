import { describe, expect, test } from '@jest/globals';
import { REQUESTS_PER_ADDRESS } from '#catalog/edge.ts';
import { catalog, serviceNamed } from '#catalog/index.ts';
import { INGESTION_API } from '#catalog/ingestion-api.ts';
import { ENVIRONMENTS, environmentOf, glanceAt, stackOf } from '#tests/support/infra.ts';

interface Rule {
  readonly Name: string;
  readonly Priority: number;
  readonly Action?: object;
  readonly Statement: {
    readonly RateBasedStatement?: { readonly Limit: number; readonly ScopeDownStatement: object };
    readonly ManagedRuleGroupStatement?: { readonly Name: string; readonly RuleActionOverrides: readonly object[] };
  };
}

describe.each(ENVIRONMENTS)('the edge of %s', (name) => {
  const { domain } = environmentOf(name);
  const dns = stackOf(name, 'dns');
  const edge = stackOf(name, 'edge');

  test('has a public zone of the domain, and says that delegating it is the one manual step', () => {
    expect(dns.only('AWS::Route53::HostedZone')).toMatchObject({ Name: `${domain}.` });
    const outputs = Object.values(dns.json.Outputs as Record<string, { Description?: string }>);
    expect(outputs.map(({ Description }) => Description)).toContainEqual(
      `The one manual step: delegate ${domain} to these name servers in its parent zone`,
    );
  });

  test('lets nobody but Amazon issue certificates', () => {
    expect(dns.only('AWS::Route53::RecordSet')).toMatchObject({
      Type: 'CAA',
      ResourceRecords: ['0 issue "amazon.com"'],
    });
  });

  test('has a certificate of the domain and all names below, validated by DNS', () => {
    expect(edge.only('AWS::CertificateManager::Certificate')).toMatchObject({
      DomainName: domain,
      SubjectAlternativeNames: [`*.${domain}`],
      ValidationMethod: 'DNS',
    });
  });
});

describe.each(['staging', 'prod'] as const)('the firewall of %s', (name) => {
  const edge = stackOf(name, 'edge');
  const acl = edge.only('AWS::WAFv2::WebACL');
  const rules = acl.Rules as readonly Rule[];
  const rate = (rule: string) => rules.find(({ Name }) => Name === rule)?.Statement.RateBasedStatement;

  test("has a firewall with AWS's managed rules for load balancers of the region", () => {
    expect(acl).toMatchObject({ Scope: 'REGIONAL', Name: `gamemetrics-${name}`, DefaultAction: { Allow: {} } });
    const groups = rules.flatMap(({ Statement }) => Statement.ManagedRuleGroupStatement?.Name ?? []);
    expect(groups).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesSQLiRuleSet',
    ]);
    expect(rules.map(({ Priority }) => Priority)).toEqual([...rules.keys()]);
  });

  test('counts large bodies and does not block them: a batch of events is one', () => {
    const common = rules.find(({ Name }) => Name === 'AWSManagedRulesCommonRuleSet');
    expect(common?.Statement.ManagedRuleGroupStatement?.RuleActionOverrides).toEqual([
      { Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } },
    ]);
    expect(INGESTION_API.maxBodyBytes).toBeGreaterThan(8_192);
  });

  test('limits the requests of an address: those who send events more widely than everybody else', () => {
    expect(rate('ingestion-rate')?.Limit).toBe(REQUESTS_PER_ADDRESS.ingestion);
    expect(rate('other-rate')?.Limit).toBe(REQUESTS_PER_ADDRESS.other);
    for (const path of serviceNamed(catalog, 'event-ingestion-service').publicPaths)
      expect(JSON.stringify(rate('ingestion-rate')?.ScopeDownStatement)).toContain(`"SearchString":"${path}"`);
    expect(rate('other-rate')?.ScopeDownStatement).toEqual({
      NotStatement: { Statement: rate('ingestion-rate')?.ScopeDownStatement },
    });
  });

  test('answers who asks too often with 429, as the services do', () => {
    const blocking = rules.filter(({ Statement }) => Statement.RateBasedStatement).map(({ Action }) => Action);
    expect(blocking).toEqual(Array(2).fill({ Block: { CustomResponse: { ResponseCode: 429 } } }));
  });

  test('logs what it blocked, without tokens and keys', () => {
    const logging = edge.only('AWS::WAFv2::LoggingConfiguration');
    expect(logging.LoggingFilter).toMatchObject({ DefaultBehavior: 'DROP' });
    expect(logging.RedactedFields).toEqual(
      ['authorization', 'x-api-key'].map((header) => ({ SingleHeader: { Name: header } })),
    );
    expect(edge.only('AWS::Logs::LogGroup').LogGroupName).toMatch(/^aws-waf-logs-/);
  });
});

test('dev has no firewall: its budget leaves it out, and no data of anybody is there', () => {
  expect(stackOf('dev', 'edge').ofType('AWS::WAFv2::WebACL')).toEqual([]);
  expect(environmentOf('dev')).toMatchObject({ firewall: false, retainData: false });
});

test.each(['dev', 'prod'] as const)('the edge of %s at a glance', (name) => {
  expect(glanceAt(stackOf(name, 'edge'), { 'AWS::WAFv2::WebACL': ['Name', 'Scope'] })).toMatchSnapshot();
});
