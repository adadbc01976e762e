import { describe, expect, test } from '@jest/globals';
import { defaultsOf, resourcesFor, switchedOn } from './conditions.ts';

const template = {
  Parameters: { Awake: { Type: 'String', Default: 'no', AllowedValues: ['no', 'yes'] }, Size: { Default: '3' } },
  Conditions: {
    IsAwake: { 'Fn::Equals': [{ Ref: 'Awake' }, 'yes'] },
    Sleeps: { 'Fn::Not': [{ Condition: 'IsAwake' }] },
    Never: { 'Fn::And': [{ Condition: 'IsAwake' }, { Condition: 'Sleeps' }] },
    Always: { 'Fn::Or': [{ Condition: 'IsAwake' }, { Condition: 'Sleeps' }] },
  },
  Resources: {
    Nodes: {
      Type: 'A',
      Properties: { Min: { 'Fn::If': ['IsAwake', 3, 0] }, Rest: { 'Fn::If': ['IsAwake', 1, { Ref: 'AWS::NoValue' }] } },
    },
    OnlyAwake: { Type: 'B', Condition: 'IsAwake' },
    Asleep: { Type: 'C', Condition: 'Sleeps' },
    Never: { Type: 'D', Condition: 'Never' },
    Always: { Type: 'E', Condition: 'Always' },
  },
};

const made = (parameters: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(resourcesFor(template, parameters).map(([id, node]) => [id, node.key('Properties').value]));

describe('what CloudFormation makes of a template', () => {
  test('follows the defaults of its parameters', () => {
    expect(made(defaultsOf(template))).toEqual({ Nodes: { Min: 0 }, Asleep: undefined, Always: undefined });
  });

  test('follows the switches once they are on', () => {
    const parameters = switchedOn(template);
    expect(parameters).toEqual({ Awake: 'yes', Size: '3' });
    expect(made(parameters ?? {})).toEqual({ Nodes: { Min: 3, Rest: 1 }, OnlyAwake: undefined, Always: undefined });
  });

  test('has no switch without a parameter that takes yes', () => {
    expect(switchedOn({ Parameters: { Size: { Default: '3' } } })).toBeUndefined();
  });
});
