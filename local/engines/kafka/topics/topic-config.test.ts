import { describe, expect, test } from '@jest/globals';
import { configNames, parseTopicConfig, settingsOf } from './topic-config.ts';

describe('topic settings', () => {
  test('all problems are told at once, each with its value and its rule', () => {
    const given = { 'retention.ms': 'soon', 'cleanup.policy': 'shred', 'no.such': '1', 'segment.bytes': '10' };
    expect(() => parseTopicConfig(Object.entries(given))).toThrow(
      'retention.ms is "soon" and must be a whole number; ' +
        'cleanup.policy is "shred" and must be a list of delete, compact; ' +
        'no.such is no topic setting; ' +
        'segment.bytes is "10" and must be at least 1048576.',
    );
  });

  test('every setting accepts its own default', () => {
    const settings = settingsOf({}, 1 << 20);
    expect(settings).toMatchObject({ isCompacted: false, isDeleted: true, segmentBytes: 1 << 20 });
    expect(settings.retentionBytes).toBe(Number.POSITIVE_INFINITY);
    expect(settings.retentionMillis).toBe(7 * 86_400_000);
    expect(configNames.length).toBeGreaterThan(25);
  });

  test('a topic may be compacted and deleted', () => {
    expect(settingsOf({ 'cleanup.policy': 'compact,delete', 'retention.ms': '-1' }, 1)).toMatchObject({
      isCompacted: true,
      isDeleted: true,
      retentionMillis: Number.POSITIVE_INFINITY,
    });
  });
});
