import { Yaml } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { JMX_SERIES, type JmxProgram, type JmxSeries } from '#catalog/kafka-metrics.ts';
import type { MetricsConfig } from '../../lib/strimzi.ts';

/** The key of each program's rules in its config map. */
const RULES_KEY = 'rules.yml';

/** How the exporter writes an attribute: `domain<key=value, key=value><>attribute: value` (jmx_exporter, «Rules»). */
interface Rule {
  readonly pattern: string;
  readonly name: string;
  readonly type: JmxSeries['type'];
  readonly help: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

interface Bean {
  readonly domain: string;
  readonly keys: readonly (readonly [name: string, value: string])[];
}

function beanOf(name: string): Bean {
  const [domain = '', keys = ''] = name.split(':');
  return {
    domain,
    keys: keys.split(',').map((pair) => {
      const [key = '', value = ''] = pair.split('=');
      return [key, value];
    }),
  };
}

function ruleOf({ bean, attribute, metric, type, help, labels = {} }: JmxSeries): Rule {
  const { domain, keys } = beanOf(bean);
  const open = keys.filter(([, value]) => value === '*').map(([key], index) => [key, `$${index + 1}`] as const);
  const inside = keys.map(([key, value]) => `${key}=${value === '*' ? '"?([^,"]+)"?' : escaped(value)}`).join(', ');
  const all = { ...Object.fromEntries(open), ...labels };
  return {
    pattern: `^${escaped(domain)}<${inside}><>${escaped(attribute)}: .*$`,
    name: metric,
    type,
    help,
    ...(Object.keys(all).length > 0 ? { labels: all } : {}),
  };
}

/** Only these beans are read: a scrape of everything that Kafka registers takes seconds of a broker's time. */
const beansOf = (series: readonly JmxSeries[]): readonly string[] => [...new Set(series.map(({ bean }) => bean))];

/** The exporter's configuration for a program. */
export const exporterRules = (program: JmxProgram) => ({
  lowercaseOutputName: true,
  includeObjectNames: beansOf(JMX_SERIES[program]),
  rules: JMX_SERIES[program].map(ruleOf),
});

const nameOf = (program: JmxProgram): string => `${program}-metrics`;

export const metricsConfig = (program: JmxProgram): MetricsConfig => ({
  type: 'jmxPrometheusExporter',
  valueFrom: { configMapKeyRef: { name: nameOf(program), key: RULES_KEY } },
});

/** The rules by which a Java program's beans become series. */
export class ExporterRules extends k8s.KubeConfigMap {
  constructor(scope: Construct, namespace: string, program: JmxProgram) {
    super(scope, `ConfigMap-${nameOf(program)}`, {
      metadata: { name: nameOf(program), namespace },
      data: { [RULES_KEY]: Yaml.stringify(exporterRules(program)) },
    });
  }
}
