import { describe, expect, test } from '@jest/globals';
import { catalog, serviceNamed } from '#catalog/index.ts';
import { names } from '#catalog/names.ts';
import { writtenBy } from '#catalog/outbox.ts';
import { at, ENVIRONMENTS, theObject } from '#tests/support/charts.ts';
import { aclsOf, lagAcls } from './acls.ts';

const topic = (name: string, ...operations: string[]) => ({
  resource: { type: 'topic', name, patternType: 'literal' },
  operations,
});

const group = (name: string, patternType: 'literal' | 'prefix') => ({
  resource: { type: 'group', name, patternType },
  operations: ['Read'],
});

describe('rights in Kafka', () => {
  test('event-ingestion-service writes two topics and reads erasures in groups of its own', () => {
    expect(aclsOf(serviceNamed(catalog, 'event-ingestion-service'))).toEqual([
      topic('dlq.events', 'Describe', 'Write'),
      topic('player.events.raw', 'Describe', 'Write'),
      topic('user.erasure.requested', 'Describe', 'Read'),
      group('event-ingestion-service.user.erasure.requested', 'prefix'),
    ]);
  });

  test('a topic that is read and written is one entry', () => {
    const acls = aclsOf(serviceNamed(catalog, 'event-processor-service'));
    expect(acls.filter(({ resource }) => resource.name === 'dlq.events')).toEqual([
      topic('dlq.events', 'Describe', 'Read', 'Write'),
    ]);
  });

  test.each(catalog.services)(
    'of $name are what it declares, less what a relay writes for it, and no more',
    (service) => {
      const acls = aclsOf(service);
      const granted = (operation: string) =>
        acls
          .filter(
            ({ resource, operations }) => resource.type === 'topic' && operations.some((one) => one === operation),
          )
          .map(({ resource }) => resource.name)
          .sort();
      expect(granted('Read')).toEqual(service.consumes.map((one) => one.topic).sort());
      expect(granted('Write')).toEqual(
        writtenBy(service)
          .map((one) => one.topic)
          .sort(),
      );
      expect(granted('Describe')).toEqual([...new Set([...granted('Read'), ...granted('Write')])].sort());
      const groups = acls.filter(({ resource }) => resource.type === 'group');
      expect(groups.map(({ resource }) => resource.name).sort()).toEqual(
        service.consumes.map((one) => names.consumerGroup(service.name, one.topic)).sort(),
      );
      expect(
        acls.filter(({ resource }) => resource.patternType === 'prefix').map(({ resource }) => resource.type),
      ).toEqual(service.consumes.filter(({ delivery }) => delivery === 'broadcast').map(() => 'group'));
    },
  );

  test('a prefix of one service covers no group of another', () => {
    const groups = catalog.services.flatMap((service) =>
      service.consumes.map((one) => ({ service: service.name, group: names.consumerGroup(service.name, one.topic) })),
    );
    for (const service of catalog.services)
      for (const { resource } of aclsOf(service).filter((acl) => acl.resource.patternType === 'prefix'))
        expect(groups.filter((other) => other.group.startsWith(resource.name)).map((other) => other.service)).toEqual([
          service.name,
        ]);
  });

  test('the autoscaler may look at lag and nothing else', () => {
    expect(lagAcls(serviceNamed(catalog, 'event-processor-service'), 'player.events.raw')).toEqual([
      topic('player.events.raw', 'Describe'),
      { ...group('event-processor-service.player.events.raw', 'literal'), operations: ['Describe'] },
    ]);
  });

  test.each(ENVIRONMENTS)('%s gives each user its quota by the priority of its service', (environment) => {
    const quotas = (user: string) => at(theObject(environment, 'KafkaUser', user), 'spec', 'quotas');
    expect(quotas('event-processor-service')).toEqual({
      producerByteRate: 33_554_432,
      consumerByteRate: 67_108_864,
      requestPercentage: 200,
    });
    expect(quotas('data-retention-service')).toEqual({
      producerByteRate: 2_097_152,
      consumerByteRate: 8_388_608,
      requestPercentage: 50,
    });
  });
});
