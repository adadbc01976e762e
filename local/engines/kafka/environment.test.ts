import { describe, expect, test } from '@jest/globals';
import { readEnvironment } from './environment.ts';

describe('the environment of the broker', () => {
  test('names every variable that is wrong, with its value and its rule', () => {
    const wrong = {
      KAFKA_PORT: '70000',
      KAFKA_FLUSH: 'sometimes',
      KAFKA_HOST: '0.0.0.0',
      KAFKA_MAX_CONNECTIONS: 'many',
      KAFKA_TOPICS: '[{"name":"t"}]',
    };
    const read = (): unknown => readEnvironment(wrong);
    for (const line of [
      /KAFKA_DATA_DIR: must name the directory/,
      /KAFKA_PORT: "70000" is no whole number from 0 to 65535/,
      /KAFKA_FLUSH: "sometimes" is neither "os" nor "always"/,
      /KAFKA_HOST: The development broker does not listen on 0\.0\.0\.0/,
      /KAFKA_MAX_CONNECTIONS: "many" is no whole number/,
      /KAFKA_TOPICS: entry 0 must be \{name, partitions, config\}/,
    ]) {
      expect(read).toThrow(line);
    }
  });

  test('needs a data directory and nothing else', () => {
    expect(readEnvironment({ KAFKA_DATA_DIR: '/data' })).toEqual({
      options: { dataDir: '/data', port: 9092 },
      topics: [],
    });
  });

  test('is taken over as numbers, modes and topics', () => {
    const topic = { name: 't', partitions: 3, config: { 'retention.ms': '1000' } };
    const { options, topics } = readEnvironment({
      KAFKA_DATA_DIR: '/data',
      KAFKA_PORT: '0',
      KAFKA_HOST: '::1',
      KAFKA_FLUSH: 'always',
      KAFKA_LOG_SEGMENT_BYTES: '2048',
      KAFKA_TOPICS: JSON.stringify([topic]),
    });
    expect(options).toEqual({ dataDir: '/data', port: 0, host: '::1', flush: 'always', logSegmentBytes: 2048 });
    expect(topics).toEqual([topic]);
  });
});
