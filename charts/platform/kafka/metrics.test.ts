import { describe, expect, test } from '@jest/globals';
import { JMX_SERIES, type JmxProgram, type JmxSeries } from '#catalog/kafka-metrics.ts';
import { exporterRules } from './metrics.ts';

const series = Object.entries(JMX_SERIES).flatMap(([program, list]) =>
  list.map((one) => ({ program: program as JmxProgram, one, metric: one.metric })),
);

/** What the exporter holds against the rules, as it writes a bean: `domain<key=value, key=value><>attribute: value`. */
function lineOf({ bean, attribute }: JmxSeries, quoted = false): string {
  const [domain = '', keys = ''] = bean.split(':');
  const values = keys.split(',').map((pair) => pair.replace('*', quoted ? '"of-test"' : 'of-test'));
  return `${domain}<${values.join(', ')}><>${attribute}: 7.0`;
}

describe('the rules of the exporter', () => {
  test.each(series)('of $program give $metric by one rule, whether values are quoted or not', ({ program, one }) => {
    for (const quoted of [false, true]) {
      const line = lineOf(one, quoted);
      const matching = exporterRules(program).rules.filter(({ pattern }) => new RegExp(pattern).test(line));
      expect(matching.map(({ name, type }) => [name, type])).toEqual([[one.metric, one.type]]);
      const [, ...groups] = new RegExp(matching[0]?.pattern ?? '').exec(line) ?? [];
      const open = one.bean.split(/[:,]/).filter((pair) => pair.endsWith('=*')).length;
      expect(groups).toEqual(Array.from({ length: open }, () => 'of-test'));
      expect(Object.keys(matching[0]?.labels ?? {})).toHaveLength(open + Object.keys(one.labels ?? {}).length);
    }
  });

  test('take no bean for another: of one that nobody asked for nothing is exported', () => {
    const line = 'kafka.server<type=ReplicaManager, name=UnderReplicatedPartitions2><>Value: 1.0';
    expect(exporterRules('brokers').rules.filter(({ pattern }) => new RegExp(pattern).test(line))).toEqual([]);
  });

  test('count what ends in _total and nothing else', () => {
    for (const { one } of series.filter(({ program }) => program === 'brokers'))
      expect([one.metric, one.type === 'COUNTER']).toEqual([one.metric, one.metric.endsWith('_total')]);
  });

  test('give a series one meaning: its name stands once a program', () => {
    for (const list of Object.values(JMX_SERIES)) {
      const names = list.map(({ metric }) => metric);
      expect(names).toEqual([...new Set(names)]);
    }
  });

  test('say of every series what a bad value means', () => {
    for (const { one } of series) expect(one.help).toMatch(/^[A-Z0-9].+\.$/);
  });
});
